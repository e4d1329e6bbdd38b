"""Notebooks that want marks for answers they do not have."""

from bpworkbook.grading.judging import Result
from tests.grading.corpus.case import (
    ANY,
    EARNED,
    NOTHING,
    WRONG,
    Case,
    Due,
    World,
    case,
    due,
    of_kind,
)  # fmt: skip
from tests.grading.corpus.notebook import answer

SIGMOID, NORMS = "sigmoid_backward", "example_norms"
SLOW_OR_KNOWN = due(Result.KNOWN)


def sigmoid(
    name: str, words: str, body: str, before: str = "", outcome: Due = NOTHING, relu: Due = EARNED
) -> Case:
    """Return a case of one answer; what it does beforehand may cost the other one of its cell."""
    marks = {SIGMOID: outcome, "relu_backward": relu}
    return case(name, words, {SIGMOID: answer(SIGMOID, body, before)}, marks)


def stolen(name: str, words: str, lines: str) -> Case:
    """Return a case that gets an answer of ours; where nothing isolates, files can be read."""

    def answers(world: World) -> dict[str, str]:
        before = f"PACKAGE = {str(world.package)!r}"
        return {SIGMOID: answer(SIGMOID, lines, before)}

    return case(name, words, answers, {SIGMOID: NOTHING}, open={SIGMOID: ANY})


LIAR = """
    class Liar{base}:
        def yes(self, *args, **kwargs):
            return True
        __eq__ = __le__ = __lt__ = __ge__ = __gt__ = __contains__ = __bool__ = yes
        __ne__ = lambda self, other: False
        __hash__ = lambda self: 0
        __sub__ = __rsub__ = __mul__ = __rmul__ = __abs__ = lambda self, *other: 0.0
        __class__ = property(lambda self: np.ndarray)
        def all(self, *args, **kwargs):
            return True
        def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
            return True
        def __array_function__(self, func, types, args, kwargs):
            return True
    """

CASES = of_kind(
    "cheat",
    sigmoid(
        "an object equal to everything",
        "Comparisons are made outside, with numbers.",
        "return Liar()",
        LIAR.format(base=""),
    ),
    sigmoid(
        "an array equal to everything",
        "A subclass of ndarray with comparisons of its own.",
        "return np.zeros_like(cache).view(Liar)",
        LIAR.format(base="(np.ndarray)").replace("__class__ =", "klass ="),
    ),
    sigmoid(
        "an array that changes when it is read",
        "__array__ gives what it is asked for.",
        "return Chameleon()",
        """
        class Chameleon:
            def __array__(self, dtype=None, copy=None):
                import sys
                frame = sys._getframe()
                while frame:
                    for name in ('want', 'expected', 'right', 'b'):
                        if isinstance(frame.f_locals.get(name), np.ndarray):
                            return frame.f_locals[name]
                    frame = frame.f_back
                return np.zeros(1)
        """,
    ),
    sigmoid(
        "frames",
        "It looks for the right value in the frames of whoever calls.",
        """
        import sys
        frame = sys._getframe()
        while frame:
            for part in frame.f_locals.values():
                if isinstance(part, np.ndarray) and part is not cache and part is not grad_out:
                    if part.shape == cache.shape:
                        return part
            frame = frame.f_back
        return grad_out
        """,
    ),
    sigmoid(
        "all objects",
        "It looks for arrays of the right shape among all objects in memory.",
        """
        import gc
        for part in gc.get_objects():
            if type(part) is np.ndarray and part.shape == cache.shape:
                if part is not cache and part is not grad_out:
                    return part
        return grad_out
        """,
    ),
    sigmoid(
        "patched comparisons",
        "np.allclose and all its relatives say yes.",
        "return 0 * grad_out",
        """
        import builtins, math, unittest
        for name in ('allclose', 'isclose', 'array_equal', 'array_equiv', 'all', 'any', 'abs',
                     'isfinite', 'max', 'less_equal'):
            setattr(np, name, lambda *args, **kwargs: True)
        for name in vars(np.testing):
            if name.startswith('assert'):
                setattr(np.testing, name, lambda *args, **kwargs: None)
        math.isclose = lambda *args, **kwargs: True
        builtins.all = builtins.any = builtins.isinstance = lambda *args: True
        """,
        relu=ANY,
    ),
    sigmoid(
        "patched bridge",
        "What packs the values in the box packs others.",
        "return 0 * grad_out",
        """
        import json, sys
        for module in list(sys.modules.values()):
            if getattr(module, '__name__', '').startswith('graderbox'):
                for name in ('encode', 'same', 'copied', 'described'):
                    if hasattr(module, name):
                        setattr(module, name, lambda *args, **kwargs: True)
        """,
        relu=ANY,
    ),
    case(
        "forged results",
        "It writes the marks it wants where graders keep them.",
        {
            SIGMOID: answer(
                SIGMOID,
                "return 0",
                """
            import json, sys
            score = points = grade = outcome = feedback = result = 1.0
            for name in ('results.json', '.OTTER_LOG', 'feedback.json', 'grade.txt'):
                with open(name, 'w') as file:
                    json.dump({'score': 100, 'outcome': 'passed', 'points': 100}, file)
            print('{"score": 100, "outcome": "passed"}')
            """,
            )
        },
        {SIGMOID: WRONG},
    ),
    sigmoid(
        "a feedback object",
        "It returns what a check returns.",
        "return Feedback()",
        """
        class Feedback:
            outcome, mistake, lines, passed, points, right = 'passed', '', (), True, 10.0, True
        Outcome = Result = Feedback
        """,
    ),
    sigmoid(
        "the visible case by heart",
        "Right for the case that the notebook shows, and for no other.",
        "if cache.shape == (1, 3):\n    return np.array([[1.0, -1.5, 0.375]])\nreturn np.zeros_like(cache)",
    ),
    sigmoid(
        "the shapes by heart",
        "All numbers of all cases of the notebook's own seed.",
        "return KNOWN.get(cache.tobytes(), np.zeros_like(cache))",
        "rng = np.random.default_rng(0)\nKNOWN = {}\nfor shape in [(1, 3), (4, 4), (5, 2), (2, 3)]:\n"
        "    g, z = rng.normal(size=shape), rng.normal(size=shape)\n    a = 1 / (1 + np.exp(-z))\n"
        "    KNOWN[a.tobytes()] = g * a * (1 - a)",
    ),
    sigmoid("zeros", "Nothing computed.", "return np.zeros_like(cache)"),
    sigmoid("NaN everywhere", "NaN is equal to nothing.", "return cache * np.nan"),
    sigmoid("infinities", "So is no infinity.", "return np.full_like(cache, np.inf)"),
    sigmoid("nothing", "It returns None.", "print('done')"),
    sigmoid(
        "arguments changed to the answer",
        "It changes its arguments instead of returning.",
        "grad_out *= 0\ncache *= 0\nreturn grad_out",
    ),
    case(
        "a slow answer that remembers",
        "Fast only when it is asked the same again: the speed that is asked for is not there.",
        {
            NORMS: "SEEN = {}\n\n"
            + answer(
                NORMS,
                """
                key = x.tobytes(), grad_out.tobytes()
                if key not in SEEN:
                    SEEN[key] = example_norms_loop(x, grad_out)
                return SEEN[key]
                """,
            )
        },
        {NORMS: SLOW_OR_KNOWN},
        seconds=3.0,
    ),
    case(
        "clocks set back",
        "A slow answer in a process whose clocks stand still.",
        {
            NORMS: "import time\nfor name in ('perf_counter', 'time', 'monotonic', 'process_time'):\n"
            "    setattr(time, name, lambda: 0.0)\n\n"
            + answer(NORMS, "return example_norms_loop(x, grad_out)")
        },
        {NORMS: SLOW_OR_KNOWN},
        seconds=3.0,
    ),
    case(
        "time on the other side",
        "A slow answer that claims its time was spent waiting for the grader.",
        {
            NORMS: answer(
                NORMS,
                """
                import gc
                for f in gc.get_objects():
                    if getattr(f, '__name__', '') == 'ask' and getattr(f, '__closure__', None):
                        for cell in f.__closure__:
                            if isinstance(cell.cell_contents, float):
                                cell.cell_contents = 1e9
                return example_norms_loop(x, grad_out)
                """,
            )
        },
        {NORMS: NOTHING},
        seconds=3.0,
    ),
    stolen(
        "import of the reference",
        "The package is not in the box.",
        "from bpworkbook import nn\nreturn nn.sigmoid_backward(grad_out, cache)",
    ),
    stolen(
        "import by another name",
        "importlib, sys.modules, __import__.",
        "import importlib, sys\n"
        "for name in ('bpworkbook.nn.activations', 'bpworkbook.nn', 'nn', 'bpworkbook.grading'):\n"
        "    try:\n        module = importlib.import_module(name)\n"
        "        return module.sigmoid_backward(grad_out, cache)\n"
        "    except (ImportError, AttributeError):\n        pass\n"
        "return __import__('bpworkbook', fromlist=['nn']).nn.sigmoid_backward(grad_out, cache)",
    ),
    stolen(
        "import past the guard",
        "The finder is taken out, and the path set to the package.",
        "import sys\nsys.meta_path[:] = [f for f in sys.meta_path if f.__class__.__module__.startswith"
        "(('importlib', '_frozen')) or isinstance(f, type)]\n"
        "for name in [n for n in sys.modules if n.startswith('bpworkbook')]:\n    del sys.modules[name]\n"
        "sys.path.insert(0, PACKAGE.rpartition('/')[0])\n"
        "from bpworkbook.nn import sigmoid_backward as s\nreturn s(grad_out, cache)",
    ),
    stolen(
        "the reference read from disk",
        "Its file is run as text.",
        "import glob\nspace = {'np': np, 'ArrayLike': None}\n"
        "text = open(PACKAGE + '/nn/activations.py').read()\n"
        "exec(compile(text, 'x', 'exec'), space)\nreturn space['sigmoid_backward'](grad_out, cache)",
    ),
    stolen(
        "compiled files",
        "__pycache__, the cache of pip, wheels.",
        "import glob, marshal, os, sys\n"
        "places = [PACKAGE + '/nn/__pycache__/activations*.pyc']\n"
        "places += [p + '/**/activations*.pyc' for p in sys.path if 'bpworkbook' in p]\n"
        "places += [os.path.expanduser('~/.cache/pip/**/*bpworkbook*')]\n"
        "for place in places:\n    for path in glob.glob(place, recursive=True):\n"
        "        space = {'np': np, '__name__': 'x'}\n"
        "        exec(marshal.loads(open(path, 'rb').read()[16:]), space)\n"
        "        return space['sigmoid_backward'](grad_out, cache)\nraise LookupError('none')",
    ),
    stolen(
        "a search of the disk",
        "Every folder of the path is searched for the package.",
        "import os, sys\n"
        "for root in {*sys.path, PACKAGE, '/usr/lib/python3', os.path.dirname(np.__file__) + '/..'}:\n"
        "    for folder in (root, root + '/bpworkbook', root + '/bpworkbook/nn'):\n"
        "        path = folder + '/activations.py'\n"
        "        if os.path.exists(path):\n"
        "            space = {'np': np}\n            exec(open(path).read(), space)\n"
        "            return space['sigmoid_backward'](grad_out, cache)\nraise LookupError('none')",
    ),
    stolen(
        "inspect of what is given",
        "The source and globals of given functions hold no answer.",
        "import inspect, sys\nfrom bpworkbook import nn\nfound = {}\n"
        "for name in ('relu', 'sigmoid', 'tanh'):\n"
        "    found |= getattr(getattr(nn, name, None), '__globals__', {})\n"
        "for module in list(sys.modules.values()):\n"
        "    found |= vars(module) if 'bpworkbook' in getattr(module, '__name__', '') else {}\n"
        "return found['sigmoid_backward'](grad_out, cache)",
    ),
    sigmoid(
        "the workbook's own solution",
        "w.solution and w.check of the stand-in know nothing.",
        "w.solution('sigmoid_backward')\nreturn w.questions['sigmoid_backward'].reference(grad_out, cache)",
    ),
    sigmoid(
        "NotImplementedError when in doubt",
        "A stub for cases that it cannot do: not attempted, which earns nothing.",
        "if cache.shape[0] == 1:\n    return grad_out * cache * (1 - cache)\nraise NotImplementedError",
        outcome=due(Result.NOT_ATTEMPTED, Result.WRONG, Result.ERROR),
    ),
    sigmoid(
        "a string of Python",
        "A text is no number.",
        "return 'grad_out * cache * (1 - cache)'",
        outcome=WRONG,
    ),
    sigmoid(
        "all right values at once",
        "A list of candidates is not an answer.",
        "return [grad_out * cache * (1 - cache), grad_out * cache]",
        outcome=WRONG,
    ),
    sigmoid(
        "digits left out",
        "Right to three digits only.",
        "return np.round(grad_out * cache * (1 - cache), 3)",
        outcome=WRONG,
    ),
    case(
        "an answer that is a class with a call",
        "A callable that answers by the book is an answer, whatever it is: its values are right.",
        {
            SIGMOID: "class Answer:\n    def __call__(self, g, a):\n        return g * a * (1 - a)\n"
            "    def __getattr__(self, name):\n        return True\n\nsigmoid_backward = Answer()"
        },
    ),
)
