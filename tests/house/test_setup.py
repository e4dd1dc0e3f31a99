"""``tools/setup.py``: a step is skipped when nothing changed, done again when stopped, and fails in one sentence."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "tools" / "setup.py"


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, pointed at an empty project."""
    spec = importlib.util.spec_from_file_location("setup_script", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    scripts = tmp_path / ".venv" / "bin"
    for name, value in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "PYTHON": scripts / "python",
        "UI": tmp_path / "ui",
    }.items():
        monkeypatch.setattr(module, name, str(value))
    return module


def program(setup: ModuleType, text: str) -> None:
    """Put a program in the place of the environment's Python."""
    file = Path(setup.PYTHON)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)


def test_a_stamp_holds_until_an_input_changes(setup: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_text("1")
    stamp, wanted = str(tmp_path / "stamp"), setup.digest(str(tmp_path / "in"))
    assert not setup.is_done(stamp, wanted)
    setup.mark_done(stamp, wanted)
    assert setup.is_done(stamp, setup.digest(str(tmp_path / "in")))
    (tmp_path / "in" / "node_modules").mkdir()
    (tmp_path / "in" / "node_modules" / "b").write_text("")
    assert setup.is_done(stamp, setup.digest(str(tmp_path / "in")))
    (tmp_path / "in" / "a").write_text("2")
    assert not setup.is_done(stamp, setup.digest(str(tmp_path / "in")))


def test_a_broken_environment_is_made_anew(setup: ModuleType) -> None:
    program(setup, "exit 1")
    (Path(setup.VENV) / "left").write_text("")
    setup.make_environment()
    assert subprocess.run([setup.PYTHON, "-m", "pip", "--version"], check=False, capture_output=True).returncode == 0
    assert not (Path(setup.VENV) / "left").exists()


def test_a_working_environment_is_left_alone(setup: ModuleType) -> None:
    program(setup, "exit 0")
    setup.make_environment()
    assert Path(setup.PYTHON).read_text() == "#!/bin/sh\nexit 0\n"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("WARNING: Retrying after connection broken by 'NewConnectionError(...)'", "无法连接 Python 软件源"),
        ("OSError: [Errno 28] No space left on device", "磁盘空间不足"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "THESE PACKAGES DO NOT MATCH THE HASHES"),
    ],
)
def test_a_failed_installation_is_told_in_one_sentence_and_leaves_no_stamp(
    setup: ModuleType, tmp_path: Path, said: str, sentence: str
) -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text("django==5.2\n")
    program(setup, f'echo "{said}"; exit 1')
    with pytest.raises(SystemExit, match=sentence):
        setup.install_packages("run")
    program(setup, "exit 0")
    setup.install_packages("run")
    program(setup, "exit 1")
    setup.install_packages("run")  # done before: not asked again


def test_packages_for_tests_are_enough_for_running(setup: ModuleType, tmp_path: Path) -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text(f"django==5.2 # {name}\n")
    program(setup, "exit 0")
    setup.install_packages("test")
    program(setup, "exit 1")
    setup.install_packages("run")


def test_an_old_python_is_told_which_one_is_needed(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "OLDEST", (99, 0))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match=r"需要 Python 3\.11"):
        setup.use_new_enough_python()


def test_a_python_without_venv_is_told_in_one_sentence(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Path(setup.ROOT) / "python-without-venv"
    broken.write_text(
        '#!/bin/sh\necho "The virtual environment was not created: ensurepip is not available."; exit 1\n'
    )
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(SystemExit, match="缺少 venv"):
        setup.make_environment()


def test_a_folder_that_cannot_be_written_is_told(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    with pytest.raises(SystemExit, match="没有写入权限"):
        setup.main("run")


def test_the_lock_names_no_package_index() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (FILE.parents[1] / name).read_text()
        assert "://" not in text
        assert "--index" not in text
        assert "--find-links" not in text
        assert text.count("--hash=sha256:") > text.count("==")
