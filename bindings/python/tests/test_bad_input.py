"""Bad input: the right exception, which names the argument."""

import numpy as np
import pytest

import attractor

GOOD = np.array([[1, -1, 1, 1], [-1, -1, 1, -1]])


@pytest.mark.parametrize(
    "patterns, kind",
    [
        (GOOD.astype(object), TypeError),
        ([[1, -1], [1]], TypeError),
        ("abc", TypeError),
        (None, TypeError),
        (GOOD + 0j, TypeError),
        (GOOD.astype(np.longdouble), TypeError if np.dtype(np.longdouble).itemsize > 8 else None),
        (np.array([["1", "-1"]]), TypeError),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), TypeError),
        (GOOD * np.nan, ValueError),
        (GOOD * np.inf, ValueError),
        (GOOD * 0.5, ValueError),
        (GOOD + 256, ValueError),
        (np.array([[1, -1, 0]]), ValueError),
        (GOOD[:0], ValueError),
        (GOOD[:, :0], ValueError),
        (GOOD[0], ValueError),
        (1, ValueError),
        (GOOD[None, None], ValueError),
        (np.ma.masked_array(GOOD, mask=GOOD > 0), ValueError),
    ],
)
def test_patterns(patterns, kind):
    if kind is None:
        pytest.skip("long doubles are doubles here")
    with pytest.raises(kind, match="^patterns: "):
        attractor.train(patterns)
    with pytest.raises(kind, match="^patterns: "):
        attractor.train(GOOD, rule="hebbian").stability(patterns)


@pytest.mark.parametrize(
    "make",
    [
        lambda a: a.astype(bool) if (a >= 0).all() else a > 0,
        lambda a: (a > 0).astype(np.uint8),
        lambda a: a.astype(np.float16),
        lambda a: a.astype(np.float32),
        lambda a: a.astype(">i4"),
        lambda a: a.astype(">f8"),
        lambda a: np.asfortranarray(a),
        lambda a: np.repeat(a, 2, axis=1)[:, ::2],
        lambda a: a[:, ::-1][:, ::-1],
        lambda a: a.tolist(),
        lambda a: np.ma.masked_array(a),
        lambda a: np.frombuffer(a.astype(np.int8).tobytes(), dtype=np.int8).reshape(a.shape),
        lambda a: np.frombuffer(b"x" + a.astype(np.int64).tobytes(), dtype=np.int64, offset=1).reshape(a.shape),
    ],
)
def test_every_layout_and_type_of_number_is_the_same(make):
    patterns = make(GOOD)
    network = attractor.train(patterns, rule="hebbian")
    assert network == attractor.train(GOOD, rule="hebbian")
    assert (network.recall(patterns).states == network.recall(GOOD).states).all()


def test_frames():
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    expected = attractor.train(GOOD, rule="hebbian")
    assert attractor.train(pandas.DataFrame(GOOD), rule="hebbian") == expected
    assert attractor.train(polars.DataFrame(GOOD), rule="hebbian") == expected


@pytest.mark.parametrize(
    "arguments, kind",
    [
        ({"rule": "nonsense"}, ValueError),
        ({"rule": 3}, TypeError),
        ({"couplings": "loose"}, ValueError),
        ({"weights": "integer:0"}, ValueError),
        ({"ties": "never"}, ValueError),
        ({"bias": 1}, TypeError),
        ({"shape": (3, 3)}, ValueError),
        ({"shape": 4}, TypeError),
        ({"shape": (2.0, 2.0)}, TypeError),
        ({"receptive_field": 1}, ValueError),
        ({"mask": np.ones((2, 2))}, ValueError),
        ({"mask": np.ones((4, 4))}, ValueError),
        ({"halves": 4}, ValueError),
        ({"halves": 2, "receptive_field": 1}, ValueError),
        ({"sparse": 2}, ValueError),
        ({"sparse": "much"}, TypeError),
        ({"sparse": 0.5, "weights": "ternary"}, ValueError),
        ({"sparse": 0.5, "noise": 0.1}, ValueError),
        ({"noise": 0.5}, ValueError),
        ({"noise": float("nan")}, ValueError),
        ({"noise": True}, TypeError),
        ({"erased": 1.0}, ValueError),
        ({"repair_rounds": -3}, ValueError),
        ({"survive": "some"}, ValueError),
        ({"survive": -1}, ValueError),
        ({"survive": True}, TypeError),
        ({"survive_erased": 1.5}, TypeError),
        ({"settings": {"t": 3}}, ValueError),
        ({"rule": "dreaming", "settings": {"t": -3}}, ValueError),
        ({"rule": "dreaming", "settings": {"u": 3}}, ValueError),
        ({"rule": "dreaming", "settings": {"t": "3"}}, TypeError),
        ({"keep_diagonal": True}, ValueError),
        ({"start": 3}, TypeError),
        ({"time_limit": 0}, ValueError),
        ({"time_limit": float("nan")}, ValueError),
        ({"seed": -1}, ValueError),
        ({"seed": 1.0}, TypeError),
        ({"threads": 0}, ValueError),
    ],
    ids=str,
)
def test_arguments(arguments, kind):
    name = [name for name in arguments if name not in ("rule", "weights")] or list(arguments)
    with pytest.raises(kind, match=rf"^{name[0]}\b"):
        attractor.train(GOOD, **arguments)


def test_what_a_rule_cannot_honour():
    for arguments in ({"noise": 0.1}, {"weights": "ternary"}, {"survive": 1}, {"time_limit": 3}):
        with pytest.raises(attractor.UnsupportedError, match=next(iter(arguments))):
            attractor.train(GOOD, rule="hebbian", **arguments)
    with pytest.raises(attractor.UnsupportedError):
        attractor.train(GOOD, rule="pseudo-inverse", mask=np.eye(4)[::-1])
    assert issubclass(attractor.UnsupportedError, attractor.AttractorError)


@pytest.mark.parametrize(
    "arguments, name",
    [
        ({"cues": GOOD[:, :3]}, "cues"),
        ({"cues": GOOD * 2}, "cues"),
        ({"cues": GOOD, "update": "sometimes"}, "update"),
        ({"cues": GOOD, "update": "synchronous", "order": "random"}, "order"),
        ({"cues": GOOD, "max_steps": 0}, "max_steps"),
        ({"cues": GOOD, "beta": -1.0}, "beta"),
        ({"cues": GOOD, "clamp": [9]}, "clamp"),
    ],
    ids=str,
)
def test_recall(arguments, name):
    network = attractor.train(GOOD, rule="hebbian")
    with pytest.raises(ValueError, match=f"^{name}: "):
        network.recall(**arguments)
