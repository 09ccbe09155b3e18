"""Patterns from files and chance, outcomes, traces, states, rules, dense memories."""

import csv
import itertools

import numpy as np
import pytest

import attractor


def test_the_programs_numbers(program, tmp_path):
    program("data", "random", "--shape", "3x4", "--count", "7", "--seed", "5", "-o", tmp_path / "p.npy")
    patterns = attractor.random_patterns(7, 12, seed=5)
    assert patterns.dtype == np.int8 and (np.load(tmp_path / "p.npy") == patterns).all()
    program("data", tmp_path / "p.npy", "--flip", "2", "--erase", "3", "--seed", "9", "-o", tmp_path / "c.npy")
    cues = attractor.damage(patterns, flip=2, erase=3, seed=9)
    assert (np.load(tmp_path / "c.npy") == cues).all() and ((cues == 0).sum(axis=1) == 3).all()


def test_files(tmp_path):
    patterns = attractor.random_patterns(4, 9)
    cues = attractor.damage(patterns, erase=2)
    for end in ("npy", "csv", "txt"):
        attractor.write_patterns(tmp_path / f"p.{end}", patterns)
        assert (attractor.read_patterns(tmp_path / f"p.{end}") == patterns).all()
        attractor.write_cues(tmp_path / f"c.{end}", cues)
        assert (attractor.read_cues(tmp_path / f"c.{end}") == cues).all()
    grey = np.random.default_rng(1).random((3, 4, 4))
    np.save(tmp_path / "grey.npy", grey)
    cut = attractor.read_patterns(tmp_path / "grey.npy", binarise=0.25)
    assert (cut == np.where(grey > 0.25, 1, -1).reshape(3, 16)).all()
    assert attractor.read_patterns(tmp_path / "grey.npy", shape=(2, 2), binarise="otsu").shape == (3, 4)
    with pytest.raises(FileNotFoundError):
        attractor.read_patterns(tmp_path / "none.npy")
    with pytest.raises(attractor.FormatError, match="p.npy"):
        attractor.read_patterns(tmp_path / "p.npy", shape=(2, 2))
    with pytest.raises(attractor.FormatError, match="grey.npy"):
        np.save(tmp_path / "grey.npy", grey[0])
        attractor.read_cues(tmp_path / "grey.npy")
    with pytest.raises(ValueError, match="^binarise: "):
        attractor.read_patterns(tmp_path / "grey.npy", binarise="some")
    with pytest.raises(OSError):
        attractor.write_patterns(tmp_path / "p.xyz", patterns)
    for wrong in ({"flip": 10}, {"erase": 10}):
        with pytest.raises(ValueError, match=f"^{next(iter(wrong))}: "):
            attractor.damage(patterns, **wrong)


def test_outcomes_and_traces(random_patterns):
    patterns = random_patterns(4, 40)
    network = attractor.train(patterns, rule="hebbian")
    cues = np.vstack([attractor.damage(patterns, flip=4), -patterns[:1]])
    recall = network.recall(cues)
    outcomes = recall.outcomes(patterns)
    assert outcomes["outcome"][:4] == ["stored"] * 4 and outcomes["outcome"][4] == "negative"
    assert outcomes["pattern"].tolist() == [0, 1, 2, 3, 0] and outcomes["overlap"][0] == 1
    states, energies = network.trace(cues[0])
    assert (states[0] == cues[0]).all() and (states[-1] == recall.states[0]).all()
    expected = -0.5 * np.einsum("ti,ij,tj->t", states.astype(float), network.weights, states)
    assert np.allclose(energies, expected) and (np.diff(energies) <= 0).all()
    film, _ = network.trace(cues[:1].reshape(1, 5, 8))
    assert film.shape == (len(states), 5, 8)
    with pytest.raises(ValueError, match="^cue: "):
        network.trace(cues)


def test_all_states(random_patterns):
    network = attractor.train(random_patterns(3, 8), bias=True)
    found = network.states()
    all_states = np.array(list(itertools.product([-1, 1], repeat=8)))
    step = np.where(all_states @ network.weights.T + network.biases > 0, 1, -1)
    fixed = all_states[(step == all_states).all(axis=1)]
    ours = found["state"][found["length"] == 1]
    assert {tuple(state) for state in ours} == {tuple(state) for state in fixed}
    assert found["basin"].sum() == 256
    with pytest.raises(attractor.UnsupportedError, match="neurons"):
        attractor.train(random_patterns(2, 40), rule="hebbian").states()


def test_every_rule_trains(random_patterns):
    patterns = random_patterns(3, 10)
    rules = attractor.rules()
    assert [rule["name"] for rule in rules][:2] == ["hebbian", "pseudo-inverse"] and len(rules) == 15
    for rule in rules:
        network = attractor.train(patterns, rule=rule["name"])
        assert network.rule == rule["name"] and network.wrong_bits == network.stability(patterns).wrong_bits
        assert rule["best_at"] and all({"name", "meaning", "range", "default"} <= set(one) for one in rule["settings"])


def test_dense_memories(random_patterns):
    patterns = random_patterns(100, 30)
    cues = attractor.damage(patterns, flip=2)
    memory = attractor.DenseMemory(patterns)
    assert ((memory.recall(cues).states == patterns).all(axis=1)).mean() > 0.95
    cubic = attractor.DenseMemory(patterns, separation="polynomial", degree=4)
    assert len(cubic.recall(cues)) == 100 and "30 neurons" in repr(cubic)
    for wrong, name in [
        ({"separation": "none"}, "separation"),
        ({"separation": "polynomial"}, "degree"),
        ({"degree": 3}, "degree"),
        ({"separation": "polynomial", "degree": 3, "beta": 1.0}, "beta"),
        ({"beta": -1.0}, "separation"),
    ]:
        with pytest.raises(ValueError, match=f"^{name}: "):
            attractor.DenseMemory(patterns, **wrong)


def test_cliques_can_be_stored():
    cliques = attractor.cliques(6)
    assert cliques.shape == (20, 15)
    assert attractor.train(cliques, bias=True, time_limit=30).wrong_bits == 0


def test_pairs():
    x, y = attractor.random_patterns(4, 30, seed=1), attractor.random_patterns(4, 20, seed=2)
    network = attractor.train(np.hstack([x, y]), halves=30)
    assert (network.weights[:30, :30] == 0).all() and (network.weights[30:, 30:] == 0).all()
    there = network.associate(attractor.damage(x, flip=2))
    assert (there["other"] == y).all() and (there["same"] == x).all() and there["settled"].all()
    assert (network.associate(y, half="second")["other"] == x).all()
    with pytest.raises(attractor.UnsupportedError, match="halves"):
        attractor.train(x, rule="hebbian").associate(x)
    with pytest.raises(ValueError, match="^half: "):
        network.associate(x, half="third")


def test_basins_are_the_programs(program, tmp_path):
    patterns = attractor.random_patterns(4, 30)
    network = attractor.train(patterns)
    network.save(tmp_path / "net")
    np.save(tmp_path / "p.npy", patterns)
    program("basins", tmp_path / "net", "--patterns", tmp_path / "p.npy", "--flips", "0:6:3", "--repeats", "5", "-o", tmp_path / "b.csv")
    with open(tmp_path / "b.csv") as file:
        theirs = list(csv.DictReader(file))
    ours = network.basins(patterns, flips=[0, 3, 6], repeats=5)
    assert [int(row["recalled"]) for row in theirs] == ours["recalled"].tolist()
    assert (ours["cues"] == 20).all() and ours["recalled"][0] == 20 and ours["damage"] == ["flips"] * 3
    with pytest.raises(ValueError, match="^flips: "):
        network.basins(patterns, flips=[31])
    with pytest.raises(ValueError, match="^blocks: "):
        network.basins(patterns, blocks=[1])


def test_novelty(random_patterns):
    patterns = attractor.bundled_patterns("mnist", shape=(12, 12), count=20, distinct=True)
    network = attractor.train(patterns, rule="pseudo-inverse")
    known, new = attractor.damage(patterns, flip=5), attractor.bundled_patterns("mnist", shape=(12, 12), count=20, skip=50)
    for statistic in ("second-step", "nearest"):
        score = lambda cues: network.novelty(cues, statistic=statistic, patterns=patterns)  # noqa: E731
        assert score(new).mean() > score(known).mean()
    distances = (known[:, None] != patterns[None]).sum(axis=2).min(axis=1)
    assert (network.novelty(known, statistic="nearest", patterns=patterns) == distances).all()
    with pytest.raises(ValueError, match="^statistic: "):
        network.novelty(known, statistic="some")
    with pytest.raises(ValueError, match="^patterns: "):
        network.novelty(known, statistic="nearest")


def test_bundled_images_are_the_programs(program, tmp_path):
    program("data", "mnist", "--shape", "9x9", "--count", "10", "--skip", "3", "--distinct", "-o", tmp_path / "p.npy")
    ours = attractor.bundled_patterns("mnist", shape=(9, 9), count=10, skip=3, distinct=True)
    assert (ours == np.load(tmp_path / "p.npy").reshape(10, 81)).all()
    with pytest.raises(ValueError, match="^name: "):
        attractor.bundled_patterns("faces")
    with pytest.raises(ValueError, match="^count: "):
        attractor.bundled_patterns("font8x8", count=1000)
