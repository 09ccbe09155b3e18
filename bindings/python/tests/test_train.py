"""Training: what comes out is counted a second time in NumPy, and equals what the program writes."""

import json
import subprocess
import sys

import numpy as np
import pytest

import attractor


def fields(network, states):
    return states @ network.weights.T + network.biases


def wrong(network, patterns):
    return int((fields(network, patterns) * patterns <= 0).sum())


@pytest.mark.parametrize("couplings", ["symmetric", "directed"])
@pytest.mark.parametrize("rule", ["exact", "hebbian", "perceptron"])
def test_wrong_bits_are_those_of_numpy(random_patterns, couplings, rule):
    patterns = random_patterns(14, 10)
    network = attractor.train(patterns, rule=rule, couplings=couplings, time_limit=None if rule == "hebbian" else 20)
    assert network.wrong_bits == wrong(network, patterns) == network.stability(patterns).wrong_bits
    assert network.lower_bound <= network.wrong_bits
    assert network.per_neuron["wrong_bits"].sum() == network.wrong_bits
    assert network.couplings == couplings and network.rule == rule
    assert (network.weights.diagonal() == 0).all()
    if couplings == "symmetric":
        assert (network.weights == network.weights.T).all()


def test_an_optimum_is_proven_and_checked(random_patterns):
    patterns = random_patterns(30, 8)
    network = attractor.train(patterns, couplings="directed")
    assert network.status == "optimal" and network.wrong_bits == network.lower_bound > 0 and network.gap == 0
    certificate = network.certify()
    assert certificate.lower_bound == network.lower_bound
    verdict = attractor.verify(network, patterns, certificate)
    assert verdict and verdict.optimal and verdict.wrong_bits == network.wrong_bits
    assert "no such network has fewer wrong bits" in str(verdict)
    other = attractor.verify(network, patterns * -1, certificate)
    assert not other and not other.undecided and "refused" in str(other)


OPTIONS = [
    ({}, []),
    ({"couplings": "directed", "bias": True}, ["--couplings", "directed", "--bias"]),
    ({"ties": "negative", "seed": 7}, ["--ties", "negative", "--seed", "7"]),
    ({"weights": "ternary", "couplings": "directed"}, ["--weights", "ternary", "--couplings", "directed"]),
    ({"weights": "integer:3", "couplings": "directed", "sparse": True}, ["--weights", "integer:3", "--couplings", "directed", "--sparse"]),
    ({"sparse": 0.5}, ["--sparse=0.5"]),
    ({"noise": 0.1}, ["--noise", "0.1"]),
    ({"noise": 0}, ["--noise", "0"]),
    ({"noise": 0.05, "survive": 1, "couplings": "directed"}, ["--noise", "0.05", "--survive", "1", "--couplings", "directed"]),
    ({"noise": 0.05, "erased": 0.2, "repair_rounds": 2}, ["--noise", "0.05", "--erased", "0.2", "--repair-rounds", "2"]),
    ({"survive": "max"}, ["--survive", "max"]),
    ({"survive": 1, "survive_erased": 2}, ["--survive", "1", "--survive-erased", "2"]),
    ({"shape": (3, 4), "receptive_field": 2}, ["--shape", "3x4", "--receptive-field", "2"]),
    ({"halves": 5, "couplings": "directed"}, ["--halves", "5", "--couplings", "directed"]),
    ({"rule": "dreaming", "settings": {"t": 30}}, ["--rule", "dreaming", "--set", "t=30"]),
    ({"rule": "daydreaming", "seed": 3}, ["--rule", "daydreaming", "--seed", "3"]),
    ({"rule": "pseudo-inverse", "keep_diagonal": True}, ["--rule", "pseudo-inverse", "--keep-diagonal"]),
]


@pytest.mark.parametrize("arguments, flags", OPTIONS, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_the_network_file_is_the_programs_byte_for_byte(program, random_patterns, tmp_path, arguments, flags):
    patterns = random_patterns(5, 12)
    np.save(tmp_path / "patterns.npy", patterns)
    program("train", tmp_path / "patterns.npy", "-o", tmp_path / "theirs", "--threads", "2", *flags)
    attractor.train(patterns, threads=1, **arguments).save(tmp_path / "ours")
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


BIG_M = [
    ({}, ["--formulation", "big-m"]),
    ({"weights": "ternary", "couplings": "directed"}, ["--weights", "ternary", "--couplings", "directed"]),
    ({"epsilon": 0.05, "big_m": 4.0, "ties": "negative"}, ["--epsilon", 0.05, "--big-m", 4, "--ties", "negative"]),
    ({"bias": True, "sparse": True}, ["--bias", "--sparse"]),
]


@pytest.mark.parametrize(("arguments", "flags"), BIG_M)
def test_the_big_m_model_is_the_programs(program, random_patterns, tmp_path, arguments, flags):
    patterns = random_patterns(3, 5)
    data, theirs, report, ours = (tmp_path / name for name in ["x.npy", "theirs.safetensors", "r.json", "ours.safetensors"])
    np.save(data, patterns)
    network = attractor.train(patterns, formulation="big-m", solver="microlp", **arguments)
    flags = ["--formulation", "big-m", *[flag for flag in flags if flag not in ("--formulation", "big-m")]]
    program("train", data, "-o", theirs, "--report", report, *flags)
    network.save(ours)
    assert ours.read_bytes() == theirs.read_bytes()
    said = json.loads(report.read_text())
    for key in ["wrong_bits", "lower_bound", "solver_status", "model_bound", "model_gap", "solver_failure"]:
        assert network.report[key] == said[key], key
    assert network.report["solver_status"] == "optimal"
    for form in ["mps", "lp"]:
        file, own = tmp_path / f"p.{form}", tmp_path / f"own.{form}"
        program("export", data, "--format", form, "-o", file, "--compact", *flags[2:])
        size = attractor.write_program(patterns, own, format=form, compact=True, **arguments)
        assert own.read_bytes() == file.read_bytes()
        assert all(number > 0 for number in size)


def test_ctrl_c_ends_the_big_m_model(tmp_path):
    script = """
import attractor, os, signal, threading
threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    attractor.train(attractor.random_patterns(60, 30), formulation="big-m")
except attractor.TrainingInterrupted as error:
    print(error.network.report["solver_status"])
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert run.stdout.strip() in ("feasible", "no-solution"), run.stderr


def test_the_big_m_model_ends_at_its_limit(random_patterns):
    network = attractor.train(random_patterns(30, 14), formulation="big-m", time_limit=0.5)
    assert network.report["solver_status"] in ("feasible", "no-solution")
    assert network.wrong_bits >= network.report["model_bound"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("formulation", {"formulation": "other"}),
        ("solver", {"formulation": "big-m", "solver": "other"}),
        ("solver", {"solver": "microlp"}),
        ("epsilon", {"epsilon": 0.1}),
        ("epsilon", {"formulation": "big-m", "epsilon": 0}),
        ("big_m", {"formulation": "big-m", "big_m": 1e-9}),
        ("sparse", {"formulation": "big-m", "sparse": -1.0}),
        ("noise", {"formulation": "big-m", "noise": 0.1}),
        ("survive", {"formulation": "big-m", "survive": "max"}),
        ("weights", {"formulation": "big-m", "weights": "integer:0"}),
    ],
)
def test_what_the_big_m_model_does_not_know_is_named(random_patterns, name, arguments):
    with pytest.raises(ValueError, match=f"^{name}"):
        attractor.train(random_patterns(2, 4), **arguments)


def test_a_program_that_cannot_be_written_is_said(random_patterns, tmp_path):
    with pytest.raises(ValueError, match="^format"):
        attractor.write_program(random_patterns(2, 4), tmp_path / "p", format="gms")
    with pytest.raises(OSError, match="nowhere"):
        attractor.write_program(random_patterns(2, 4), tmp_path / "nowhere" / "p.mps")
    with pytest.raises(attractor.UnsupportedError, match="formulation"):
        attractor.train(random_patterns(2, 4), rule="hebbian", formulation="big-m")


def test_a_certificate_is_the_programs_byte_for_byte(program, random_patterns, tmp_path):
    patterns = random_patterns(20, 8)
    np.save(tmp_path / "patterns.npy", patterns)
    flags = ["--couplings", "directed", "--proof", tmp_path / "theirs.json"]
    program("train", tmp_path / "patterns.npy", "-o", tmp_path / "theirs", *flags)
    network = attractor.train(patterns, couplings="directed")
    certificate = network.certify()
    certificate.save(tmp_path / "ours.json")
    network.save(tmp_path / "ours", certificate=certificate)
    assert (tmp_path / "ours.json").read_bytes() == (tmp_path / "theirs.json").read_bytes()
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


def test_a_mask_and_a_known_network(program, random_patterns, tmp_path):
    patterns, mask = random_patterns(6, 10), np.triu(np.random.default_rng(2).random((10, 10)) < 0.7, 1)
    mask |= mask.T
    network = attractor.train(patterns, mask=mask)
    assert (network.weights[~mask] == 0).all()
    np.save(tmp_path / "patterns.npy", patterns)
    np.save(tmp_path / "mask.npy", mask.astype(np.int8))
    program("train", tmp_path / "patterns.npy", "-o", tmp_path / "theirs", "--mask", tmp_path / "mask.npy")
    network.save(tmp_path / "ours")
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()
    again = attractor.train(patterns, mask=mask, start=network)
    assert (again.wrong_bits, again.lower_bound) == (network.wrong_bits, network.lower_bound)


def test_progress_is_told_and_what_it_raises_ends_the_training(random_patterns):
    patterns, heard = random_patterns(60, 30), []
    attractor.train(patterns, time_limit=1, callback=heard.append)
    assert heard and all(one.lower_bound <= one.wrong_bits for one in heard if one.wrong_bits is not None)
    assert "phase=" in repr(heard[0])

    def refuse(progress):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        attractor.train(patterns, time_limit=60, callback=refuse)


def test_a_bar_shows_progress(random_patterns, capsys):
    attractor.train(random_patterns(60, 30), time_limit=1, progress=True)
    assert "wrong bits" in capsys.readouterr().err
