"""Sets the project up: ``python3 tools/setup.py run|lint|test``. Called by make; needs nothing but Python and its venv.

Every step leaves a stamp with the hash of what it was made from, written when the step is done: an unchanged step is
skipped, a stopped one is done again by the next run. This file is kept readable for Python 3.6, so that an old one can
say which one it needs.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
SCRIPTS = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(SCRIPTS, "python")
UI = os.path.join(ROOT, "clouddesk", "ui")
OLDEST = (3, 11)
LOCKS = {"run": "requirements.lock", "lint": "requirements-dev.lock", "test": "requirements-dev.lock"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|Max retries|EAI_AGAIN|ENOTFOUND|ECONNREFUSED"
)


def main(purpose):
    """Do what is missing for this purpose; ends with one sentence when it cannot be done."""
    use_new_enough_python()
    if not os.access(ROOT, os.W_OK):
        stop(f"项目目录 {ROOT} 没有写入权限，请换一个目录或用它的所有者运行。")
    with one_at_a_time():
        make_environment()
        install_packages(purpose)
        build_pages()
        if purpose == "test":
            have_browser()


def stop(sentence):
    """End with a sentence for the person at the terminal."""
    sys.exit("安装未完成：" + sentence)


def say(sentence):
    """Tell what is being done."""
    print(sentence, flush=True)


def use_new_enough_python():
    """Start again with a newer Python of this machine when this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for name in ("python3.11", "python3.12", "python3.13", "python3.14"):
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found, *sys.argv])
    this = ".".join(map(str, sys.version_info[:2]))
    stop(f"需要 Python 3.11 或更新的版本，这里是 {this}。可以用 make PYTHON=/路径/python3.11 指定。")


@contextmanager
def one_at_a_time():
    """Two set-ups of one checkout wait for each other; the lock falls with the process."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with open(os.path.join(ROOT, ".setup.lock"), "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("另一个安装正在进行，等待它完成…")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


# Stamps


def digest(*paths):
    """One hash over the names and contents of files and of folders (without node_modules)."""
    hashed = hashlib.sha256(sys.version.encode())
    for path in sorted(every_file(paths)):
        hashed.update(os.path.relpath(path, ROOT).encode())
        with open(path, "rb") as file:
            hashed.update(file.read())
    return hashed.hexdigest()


def every_file(paths):
    """Yield the files among the paths and beneath them."""
    for path in paths:
        if not os.path.isdir(path):
            yield path
        for folder, folders, names in os.walk(path):
            folders[:] = [name for name in folders if name != "node_modules"]
            for name in names:
                yield os.path.join(folder, name)


def is_done(stamp, wanted):
    """Say whether the step with this stamp was done from the same inputs."""
    try:
        with open(stamp) as file:
            return file.read() == wanted
    except OSError:
        return False


def mark_done(stamp, wanted):
    """Note that the step is done; at once, so that a stop leaves either the old stamp or the new one."""
    with open(stamp + ".new", "w") as file:
        file.write(wanted)
    os.replace(stamp + ".new", stamp)


# Steps


def make_environment():
    """Make .venv, again when a stopped run left it unusable or its Python is gone."""
    try:
        works = subprocess.call([PYTHON, "-c", "import pip"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        works = False
    if works:
        return
    say("[1/3] 建立 Python 环境 .venv")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        said = made.stdout.decode(errors="replace")
        if "ensurepip" in said or "No module named venv" in said:
            stop("这个 Python 缺少 venv 或 pip 模块，请先安装（Debian、Ubuntu：apt install python3-venv）。")
        stop(f"无法建立 Python 环境：{last_line(said)}")


def install_packages(purpose):
    """Install what the lock file names, and the project itself from where it stands."""
    lock = os.path.join(ROOT, LOCKS[purpose])
    wanted = digest(lock, os.path.join(ROOT, "pyproject.toml"))
    everything = digest(os.path.join(ROOT, LOCKS["test"]), os.path.join(ROOT, "pyproject.toml"))
    stamp = os.path.join(VENV, "installed")
    if is_done(stamp, wanted) or is_done(stamp, everything):
        return
    with open(lock) as file:
        count = sum(1 for line in file if re.match(r"[\w.-]+==", line))
    say(f"[2/3] 安装 Python 软件包（{count} 个）")
    pip("install", "--require-hashes", "--retries", "2", "-r", lock, count=count)
    pip("install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT)
    mark_done(stamp, wanted)


def pip(*words, count=0):
    """Run pip, show how far it is, and end with a sentence when it fails."""
    command = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--no-input", *words]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines, met = [], 0
    for raw in process.stdout:
        line = raw.decode(errors="replace").strip()
        lines.append(line)
        met += line.startswith(("Collecting ", "Requirement already satisfied"))
        if count and line.startswith("Collecting "):
            name = line.split()[1].split("==")[0]
            show_progress(f"      {min(met, count)}/{count} {name}", every=10, number=met)
        if line.startswith("Installing collected"):
            show_progress("      下载完成，正在安装…", every=1, number=1)
    if count and sys.stdout.isatty():
        print()
    if process.wait() == 0:
        return
    said = "\n".join(lines)
    if NETWORK.search(said):
        stop("无法连接 Python 软件源，请检查网络或 pip 的设置（pip config set global.index-url …），然后再次运行。")
    if "No space left" in said:
        stop("磁盘空间不足，请清理后再次运行。")
    errors = [line for line in lines if line.startswith("ERROR")]
    stop(f"Python 软件包安装失败：{errors[0] if errors else last_line(said)}")


def show_progress(text, every, number):
    """One line that changes on a terminal; a line now and then in a log."""
    if sys.stdout.isatty():
        print("\r\033[K" + text, end="", flush=True)
    elif number % every == 0:
        say(text)


def build_pages():
    """Build scripts and styles with the Node.js that came as a Python package."""
    frontend, built = os.path.join(UI, "frontend"), os.path.join(UI, "static")
    wanted = digest(frontend, os.path.join(UI, "build.py"), os.path.join(ROOT, "requirements.lock"))
    stamp = os.path.join(VENV, "built")
    if is_done(stamp, wanted) and os.path.isdir(built):
        return
    say("[3/3] 编译页面脚本和样式")
    # npm waits up to a minute between its tries, unless told otherwise.
    patience = {"npm_config_fetch_retry_mintimeout": "1000", "npm_config_fetch_retry_maxtimeout": "5000"}
    build, environment = [PYTHON, "-m", "clouddesk.ui.build"], dict(patience, **os.environ)
    done = subprocess.run(build, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        said = done.stdout.decode(errors="replace")
        if NETWORK.search(said):
            stop("无法连接 npm 软件源，请检查网络或 npm 的设置（npm config set registry …），然后再次运行。")
        sys.stderr.write(said)
        stop("页面脚本和样式编译失败，原因见上面的信息。")
    mark_done(stamp, wanted)


def have_browser():
    """Find a Chromium and Chinese fonts for the tests, or install them."""
    if any(shutil.which(name) for name in BROWSERS) and has_chinese_font():
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        say("[+] 安装测试用的 Chromium 和中文字体")
        quiet = {"stdout": subprocess.DEVNULL, "env": dict(os.environ, DEBIAN_FRONTEND="noninteractive")}
        subprocess.call(["apt-get", "update", "-qq"], **quiet)
        install = [
            "apt-get",
            "install",
            "-qq",
            "-y",
            "--no-install-recommends",
            "chromium",
            "fonts-noto-cjk",
            "fontconfig",
        ]
        subprocess.call(install, **quiet)
    if any(shutil.which(name) for name in BROWSERS):
        return
    say("[+] 下载 Playwright 的 Chromium")
    if subprocess.call([PYTHON, "-m", "playwright", "install", "chromium"], stdout=subprocess.DEVNULL):
        stop("浏览器测试需要 Chromium，这里没有，也无法下载；请先安装 chromium，然后再次运行。")


def has_chinese_font():
    """Say whether a Chinese font is installed; yes where it cannot be asked."""
    if not shutil.which("fc-list"):
        return os.name == "nt" or sys.platform == "darwin"
    return bool(subprocess.run(["fc-list", ":lang=zh", "family"], stdout=subprocess.PIPE).stdout.strip())


def last_line(text):
    """The last line with something on it."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "原因不明"


if __name__ == "__main__":
    if sys.argv[1:] not in (["run"], ["lint"], ["test"]):
        sys.exit(__doc__)
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
