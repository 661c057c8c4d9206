"""`make image-replay`: the steps of the Dockerfile in fresh Debian roots, for machines without Docker.

Needs root, debootstrap, and the way to Debian's and PyPI's mirrors that this machine is set up with; the
variable DEBIAN_MIRROR names another. It tells the size of what would be the image, and runs `check`, its
health check, the demo and ffmpeg on each format in it: as an unprivileged user, with a root file system that
cannot be written.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.dockerfile import FILE, Instruction, Stage, stages

SUITE = "trixie"
CONTEXT = FILE.parent
LIMIT_MB = 350
CHROOT = shutil.which("chroot", path="/usr/sbin:/sbin:/usr/bin") or "chroot"
FOLDER = "/var/tmp/playlistgen-image"

# What Debian's slim images leave out: https://github.com/debuerreotype/debuerreotype, .slimify-excludes
SLIM = ["doc", "doc-base", "groff", "info", "linda", "lintian", "locale", "man", "omf"]

SOURCES = """\
Types: deb
URIs: {mirror}
Suites: {suite} {suite}-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: {mirror}-security
Suites: {suite}-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""

# In a mount namespace of its own. $1: the root, $2: what may be written beside it, $3: user and group.
READ_ONLY = """
set -eu
root=$1 writable=$2 user=$3; shift 3
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
for folder in data playlists; do mount --bind "$writable/$folder" "$root/$folder"; done
mount --bind "$writable/demo" "$root/mnt"
exec chroot --userspec="$user" "$root" /usr/bin/env -i "$@"
"""

FORMATS = """
import pathlib
from proxy.sound import ffmpeg, hear, loudness
assert ffmpeg.command() == "/usr/local/bin/ffmpeg", ffmpeg.command()
networks = hear.load()
for suffix in ("mp3", "m4a", "ogg", "flac"):
    file = next(pathlib.Path("/data/demo").rglob(f"*.{suffix}"))
    level = loudness.measure(file, duration=180)
    assert level.lufs is not None and hear.hear(file, duration=180, networks=networks), file
    print(f"{suffix}: {level.lufs} LUFS, and heard")
"""

# Its arguments are the words of the image's health check.
HEALTH = """
import subprocess, sys, time
with subprocess.Popen(["playlistgen", "serve"]) as server:
    for _ in range(50):
        if subprocess.run(sys.argv[1:]).returncode == 0:
            break
        time.sleep(0.2)
    else:
        server.kill()
        sys.exit("It is never well.")
    server.terminate()
sys.exit(server.returncode)
"""


def main() -> None:
    if os.getuid() or not shutil.which("debootstrap"):
        sys.exit("This needs root and debootstrap: it makes roots of its own to run the steps in.")
    work = Path(sys.argv[1] if len(sys.argv) > 1 else FOLDER)
    whole = stages(FILE.read_text(encoding="utf-8"))
    replay = Replay(work)
    roots: dict[str, Path] = {}
    for stage in whole:
        roots[stage.name] = replay.play(stage, roots)
    size = _megabytes(roots[""])
    print(f"size of the image: {size} MB, of {LIMIT_MB} that it may have", flush=True)
    _demo_needs(replay, roots["build"])
    _try_out(Trial(work, roots[""], whole[-1]), roots["build"] / "build/demo")
    if size > LIMIT_MB:
        sys.exit("The image is too large.")


class Replay:
    """Plays stages, each in a root of its own below `work`."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._mirror = os.environ.get("DEBIAN_MIRROR") or _mirror()

    def play(self, stage: Stage, roots: dict[str, Path]) -> Path:
        if stage.origin != f"debian:{SUITE}-slim":
            raise ValueError(f"Stages are replayed on debian:{SUITE}-slim, not on {stage.origin}.")
        root = self._work / (stage.name or "image")
        shutil.rmtree(root, ignore_errors=True)
        _run("cp", "-a", str(self._origin()), str(root))
        env, folder = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}, "/"
        for step in stage.steps:
            if step.word == "ENV":
                env |= step.pairs
            elif step.word == "WORKDIR":
                folder = str(Path(folder) / step.rest)
                (root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
            elif step.word == "COPY":
                source = step.options.get("from")
                _copy(step, roots[source] if source else CONTEXT, root / folder.lstrip("/"), root)
            elif step.word == "RUN":
                self.execute(root, folder, step.rest, env)
        return root

    def execute(self, root: Path, folder: str, command: str, env: dict[str, str]) -> None:
        """What this machine needs to reach the registries is there as long as the command runs."""
        print(f"--- {' '.join(command.split())[:110]}", flush=True)
        known = {name: value for name, value in os.environ.items() if name in ("PIP_INDEX_URL", "PIP_CERT")}
        known |= {"DEBIAN_FRONTEND": "noninteractive", "HOME": "/tmp"}
        lent = [Path("/etc/resolv.conf"), Path("/etc/pip.conf"), Path(known.get("PIP_CERT", "/none"))]
        lent = [file for file in lent if file.exists() and not (root / file.relative_to("/")).exists()]
        for file in lent:
            (root / file.relative_to("/")).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, root / file.relative_to("/"))
        try:
            inside = ["/bin/sh", "-c", f"cd {folder} && {command}"]
            subprocess.run([CHROOT, str(root), *inside], env=known | env, check=True)
        finally:
            for file in lent:
                (root / file.relative_to("/")).unlink()

    def _origin(self) -> Path:
        """As Debian's slim image; made once, and kept."""
        root = self._work / "debian"
        if not root.exists():
            unfinished = self._work / "debian.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            self._work.mkdir(parents=True, exist_ok=True)
            _run("debootstrap", "--variant=minbase", SUITE, str(unfinished), self._mirror)
            _slim(unfinished)
            sources = SOURCES.format(mirror=self._mirror.rstrip("/"), suite=SUITE)
            (unfinished / "etc/apt/sources.list").unlink(missing_ok=True)
            (unfinished / "etc/apt/sources.list.d/debian.sources").write_text(sources)
            unfinished.rename(root)
        return root


class Trial:
    """Runs commands in the image as Docker would, with `read_only`; volumes lie beside it."""

    def __init__(self, work: Path, image: Path, stage: Stage) -> None:
        self.writable = work / "writable"
        self._image = image
        self._stage = stage
        self._env = [f"{name}={value}" for name, value in stage.env().items()]
        self._user = stage.last("USER").rest
        shutil.rmtree(self.writable, ignore_errors=True)
        for name in ("data", "playlists", "demo"):
            (self.writable / name).mkdir(parents=True)

    @property
    def health(self) -> list[str]:
        """The words of its health check."""
        return list(json.loads(self._stage.last("HEALTHCHECK").rest.removeprefix("CMD ")))

    def own(self, user: int) -> None:
        for name in ("data", "playlists"):
            os.chown(self.writable / name, user, user)

    def run(self, *command: str, code: int = 0, user: str = "", **env: str) -> str:
        """What it says, which must hold no traceback; it must end with `code`."""
        print(f"--- {' '.join(command)[:110]}", flush=True)
        more = [f"{name}={value}" for name, value in env.items()]
        script = ["unshare", "--mount", "/bin/sh", "-c", READ_ONLY, "sh"]
        places = [str(self._image), str(self.writable), user or self._user]
        ended = subprocess.run(
            [*script, *places, *self._env, *more, *command], capture_output=True, text=True, check=False
        )
        said = ended.stdout + ended.stderr
        print(said, flush=True)
        if ended.returncode != code or "Traceback" in said:
            sys.exit(f"It ended with {ended.returncode}, and not with {code}.")
        return said


def _try_out(trial: Trial, demo: Path) -> None:
    trial.run("playlistgen", "status", user="0:0", code=2)
    own = "import os; from proxy.commands import privileges as p; p.drop(os.environ); print(os.getresuid())"
    trial.run("/opt/playlistgen/bin/python", "-c", own, user="0:0", PUID="1234", PGID="1234")
    if (trial.writable / "data").stat().st_uid != 1234:
        sys.exit("The volume was not handed over.")
    trial.own(1000)
    trial.run("playlistgen", "check", code=1)  # there is no Navidrome
    trial.run("/opt/playlistgen/bin/python", "-c", HEALTH, *trial.health)
    shutil.copytree(demo, trial.writable / "demo", dirs_exist_ok=True)
    trial.run("playlistgen", "demo", "--once", "--folder", "/data/demo", PYTHONPATH="/mnt")
    trial.run("/opt/playlistgen/bin/python", "-c", FORMATS)


def _demo_needs(replay: Replay, build: Path) -> None:
    """What the demo needs and the image does not have, at the versions of requirements-dev.lock."""
    lock = (CONTEXT / "requirements-dev.lock").read_text(encoding="utf-8")
    pinned = "\n".join(re.findall(r"^[\w.-]+==[\w.]+", lock, re.MULTILINE))
    (build / "build/constraints").write_text(pinned)
    wanted = "supysonic waitress imageio-ffmpeg mutagen"
    command = f"venv/bin/pip install -q --target demo -c constraints {wanted}"
    replay.execute(build, "/build", command, {"PATH": "/usr/bin:/bin"})


def _copy(step: Instruction, source: Path, folder: Path, root: Path) -> None:
    """A folder's inside goes into the target, a file under its name where that ends with a slash."""
    *names, target = step.words
    place = root / target.lstrip("/") if target.startswith("/") else folder / target
    for name in names:
        what = source / name.lstrip("/")
        if what.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(what, place, symlinks=True, ignore=ignored, dirs_exist_ok=True)
        else:
            inside = target.endswith(("/", "."))
            place.mkdir(parents=True, exist_ok=True) if inside else place.parent.mkdir(
                parents=True, exist_ok=True
            )
            shutil.copy(what, place / what.name if inside else place)


def _slim(root: Path) -> None:
    excludes = "".join(f"path-exclude /usr/share/{name}/*\n" for name in SLIM)
    (root / "etc/dpkg/dpkg.cfg.d/docker").write_text(excludes)
    for folder in (*(f"usr/share/{name}" for name in SLIM), "var/cache/apt", "var/lib/apt/lists", "var/log"):
        shutil.rmtree(root / folder, ignore_errors=True)
    for folder in ("var/cache/apt/archives/partial", "var/lib/apt/lists/partial", "var/log/apt"):
        (root / folder).mkdir(parents=True)


def _mirror() -> str:
    """Where this machine has its own Debian from."""
    for file in [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("debian.*"))]:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        if found := re.search(r"^(?:URIs:|deb)\s+(https?://\S+/debian)/?\s", text, re.MULTILINE):
            return found[1]
    sys.exit("This machine does not tell where Debian is to be had. Name it in DEBIAN_MIRROR.")


def _megabytes(root: Path) -> int:
    """As Docker counts: a million bytes."""
    told = subprocess.run(["du", "-sx", "-B1", "--apparent-size", root], check=True, capture_output=True)
    return int(told.stdout.split()[0]) // 1_000_000


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
