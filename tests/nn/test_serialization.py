"""Weights in files: round trips, what a file that does not fit is told, damage, summaries."""

import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.freezing import freeze
from bpworkbook.nn.layers import Linear, ReLU
from bpworkbook.nn.modelsummary import summary
from bpworkbook.nn.module import Module, Parameter, Sequential
from bpworkbook.nn.modulestate import get_state, named_parameters, set_state
from bpworkbook.nn.serialization import load_arrays, load_weights, save_arrays, save_weights


class Averaging(Module):
    """A layer with a parameter in a dict and a running average."""

    def __init__(self, d: int = 3) -> None:
        self.table = {"scale": Parameter(np.ones(d))}
        self.running_mean = np.zeros(d)

    def forward(self, x: Any) -> Any:
        self.running_mean += 1
        return x * self.table["scale"].data

    def parameters(self) -> list[Parameter]:
        return list(self.table.values())


def network(seed: int = 0, dtype: Any = np.float64) -> Sequential:
    rng = np.random.default_rng(seed)
    inner = Sequential(Linear(2, 3, rng=rng, dtype=dtype), ReLU())
    return Sequential(inner, Averaging(), Linear(3, 1, rng=rng, dtype=dtype))


NAMES = [
    "layers.0.layers.0.W",
    "layers.0.layers.0.b",
    "layers.1.table.scale",
    "layers.2.W",
    "layers.2.b",
    "layers.1.running_mean",
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_round_trip_keeps_every_bit(tmp_path: Path, dtype: Any) -> None:
    first, second = network(0, dtype), network(1, dtype)
    first.layers[1].running_mean[:] = np.pi  # type: ignore
    first.parameters()[0].data[0, 0] = np.nan
    held = [id(parameter.data) for parameter in second.parameters()]
    save_weights(tmp_path / "weights", first)
    load_weights(str(tmp_path / "weights"), second)
    assert list(get_state(second)) == NAMES
    for name, array in get_state(first).items():
        assert get_state(second)[name].tobytes() == array.tobytes(), name
    assert held == [id(parameter.data) for parameter in second.parameters()]
    assert [path.name for path in tmp_path.iterdir()] == ["weights"]
    assert list(np.load(tmp_path / "weights", allow_pickle=False)) == NAMES


@given(
    shape=st.lists(st.integers(0, 3), max_size=3),
    kind=st.sampled_from(["f8", "f4", "i4", "u1", "?", ">f8"]),
    name=st.text("abc./ äfile", min_size=1, max_size=6),
)
def test_any_array_goes_round(tmp_path_factory: Any, shape: Any, kind: str, name: str) -> None:
    path = tmp_path_factory.mktemp("arrays") / "a.npz"
    array = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(kind)
    save_arrays(path, {name: array, "file": array.T})
    back = load_arrays(path)
    assert list(back) == ([name, "file"] if name != "file" else ["file"])
    np.testing.assert_array_equal(back["file"], array.T)
    assert back["file"].dtype == array.dtype


def changed(**arrays: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda state: state.update({k.replace("__", "."): a for k, a in arrays.items()})


MISFITS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "layers.2.b is missing, but layers.2.b of model is (1,)": lambda s: s.pop("layers.2.b"),
    "layers.2.c is superfluous, model has no such array": changed(layers__2__c=np.ones(1)),
    "layers.2.W is (1, 3), but layers.2.W of model is (3, 1)": changed(
        layers__2__W=np.ones((1, 3))
    ),
    "layers.2.b has dtype int64, but layers.2.b of model has float64": changed(
        layers__2__b=np.ones(1, np.int64)
    ),
}


@pytest.mark.parametrize(("message", "spoil"), MISFITS.items(), ids=MISFITS)
def test_a_file_that_does_not_fit_changes_nothing(
    tmp_path: Path, message: str, spoil: Callable[[Any], Any]
) -> None:
    model, state = network(0), get_state(network(1))
    before = get_state(model)
    spoil(state)
    save_arrays(tmp_path / "a.npz", state)
    with pytest.raises(ArgumentError, match=f"^{re.escape(f'load_weights: {message}')}$"):
        load_weights(tmp_path / "a.npz", model)
    with pytest.raises(ArgumentError, match=f"^{re.escape(f'set_state: {message}')}$"):
        set_state(model, state)
    for name, array in get_state(model).items():
        np.testing.assert_array_equal(array, before[name])


def test_any_damage_is_noticed(tmp_path: Path) -> None:
    path, layer = tmp_path / "a.npz", Linear(2, 1, rng=np.random.default_rng(0))
    save_weights(path, layer)
    whole, before = path.read_bytes(), get_state(layer)
    damaged = [whole[:length] for length in range(0, len(whole), 5)]
    for place in range(0, len(whole), 2):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0x55
        damaged.append(bytes(spoilt))
    refused = 0
    for data in damaged:
        path.write_bytes(data)
        try:
            load_weights(path, layer)
        except ArgumentError:
            refused += 1
        for name, array in get_state(layer).items():
            np.testing.assert_array_equal(array, before[name])
    assert refused > 0.6 * len(damaged)  # the rest hit what a zip says twice, or dates


@pytest.mark.parametrize(
    "data", [b"", b"text", pickle.dumps({"W": 1}), b"\x93NUMPY\x01\x00", b"PK\x03\x04"]
)
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(data)
    with pytest.raises(ArgumentError, match="which is damaged or no file of arrays"):
        load_arrays(tmp_path / "a.npz")


def test_no_pickle_is_opened_or_written(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return (pytest.fail, ("a pickle was opened",))

    np.savez(tmp_path / "a.npz", W=np.array([Trap()], dtype=object))
    with pytest.raises(ArgumentError, match="which is damaged or no file of arrays"):
        load_arrays(tmp_path / "a.npz")
    with pytest.raises(ArgumentError, match=r"^save_arrays: W is \(1,\), expected an array of num"):
        save_arrays(tmp_path / "b.npz", {"W": np.array([None])})


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.npz"
    save_arrays(path, {"x": np.ones(2)})

    def full(*args: Any, **options: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(ArgumentError, match=r"a\.npz', which cannot be written: No space left"):
        save_arrays(path, {"x": np.zeros(2)})
    np.testing.assert_array_equal(load_arrays(path)["x"], 1)
    assert [found.name for found in tmp_path.iterdir()] == ["a.npz"]


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"none\.npz', which cannot be read: No such file"):
        load_arrays(tmp_path / "none.npz")
    with pytest.raises(ArgumentError, match=r"a\.npz', which cannot be written: No such file"):
        save_arrays(tmp_path / "none" / "a.npz", {"x": np.ones(1)})


def test_a_shared_parameter_has_one_name() -> None:
    first, second = (Linear(2, 2, rng=np.random.default_rng(0)) for _ in "ab")
    second.W = first.W
    model = Sequential(first, second)
    assert list(named_parameters(model)) == ["layers.0.W", "layers.0.b", "layers.1.b"]
    assert summary(model).parameters == 8


def test_a_parameter_out_of_sight_is_found() -> None:
    class Hidden(Module):
        def parameters(self) -> list[Parameter]:
            return kept

    kept = [Parameter(np.ones(2))]
    assert list(named_parameters(Hidden())) == ["parameters.0"]
    assert summary(Hidden()).parameters == 2


def test_the_summary_of_a_network() -> None:
    model = network()
    freeze(model.layers[0])
    found = summary(model, np.ones((5, 2)))
    assert [row.name for row in found.rows] == [
        "layers.0.layers.0",
        "layers.0.layers.1",
        "layers.1",
        "layers.2",
    ]
    assert [row.output for row in found.rows] == [(5, 3), (5, 3), (5, 3), (5, 1)]
    assert [row.parameters for row in found.rows] == [9, 0, 3, 4]
    assert found.rows[2].state == {"table.scale": (3,), "running_mean": (3,)}
    assert (found.parameters, found.trained) == (16, 7)
    assert "9 frozen" in str(found)
    assert str(found).endswith("16 parameters, 9 of them frozen")
    assert not model.layers[1].running_mean.any(), "the model itself was run"  # type: ignore
    assert "forward" not in vars(model.layers[2])
    assert [row.output for row in summary(model).rows] == [None] * 4
    assert str(summary(Linear(2, 1, rng=np.random.default_rng(0)))).count("Linear") == 1


REFUSED: list[tuple[str, Callable[[], Any]]] = [
    ("summary: model is 3, expected a Module", lambda: summary(3)),  # type: ignore
    ("summary: x is 3, expected an array", lambda: summary(network(), 3)),
    (
        "summary: x is (5, 3), which model refuses: linear_forward: x is (5, 3), but W is (2, 3): "
        "3 columns meet 2 rows",
        lambda: summary(network(), np.ones((5, 3))),
    ),
    ("save_weights: model is None, expected a Module", lambda: save_weights("a", None)),  # type: ignore
    ("save_weights: path is 3, expected the path of a file", lambda: save_weights(3, network())),  # type: ignore
    ("load_arrays: path is '', expected the path of a file", lambda: load_arrays("")),
    ("save_arrays: arrays is a list, expected a dict of arrays", lambda: save_arrays("a", [])),  # type: ignore
    (
        "save_arrays: arrays has the name 3, expected text",
        lambda: save_arrays("a", {3: np.ones(1)}),
    ),  # type: ignore
    ("set_state: arrays is 3, expected a dict of arrays", lambda: set_state(network(), 3)),  # type: ignore
]


@pytest.mark.parametrize(("message", "call"), REFUSED, ids=[message for message, _ in REFUSED])
def test_refused(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ArgumentError, match=f"^{re.escape(message)}$"):
        call()
