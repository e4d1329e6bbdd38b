"""The wire: what goes in comes out, and nothing else than a `WireError` comes of anything else."""

import ast
import json
import math
import sys
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from bpworkbook.grading import wire
from bpworkbook.grading.wire import Decoder, Handle, WireError, encode

FEW = settings(deadline=None, max_examples=100, derandomize=True)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
DTYPES = st.sampled_from([dtype.newbyteorder(o) for dtype in wire.DTYPES.values() for o in "<>"])
ARRAYS = DTYPES.flatmap(lambda d: nps.arrays(d, nps.array_shapes(min_dims=0, min_side=0)))
WHOLE = st.integers() | st.sampled_from([2**63 - 1, 2**63, -(2**63), -(10**3900), 10**3900])
LEAVES = (
    *(st.none(), st.booleans(), WHOLE, st.floats(), st.complex_numbers(), TEXTS, ARRAYS),
    *(ARRAYS.filter(np.size).map(lambda a: a.reshape(-1)[0]), st.integers(0, 9).map(Handle)),
)
VALUES = st.recursive(
    st.one_of(LEAVES),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(TEXTS, inner, max_size=4),
    ),
    max_leaves=12,
).filter(lambda value: depth(value) <= wire.MOST_DEPTH)
MESSAGES = st.builds(
    lambda rest, op, number: {**rest, "op": op, "id": number},
    st.dictionaries(TEXTS, VALUES, max_size=3),
    TEXTS,
    st.integers(0, 2**53),
)


def depth(value: Any) -> int:
    parts = value.values() if isinstance(value, dict) else value
    nested = isinstance(value, dict | list | tuple)
    return 1 + max(map(depth, parts), default=0) if nested else 0


def alike(a: Any, b: Any) -> bool:
    """Tell whether two values are the same in type, shape, dtype and every bit but NaN's."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray | np.generic):
        native = a.dtype.newbyteorder("=")
        same = native == b.dtype and b.dtype.isnative and a.shape == b.shape
        return same and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    if isinstance(a, dict):
        return list(a) == list(b) and all(alike(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(alike, a, b))
    return repr(a) == repr(b)


def sent(value: Any, **options: Any) -> Any:
    (message,) = Decoder().feed(encode({"op": "value", "id": 0, "value": value}, **options))
    return message["value"]


def refused(fields: Any) -> str:
    body = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    with pytest.raises(WireError) as caught:
        Decoder().feed(wire.HEADER.pack(len(body)) + body)
    return str(caught.value)


def refused_value(value: Any) -> str:
    return refused({"op": "value", "id": 0, "value": value})


@FEW
@given(MESSAGES)
def test_a_message_comes_out_as_it_went_in(message: wire.Message) -> None:
    decoder = Decoder()
    (came,) = decoder.feed(encode(message))
    assert alike(message, came), f"{message!r} became {came!r}"
    assert decoder.waiting == 0


@FEW
@given(st.lists(MESSAGES, max_size=3), st.lists(st.integers(1, 60), min_size=1))
def test_a_stream_may_come_in_any_pieces(messages: list[wire.Message], sizes: list[int]) -> None:
    stream, decoder, came = b"".join(map(encode, messages)), Decoder(), []
    while stream:
        for size in sizes:
            came += decoder.feed(stream[:size])
            stream = stream[size:]
    assert alike(messages, came), "cut into pieces, the stream gives other messages"


@FEW
@given(st.binary(max_size=80), st.booleans())
def test_any_bytes_give_messages_or_a_wire_error(data: bytes, framed: bool) -> None:
    try:
        messages = Decoder().feed(wire.HEADER.pack(len(data)) + data if framed else data)
    except WireError:
        return
    assert all(isinstance(message["op"], str) for message in messages)


def test_arrays_that_come_can_be_written_to_and_are_native() -> None:
    came = sent(np.arange(6, dtype=">i2").reshape(2, 3).T)
    came[0, 0] = 5
    assert came.dtype == np.int16
    assert came.tolist() == [[5, 3], [1, 4], [2, 5]]


def test_types_that_are_nearly_python_travel_as_what_they_are_made_of() -> None:
    Pair = namedtuple("Pair", "a b")
    assert alike(sent(Pair(1, np.str_("x"))), (1, "x"))
    assert alike(sent(np.longdouble(0.5)), np.float64(0.5))
    weird = np.array([0, 1, 2, 255], dtype=np.uint8).view(bool)
    assert sent(weird).view(np.uint8).tolist() == [0, 1, 1, 1], "a bool is neither True nor False"
    assert sent("a\ud800b") == "a?b", "half a character stops a message"


@pytest.mark.parametrize(
    "value",
    [
        *({1}, b"x", object(), len, range(3), {1: 2}, np.array([None]), np.array(["a"]), slice(3)),
        *(
            np.zeros(1).view(np.recarray),
            np.ma.masked_array([1.0]),
            np.datetime64("2020"),
            np.void(b"x"),
        ),
        *(np.zeros((2, 3), dtype="f4,i4"), np.timedelta64(1), 10**4000, np.zeros(500_001)),
        *([0] * 100_001, [[[[[[[[[1]]]]]]]]], "x" * wire.MOST_BYTES, [np.zeros(300_000)] * 2),
    ],
    ids=lambda value: f"{value!r:.20}",
)
def test_what_cannot_travel_is_refused_before_it_is_sent(value: Any) -> None:
    with pytest.raises(WireError):
        sent(value)


def test_a_value_that_lies_about_its_class_is_refused() -> None:
    class Liar:
        __class__ = str  # type: ignore[assignment]

    with pytest.raises(WireError, match="type Liar"):
        sent(Liar())


def test_a_list_that_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(WireError, match="deep"):
        sent(endless)


def test_functions_travel_as_handles_and_arrive_as_functions() -> None:
    table = [np.tanh]
    frame = encode({"op": "call", "id": 0, "f": [np.tanh]}, default=lambda f: Handle(0))
    (message,) = Decoder(handle=lambda handle: table[handle.number]).feed(frame)
    assert message["f"] == [np.tanh]
    with pytest.raises(WireError, match="cannot be sent"):
        sent({1}, default=lambda value: value)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"array": "AAAA", "dtype": "object", "shape": [1]}, "no known kind"),
        ({"array": "AAAA", "dtype": ["float64"], "shape": [1]}, "no known kind"),
        ({"array": "AA==", "dtype": "int8", "shape": [True]}, "no known kind"),
        ({"array": "AA==", "dtype": "int8", "shape": [-1]}, "no known kind"),
        ({"array": "AA==", "dtype": "int8", "shape": [2]}, "another size"),
        ({"array": "é", "dtype": "int8", "shape": [1]}, "no base64"),
        ({"array": "A A==", "dtype": "int8", "shape": [1]}, "no base64"),
        ({"array": "", "dtype": "int8", "shape": [0, 2**62]}, "over 500,000 elements"),
        ({"array": "AA==", "dtype": "int8", "shape": [1] * 33}, "over 32 axes"),
        ({"scalar": "Ag==", "dtype": "bool"}, "neither True nor False"),
        ({"int": "1_0"}, "no known kind"),
        ({"int": "f" * 4000}, "no known kind"),
        ({"float": "1"}, "no known kind"),
        ({"handle": -1}, "no known kind"),
        ({"tuple": [], "more": 1}, "no known kind"),
        ({}, "no known kind"),
        ("\ud800", "no Unicode"),
        ({"dict": {"\ud800": 1}}, "no Unicode"),
        (float("nan"), "JSON has not"),
        (2**70, "too long"),
    ],
    ids=repr,
)
def test_a_value_of_no_known_kind_is_refused(value: Any, why: str) -> None:
    assert why in refused_value(value)


@pytest.mark.parametrize(
    "fields", [[], 1, {}, {"op": "a"}, {"op": 1, "id": 1}, {"op": "a", "id": True}, {"id": -1}]
)
def test_a_message_has_an_op_and_an_id(fields: Any) -> None:
    assert "op and an id" in refused(fields)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" " * 1000,
        b'{"op":"a","id":1,"x":' + b"[" * 100_000,
        b'{"op":"a","id":1,"x":' + b"9" * 1_000_000 + b"}",
        b'{"op":"a","id":1,"x":1e999}',
        b'{"op":"a","id":1,"x":' + b"[]," * 2_000_000 + b"1}",
        b'{"op":"a","id":1,"x":["' + b'","' * 2_000_000 + b'"]}',
        b'{"op":"a","id":1,"x":"' + b'\\"' * 2_000_000 + b"," * 2_000_000,
        '{"op":"a","id":1}'.encode("utf-16"),
    ],
    ids=lambda body: f"{body[:24]!r}{len(body)}",
)
def test_json_that_is_none_or_far_too_much_is_refused(body: bytes) -> None:
    refused(body)


def test_a_long_text_of_commas_is_one_value() -> None:
    assert sent("," * 2_000_000) == "," * 2_000_000


def test_a_frame_that_is_too_long_is_refused_at_its_head() -> None:
    with pytest.raises(WireError, match="bytes"):
        Decoder().feed(wire.HEADER.pack(wire.MOST_BYTES + 1))


def test_good_messages_before_a_bad_one_arrive_and_none_after_it() -> None:
    good = encode({"op": "value", "id": 1})
    decoder = Decoder()
    assert decoder.feed(good + wire.HEADER.pack(1) + b"x" + good) == [{"op": "value", "id": 1}]
    for data in (b"", good):
        with pytest.raises(WireError):
            decoder.feed(data)


def test_a_number_that_is_let_through_can_be_written_out() -> None:
    longest = sent(2**wire.MOST_BITS - 1)
    assert len(str(longest)) < sys.int_info.default_max_str_digits
    assert math.isinf(sent(-math.inf))


def test_the_wire_stands_alone_for_it_runs_in_the_box() -> None:
    names: set[str] = set()
    for path in Path(wire.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level != 1:
                names.add(node.module or "..")
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names | {"numpy"}
    assert not names & {"pickle", "marshal", "shelve"}
