"""Notebooks that want to change something: files, other children, the server, the grader."""

from bpworkbook.grading.judging import Result
from tests.grading.corpus.case import Case, World, case, due, of_kind
from tests.grading.corpus.notebook import answer

SIGMOID = "sigmoid_backward"
VALUE = "return grad_out * cache * (1 - cache)"
# The attempt fails, and then the value is right; or it is ended for it.
TRIED = due(*Result, points="either")


def attempt(name: str, words: str, lines: str, harmful: bool = False) -> Case:
    """Return a case that tries something and goes on to answer right."""

    def answers(world: World) -> dict[str, str]:
        before = (
            f"PLACES = {[str(p) for p in (world.home, world.repository, world.store, world.other)]!r}\n"
            f"PACKAGE, PID = {str(world.package)!r}, {world.pid}\n"
            "import ctypes, os, signal, sys\nlibc = ctypes.CDLL(None)\n"
            "def attempt(action):\n    try:\n        action()\n    except BaseException:\n        pass"
        )
        return {SIGMOID: answer(SIGMOID, f"{lines}\n{VALUE}", before)}

    return case(name, words, answers, {SIGMOID: TRIED}, harmful=harmful)


CASES = of_kind(
    "tampering",
    attempt(
        "files outside",
        "Writes, appends, truncates, renames, removes, and changes the mode of files.",
        """for place in PLACES:
    attempt(lambda: open(place, 'w').write('mine'))
    attempt(lambda: open(place, 'a').write('mine'))
    attempt(lambda: os.truncate(place, 0))
    attempt(lambda: os.rename(place, place + '.mine'))
    attempt(lambda: os.remove(place))
    attempt(lambda: os.chmod(place, 0))
    attempt(lambda: os.utime(place, (0, 0)))
    attempt(lambda: os.symlink('/etc/passwd', place + '.link'))
    attempt(lambda: os.link(place, 'mine'))
    attempt(lambda: open(os.path.dirname(place) + '/new.txt', 'w').write('mine'))
    attempt(lambda: os.mkdir(os.path.dirname(place) + '/new'))""",
    ),
    attempt(
        "files outside by links",
        "A link in its own folder, then a write through it.",
        """for i, place in enumerate(PLACES):
    attempt(lambda: os.symlink(place, f'l{i}'))
    attempt(lambda: open(f'l{i}', 'w').write('mine'))
    attempt(lambda: os.symlink(os.path.dirname(place), f'd{i}'))
    attempt(lambda: open(f'd{i}/new.txt', 'w').write('mine'))""",
    ),
    attempt(
        "links left for whoever cleans up",
        "Its folder is full of links to others' folders when it is removed.",
        """for i, place in enumerate(PLACES):
    attempt(lambda: os.symlink(os.path.dirname(place), f'd{i}'))
    attempt(lambda: os.symlink(place, f'f{i}'))
attempt(lambda: os.makedirs('locked/in'))
attempt(lambda: os.chmod('locked', 0))""",
    ),
    attempt(
        "files outside below Python",
        "The same by C.",
        """for place in PLACES:
    path = place.encode()
    number = libc.open(path, 1 | 0o1000)
    libc.write(number, b'mine', 4)
    libc.chmod(path, 0)
    libc.rename(path, path + b'.mine')
    libc.unlink(path)""",
        harmful=True,
    ),
    attempt(
        "site-packages",
        "Python, NumPy and the answers are to be changed for all that come after.",
        """for folder in (os.path.dirname(np.__file__), os.path.dirname(os.__file__), PACKAGE + '/nn', PACKAGE):
    attempt(lambda: open(folder + '/sitecustomize.py', 'w').write('x = 1'))
    attempt(lambda: open(folder + '/__init__.py', 'a').write('# mine'))
    attempt(lambda: os.makedirs(folder + '/__pycache__/mine'))""",
        harmful=True,
    ),
    attempt(
        "the code of the box",
        "The copy that the next child might load.",
        """for module in list(sys.modules.values()):
    path = getattr(module, '__file__', None) or ''
    if 'graderbox' in path:
        attempt(lambda: open(path, 'a').write('raise SystemExit'))
        attempt(lambda: os.remove(path))""",
    ),
    attempt(
        "signals to the parent",
        "Its parent and the grader are to end.",
        """for pid in (os.getppid(), PID):
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
        attempt(lambda: os.kill(pid, number))
        attempt(lambda: libc.kill(pid, number))
        attempt(lambda: libc.syscall(200, pid, number))""",
        harmful=True,
    ),
    attempt(
        "signals to all",
        "To everything at once; one that does no harm, where it should get through.",
        "for pid in (-1, -os.getpgid(0)):\n    attempt(lambda: os.kill(pid, signal.SIGCONT))\n"
        "    libc.kill(pid, signal.SIGCONT)",
        harmful=True,
    ),
    attempt(
        "the server's memory",
        "ptrace, /proc/PID/mem and process_vm_writev on the server and the grader.",
        """for pid in (os.getppid(), PID):
    attempt(lambda: open(f'/proc/{pid}/mem', 'r+b').write(b'mine'))
    libc.process_vm_writev(pid, None, 0, None, 0, 0)
    if libc.ptrace(16, pid, 0, 0) == 0:
        libc.ptrace(17, pid, 0, 0)""",
        harmful=True,
    ),
    attempt(
        "the server's modules",
        "NumPy and the box's own code are patched; the next child is forked from a clean server.",
        """for name, module in list(sys.modules.items()):
    if name.startswith('graderbox') or name in ('numpy', 'json', 'os', 'socket'):
        for key in list(vars(module)):
            if key[0] != '_' and callable(getattr(module, key)) and key not in ('exp', 'array'):
                attempt(lambda: None if name == 'numpy' else setattr(module, key, None))""",
    ),
    attempt(
        "limits of others",
        "prlimit and priorities of the grader.",
        """buffer = ctypes.create_string_buffer(16)
for pid in (PID, os.getppid()):
    libc.prlimit(pid, 7, buffer, None)
    libc.setpriority(0, pid, 19)
    libc.sched_setaffinity(pid, 8, ctypes.create_string_buffer(b'\\1', 8))""",
        harmful=True,
    ),
    attempt(
        "its own limits",
        "It asks for more of everything.",
        """import resource
for which in range(16):
    attempt(lambda: resource.setrlimit(which, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)))
libc.nice(-20)""",
    ),
    attempt(
        "namespaces and mounts",
        "Calls that only root of a machine should make.",
        """for action in (lambda: libc.unshare(0x10000000), lambda: libc.mount(b'x', b'/tmp', b'tmpfs', 0, None),
               lambda: libc.umount2(b'/proc', 2), lambda: libc.chroot(b'/'),
               lambda: libc.setns(0, 0), lambda: libc.memfd_create(b'x', 0)):
    attempt(action)""",
        harmful=True,
    ),
    attempt(
        "descriptors sent to the grader",
        "It hands open files over the line, hundreds of them.",
        """import array, socket
line = socket.socket(fileno=os.dup(3))
for _ in range(50):
    attempt(lambda: line.sendmsg([b''], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0] * 100))]))
line.detach()""",
    ),
)
