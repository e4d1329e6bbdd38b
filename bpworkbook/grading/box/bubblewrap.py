"""The best box: Linux namespaces, set up by bubblewrap."""

import shutil
import subprocess
from pathlib import Path

from bpworkbook.grading.box import kernel
from bpworkbook.grading.box.box import Box, Plan
from bpworkbook.grading.box.harden import SCRATCH
from bpworkbook.grading.box.layout import LIBRARIES, ZONES, Layout, environment
from bpworkbook.grading.box.limits import Limits

CODE = "/box"
NAMESPACES = (
    "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
    "--unshare-cgroup-try",
)  # fmt: skip
# The server needs this one to give each child namespaces and files of its own; children drop it.
RIGHTS = ("--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN")
APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")


class Bubblewrap:
    """Own list of processes, own network without a network, own files; a filter on system calls."""

    name = "bubblewrap"
    isolated = True

    def available(self) -> str:
        """Return why it cannot be used here, ``""`` where it can."""
        if kernel.machine() < 0:
            return "it needs Linux on x86_64 or aarch64"
        program = shutil.which("bwrap")
        if program is None:
            return "bwrap is not installed (Debian, Ubuntu: apt install bubblewrap)"
        inner = ["unshare", "-m", "-p", "-i", "true"] if shutil.which("unshare") else ["true"]
        command = [program, *NAMESPACES, *RIGHTS, "--ro-bind", "/", "/", "--", *inner]
        tried = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        if tried.returncode == 0:
            return ""
        if APPARMOR.exists() and APPARMOR.read_text().strip() == "1":
            return f"user namespaces are blocked ({APPARMOR} is 1)"
        return f"namespaces are not allowed here: {tried.stderr.strip()[-200:]}"

    def start(self, limits: Limits | None = None) -> Box:
        """Start a box."""
        plan = Plan(self.name, command, scratch_here=False, single=True)
        return Box(plan, limits or Limits())


def command(
    layout: Layout, code: str, control: int, scratch: str
) -> tuple[list[str], dict[str, str]]:
    """Return the command that starts the server, and its environment."""
    program = shutil.which("bwrap") or "bwrap"
    wrapped = [program, *NAMESPACES, *RIGHTS, "--hostname", "box", "--uid", "1000", "--gid", "1000"]
    seen = dict.fromkeys([*layout.prefixes, *LIBRARIES, *ZONES, *layout.sites])
    for path in seen:
        wrapped += _shown(Path(path))
    for path in layout.hidden:
        if any(Path(one) in Path(path).parents for one in seen) and Path(path).is_dir():
            wrapped += ["--tmpfs", path, "--remount-ro", path]
            for inner in layout.sites:  # a virtual environment inside a repository
                if Path(path) in Path(inner).parents:
                    wrapped += _shown(Path(inner))
    wrapped += ["--ro-bind", code, CODE, "--dev", "/dev", "--remount-ro", "/dev"]
    if not any(Path("/tmp") in Path(path).parents for path in seen):
        wrapped += ["--symlink", SCRATCH, "/tmp"]  # else an environment in /tmp would be covered
    wrapped += ["--tmpfs", SCRATCH, "--remount-ro", "/", "--chdir", SCRATCH, "--"]
    return wrapped + layout.command(CODE, "bubblewrap", control, "{}"), environment(SCRATCH)


def _shown(path: Path) -> list[str]:
    if path.is_symlink() and path.parent == Path("/"):  # /lib is /usr/lib on most systems
        return ["--symlink", str(path.readlink()), str(path)]
    return ["--ro-bind-try", str(path), str(path)]
