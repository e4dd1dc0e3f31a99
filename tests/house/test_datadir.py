"""The data directory: secrets, the lock, and what is said when it cannot be used."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from clouddesk.datadir import DataDirectory, StartError, write_private


def test_a_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    data.open()
    secret = data.secret("secret_key")
    file = data.path / "keys" / "secret_key"
    assert len(secret) >= 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert DataDirectory(data.path).secret("secret_key") == secret
    assert data.secret("another") != secret


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_private(file, "old")
    with pytest.raises(UnicodeEncodeError):
        write_private(file, "new\ud800")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_says_that_it_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StartError, match="无法写入"):
        DataDirectory(tmp_path / "file" / "data").open()


def test_two_portals_do_not_share_it_and_a_killed_one_frees_it(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    program = (
        "import sys, time; from pathlib import Path; from clouddesk.datadir import DataDirectory\n"
        "data = DataDirectory(Path(sys.argv[1])); data.lock(); data.write_state({'supervisor': 4711})\n"
        "print('locked', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(StartError, match="进程 4711"):
            data.lock()
        other.kill()
    data.lock()


def test_a_torn_state_file_counts_as_none(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    data.state_file.write_text('{"superv')
    assert data.state() == {}
