"""The inner end of a question: takes arguments off the wire, calls the answer, packs what came.

The text of this file is run as a cell in the child, before any cell of the submission. It knows
nothing of questions and holds no right value. What it says is an adversary's word all the same: a
submission shares its process, and can make it say anything. So it may describe, but never judge.

What the wire has no word for travels as a dict with the key ``"!"``, which names its kind.
"""

# Untyped on purpose: it runs as bare text in the child, where nothing of ours can be imported.
# mypy: disable-error-code="no-untyped-def,no-untyped-call,var-annotated,attr-defined"


def __make_bridge__(namespace):  # noqa: N807
    import builtins
    import dis
    import importlib
    import itertools
    import time
    from operator import is_

    import numpy as np

    MOST_PARTS, DEEPEST = 25_000, 4
    TRIVIAL = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "POP_TOP", "CACHE"}
    waited = 0.0  # seconds of the present call that functions of the other side have taken
    clock, plain = time.perf_counter, (bool, int, float, complex, str, type(None))

    class Parcel:
        """One call: the nodes that came with it, and what is known of them."""

        def __init__(self, columns):
            self.nodes = (columns and build(columns)) or []
            self.places = {id(node): place for place, node in enumerate(self.nodes)}
            self.before = {
                key: [getattr(node, key) for node in self.nodes] for key in ("data", "grad")
            }
            self.parts = 0

        # what comes in

        def open(self, value):
            if isinstance(value, list | tuple):
                parts = [part if type(part) in plain else self.open(part) for part in value]
                return parts if isinstance(value, list) else tuple(parts)
            if not isinstance(value, dict):
                return value
            kind = value.get("!")
            if kind is None:
                return {key: self.open(part) for key, part in value.items()}
            return getattr(self, "open_" + kind)(value)

        def open_set(self, value):
            return {self.open(part) for part in value["items"]}

        def open_dict(self, value):
            return {self.open(key): self.open(part) for key, part in value["items"]}

        def open_numpy(self, value):
            return getattr(np, value["name"])

        def open_given(self, value):
            return getattr(importlib.import_module(value["module"]), value["name"])

        def open_function(self, value):
            return over_the_wire(value["handle"])

        def open_generator(self, value):
            source = np.random.PCG64()
            set_state(source, value["state"])
            return np.random.Generator(source)

        def open_node(self, value):
            return self.nodes[value["place"]]

        def open_record(self, value):
            fields = {key: self.open(part) for key, part in value["fields"].items()}
            shown = fields.get("name", value["type"])
            kind = type(value["type"], (), {"__repr__": lambda self: str(shown)})
            made = kind()
            made.__dict__.update(fields)
            return made

        # what goes out

        def pack_all(self, value, most=20_000):
            """Pack a whole value; one of too many parts is told by its type alone."""
            self.parts = MOST_PARTS - most
            try:
                return self.pack(value)
            except OverflowError:
                return stranger(value)

        def pack(self, value, depth=0):
            self.parts += 1
            if self.parts > MOST_PARTS:
                raise OverflowError
            if depth > DEEPEST:
                return stranger(value)
            if id(value) in self.places:
                return {"!": "node", "place": self.places[id(value)]}
            if isinstance(value, plain):
                return value
            if isinstance(value, np.ndarray):
                return pack_array(value)
            if isinstance(value, np.generic):
                return value if value.dtype.kind in "biufc" else stranger(value)
            if isinstance(value, np.random.Generator):
                return {"!": "generator", "state": state_of(value.bit_generator)}
            if isinstance(value, list):
                return [self.pack(part, depth + 1) for part in value]
            if isinstance(value, tuple):
                return tuple([self.pack(part, depth + 1) for part in value])
            if isinstance(value, set | frozenset):
                return {"!": "set", "items": [self.pack(part, depth + 1) for part in value]}
            if isinstance(value, dict):
                return self.pack_dict(value, depth)
            if self.nodes and depth < 2 and hasattr(value, "data") and hasattr(value, "parents"):
                return self.pack_made(value, depth)
            return stranger(value)

        def pack_dict(self, value, depth):
            if all(isinstance(key, str) for key in value) and "!" not in value:
                return {key: self.pack(part, depth + 1) for key, part in value.items()}
            pairs = [[self.pack(k, depth + 1), self.pack(v, depth + 1)] for k, v in value.items()]
            return {"!": "dict", "items": pairs}

        def pack_made(self, value, depth):
            fields = {}
            for name in ("data", "parents", "derivatives"):
                if hasattr(value, name):
                    part = getattr(value, name)
                    part = tuple(part) if name != "data" and hasattr(part, "__iter__") else part
                    fields[name] = self.pack(part, depth + 1)
            return {"!": "made", "type": type(value).__name__[:60], "fields": fields}

        def changed_nodes(self):
            """Return the columns of the nodes that the answer has written to."""
            found = {}
            for name, before in self.before.items():
                came = [getattr(node, name, None) for node in self.nodes]
                if not all(map(same, before, came)):
                    all_floats = all(type(part) is float for part in came)
                    found[name] = np.array(came) if all_floats else [self.pack(p, 1) for p in came]
            return found

    def build(columns):
        """Make the nodes of a record, parents first, without calling their class."""
        module = importlib.import_module(columns["module"])
        kind = getattr(module, columns["type"])
        data, grad = (list_of(columns[name]) for name in ("data", "grad"))
        parents, derivatives = list_of(columns["parents"]), list_of(columns["derivatives"])
        ends = list_of(columns["ends"])
        names, ops = columns["names"], list_of(columns["op"])
        made, start = [], 0
        for place, (born, op) in enumerate(zip(list_of(columns["born"]), ops, strict=True)):
            node = object.__new__(kind)
            node.data, node.grad, node.born, node.op = data[place], grad[place], born, names[op]
            node.parents = tuple([made[parent] for parent in parents[start : ends[place]]])
            node.derivatives = tuple(derivatives[start : ends[place]])
            start = ends[place]
            made.append(node)
        if hasattr(module, "BORN"):  # what the answer makes is younger than what it was given
            module.BORN = itertools.count(1 + max((node.born for node in made), default=0))
        return made

    def list_of(column):
        return column.tolist() if isinstance(column, np.ndarray) else column

    def stranger(value):
        return {"!": "stranger", "type": type(value).__name__[:60]}

    def pack_array(value):
        if value.size > 400_000 or value.ndim > 8:
            return stranger(value)
        if value.dtype.kind not in "biufc":
            return {"!": "array", "dtype": value.dtype.name[:20], "shape": value.shape}
        if type(value) is np.ndarray:
            return value
        bare = np.array(value, copy=True, subok=False)
        return {"!": "subclass", "type": type(value).__name__[:60], "value": bare}

    def set_state(source, state):
        number, step, has, left = state
        inner = {"state": number, "inc": step}
        source.state = {
            "bit_generator": "PCG64", "state": inner, "has_uint32": has, "uinteger": left,
        }  # fmt: skip

    def state_of(source):
        state = source.state
        if state["bit_generator"] != "PCG64":
            return None
        inner = state["state"]
        return (inner["state"], inner["inc"], state["has_uint32"], state["uinteger"])

    def over_the_wire(handle):
        """Return a function whose work is done on the other side."""

        def f(*args):
            nonlocal waited
            start, parcel = clock(), Parcel(None)
            try:
                reply = handle(*[parcel.pack_all(arg) for arg in args])
                if isinstance(reply, dict) and reply.get("!") == "refused":
                    raise getattr(builtins, reply["type"], ValueError)(reply["message"])
                value, states = reply
                for arg, state in zip(args, states, strict=True):
                    if state is not None:
                        set_state(arg.bit_generator, state)
                return parcel.open(value)
            finally:
                waited += clock() - start

        return f

    def kept(value):
        """Return a copy to compare with: of arrays and containers, not of what they hold else."""
        if isinstance(value, np.ndarray):
            return value.copy()
        if isinstance(value, list | tuple):
            parts = [part if type(part) in plain else kept(part) for part in value]
            # What cannot change is kept itself, which is quick to compare.
            return value if type(value) is tuple and all(map(is_, value, parts)) else parts
        if isinstance(value, dict):
            return {key: kept(part) for key, part in value.items()}
        return value

    def same(before, now):
        if before is now:
            return True
        if isinstance(before, np.ndarray):
            return (
                isinstance(now, np.ndarray)
                and (before.dtype, before.shape) == (now.dtype, now.shape)
                and before.tobytes() == now.tobytes()
            )
        if isinstance(before, list | tuple):
            return (
                isinstance(now, list | tuple)
                and len(before) == len(now)
                and all(map(same, before, now))
            )
        if isinstance(before, dict):
            return (
                isinstance(now, dict)
                and list(before) == list(now)
                and all(same(before[key], now[key]) for key in before)
            )
        if isinstance(before, float) and isinstance(now, float):
            return before == now or (before != before and now != now)
        return type(before) is type(now) and isinstance(now, plain) and before == now

    def told(error, answer):
        """Describe an error: its type, its text, and the line of the answer's own cell."""
        try:
            text = str(error)[:1000]
        except BaseException:
            text = ""
        own = getattr(getattr(answer, "__code__", None), "co_filename", None)
        line, trace = 0, error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == own:
                line = trace.tb_lineno or 0
            trace = trace.tb_next
        kinds = [kind.__name__[:60] for kind in type(error).__mro__][:12]
        return {"!": "error", "types": kinds, "message": text, "line": line}

    def ask(name, args, columns, standins):
        """Call an answer; return its value, what it changed, and how long it took."""
        answer = namespace.get(name)
        parcel = Parcel(columns)
        given = parcel.open(args)
        before = kept(given)
        nonlocal waited
        replaced = replace(standins)
        start, waited = clock(), 0.0
        try:
            with np.errstate(all="ignore"):
                value = answer(*given)
            taken = clock() - start - waited
        except BaseException as error:
            return told(error, answer)
        finally:
            for key, old in replaced:
                namespace[key] = old
        after = {
            str(place): parcel.pack_all(now)
            for place, (old, now) in enumerate(zip(before, given, strict=True))
            if not same(old, now)
        }
        parcel.parts = 0
        nodes = parcel.changed_nodes() if parcel.nodes else {}
        try:
            packed = parcel.pack_all(value)
        except BaseException as error:
            return told(error, answer)
        return {"value": packed, "args": after, "nodes": nodes, "seconds": taken}

    def replace(standins):
        """Put functions from the other side in the place of answers, by every name they have."""
        replaced = []
        for name, handle in standins.items():
            old, new = namespace.get(name), over_the_wire(handle)
            new.__name__ = name
            names = [key for key, value in namespace.items() if value is old and old is not None]
            for key in {name, *names}:
                replaced.append((key, namespace.get(key)))
                namespace[key] = new
        return replaced

    def about(name):
        """Tell what a name stands for: "missing", "stub", "function", or the type of its value."""
        if namespace.get(name) is None:
            return "missing"
        answer = namespace[name]
        if not callable(answer):
            return type(answer).__name__[:60]
        code = getattr(answer, "__code__", None)
        if not isinstance(code, type(about.__code__)):
            return "function"
        if not {dis.opname[number] for number in code.co_code[::2]} <= TRIVIAL:
            return "function"
        steps = list(dis.get_instructions(code))
        returned = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
        empty = {step.opname for step in steps} <= TRIVIAL and returned[-1:] == [None]
        return "stub" if empty else "function"

    return ask, about


__bridge_ask__, __bridge_about__ = __import__("types").FunctionType(
    __make_bridge__.__code__,
    # Names of its own: students call things `list`, `sum` and `id`.
    {"__name__": "bridge", "__builtins__": dict(vars(__import__("builtins")))},
)(globals())
del __make_bridge__
