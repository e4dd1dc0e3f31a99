"""Run a program as an ordinary system user when we are root, wherever that program stands.

PostgreSQL refuses to run as root. The folder that holds it may lie beneath one that only root can enter (a clone in
``/root``, a virtual environment made with a strict umask). Nobody's permissions are loosened for that: the program gets
one capability that lets it pass, and only when it has to.
"""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

from clouddesk.datadir import StartError

SYSTEM_USER = "clouddesk"
# Bits of the kernel's capability sets (capability.h).
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2


def system_user() -> tuple[int, int]:
    """The user and group ids under which root runs the database; the system user is made when it is missing."""
    import pwd

    for attempt in range(2):
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            if attempt == 0:
                _make_system_user()
        else:
            if entry.pw_uid:
                return entry.pw_uid, entry.pw_gid
    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def _make_system_user() -> None:
    if useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin"):
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/", "--shell", "/usr/sbin/nologin"]
        subprocess.run([useradd, *options, SYSTEM_USER], check=False, capture_output=True)


def as_user(user: int, group: int, program: Path, *reached: Path) -> list[str]:
    """The words to put before ``program`` so that it runs as that user and can reach itself and the paths ``reached``.

    Raises StartError when this machine has no way to do that.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise StartError("以 root 运行内嵌数据库需要 setpriv（软件包 util-linux），请安装它，或改用普通用户运行。")
    words = [setpriv, f"--reuid={user}", f"--regid={group}", "--clear-groups", "--inh-caps=-all"]
    if capability := _needed_capability(program, *reached):
        # access() asks as the real user and drops capabilities, unless this bit keeps them.
        words[-1] += f",+{capability}"
        words += [f"--ambient-caps=-all,+{capability}", "--securebits=+no_setuid_fixup"]
    return words


def _needed_capability(program: Path, *reached: Path) -> str:
    """Nothing when everybody may go there; else the least that lets a stranger pass."""
    runs = bool(program.stat().st_mode & stat.S_IXOTH)
    folders = {parent for path in (program, *reached) for parent in path.resolve().parents}
    if runs and all(folder.stat().st_mode & stat.S_IXOTH for folder in folders):
        return ""
    if runs and _have(_DAC_READ_SEARCH):
        return "dac_read_search"
    if _have(_DAC_OVERRIDE):
        return "dac_override"
    raise StartError(
        f"数据库的系统用户无法进入 {program.parent}，请把云桌面安装在其他用户可以进入的目录，或改用普通用户运行。"
    )


def _have(bit: int) -> bool:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapPrm:"):
            return bool(int(line.split()[1], 16) >> bit & 1)
    return False
