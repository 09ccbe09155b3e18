"""`capacity`, `compare` and `reproduce`: the program's tables, column by column."""

import csv
import math
import signal
import subprocess
import sys

import numpy as np
import pytest

import attractor

OWN = """
kind = "storage"
title = "own"
[full]
data = ["random"]
neurons = 8
patterns = [2, 6]
methods = ["hebbian", "exact-directed"]
repeats = 2
seed = 1
time-limit = 10.0
"""


def table(path):
    with open(path) as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


def agree(ours, theirs, beside=()):
    """Every column, to half a unit of the last digit that the program writes."""
    assert list(ours) == list(theirs)
    for name in set(theirs) - set(beside):
        assert len(ours[name]) == len(theirs[name]), name
        for own, text in zip(ours[name], theirs[name]):
            if own is None or own == "" or (isinstance(own, (float, np.floating)) and math.isnan(own)):
                assert text == "", name
            elif isinstance(own, bool):
                assert text == str(own).lower()
            elif isinstance(own, str):
                assert own == text
            else:
                digits = len(text.partition(".")[2])
                assert abs(float(text) - own) <= 0.500001 * 10.0**-digits, (name, own, text)


def test_capacity_is_the_programs(program, tmp_path):
    rules, out = ["exact", "pseudo-inverse"], tmp_path / "c.csv"
    options = ["--rule", ",".join(rules), "--couplings", "directed", "--patterns", "4:24:10", "--repeats", "3", "--seed", "2"]
    program("capacity", "random", "--shape", "1x12", *options, "-o", out)
    asked = dict(rule=rules, couplings="directed", repeats=3, seed=2)
    ours = attractor.capacity("random", shape=(1, 12), patterns=range(4, 25, 10), **asked)
    agree(ours, table(out))
    assert ours["patterns"].dtype == np.int64 and not ours["stored"].flags.writeable
    assert ours["rule"] == ["exact-directed"] * 3 + ["pseudo-inverse"] * 3
    again = attractor.capacity("random", shape=(1, 12), patterns=range(4, 25, 10), threads=1, **asked)
    assert all(np.array_equal(ours[name], again[name], equal_nan=name != "rule") for name in ours)


def test_capacity_of_a_set_of_a_file_and_of_an_array(program, tmp_path):
    out = tmp_path / "c.csv"
    program("capacity", "font8x8", "--rule", "hebbian", "--repeats", "2", "-o", out)
    agree(attractor.capacity("font8x8", rule="hebbian", repeats=2), table(out))
    patterns = attractor.random_patterns(20, 10)
    np.save(tmp_path / "p.npy", patterns)
    options = ["--rule", "dreaming", "--set", "t=30", "--repeats", "2"]
    program("capacity", tmp_path / "p.npy", *options, "-o", tmp_path / "d.csv")
    for source in (tmp_path / "p.npy", str(tmp_path / "p.npy"), patterns):
        ours = attractor.capacity(source, rule="dreaming", settings={"t": 30}, repeats=2)
        agree(ours, table(tmp_path / "d.csv"))


def test_guaranteed_radii_are_the_programs(program, tmp_path):
    path = tmp_path / "t.csv"
    sizes = ["--neurons", "8:12:4", "--patterns", "1:3:2", "--repeats", 2, "--seed", 4]
    program("capacity", "random", "--survive", *sizes, "--weights", "ternary", "--couplings", "directed", "-o", path)
    ours = attractor.guaranteed_radii([8, 12], [1, 3], repeats=2, seed=4, weights="ternary", couplings="directed")
    agree(ours, table(path))
    assert (ours["proven"] == ours["stored"]).all()


def test_compare_is_the_programs(program, tmp_path):
    patterns = attractor.random_patterns(4, 16)
    np.save(tmp_path / "p.npy", patterns)
    rules = ["exact", "exact-directed", "hebbian"]
    options = ["--rule", ",".join(rules), "--flips", "0:4:2", "--repeats", "5"]
    program("compare", tmp_path / "p.npy", *options, "-o", tmp_path / "c.csv")
    for source in (patterns, tmp_path / "p.npy"):
        ours = attractor.compare(source, rule=rules, flips=[0, 2, 4], repeats=5)
        agree(ours, table(tmp_path / "c.csv"), beside=["seconds"])
    assert ours["rule"][0] == "exact-default" and ours["status"][0] == "optimal" and ours["status"][-1] is None
    assert np.isnan(ours["wrong_bits"][-1]) and (ours["seconds"][:9] >= 0).all()


def test_reproduce_is_the_programs_and_resumes(program, tmp_path):
    config = tmp_path / "mine.toml"
    config.write_text(OWN)
    program("reproduce", "mine", "--config", config, "-o", tmp_path / "theirs")
    ours = attractor.reproduce(config, out=tmp_path / "ours")
    agree(ours, table(tmp_path / "theirs" / "mine.csv"), beside=["seconds"])
    assert set(ours["figure"]) == {"mine"} and (tmp_path / "ours" / "report.html").exists()
    again = attractor.reproduce("mine", config=str(config), out=str(tmp_path / "ours"))
    assert (again["seconds"] == ours["seconds"]).all()
    parts = [tmp_path / "part1", tmp_path / "part2"]
    for k, part in enumerate(parts):
        attractor.reproduce(config, out=part, shard=f"{k + 1}/2")
    whole = attractor.reproduce(config, out=tmp_path / "whole", merge=parts)
    assert np.array_equal(whole["wrong_bits"], ours["wrong_bits"]) and whole["seed"].tolist() == ours["seed"].tolist()


def test_reproduce_takes_a_mapping_with_settings_over_lists(program, tmp_path):
    methods = '["hebbian", { name = "dreaming", t = [1, 2.5] }, { name = "exact-sparse", balance = [0.0, 1.0] }]'
    text = OWN.replace('["hebbian", "exact-directed"]', methods)
    (tmp_path / "mine.toml").write_text(text)
    program("reproduce", "mine", "--config", tmp_path / "mine.toml", "-o", tmp_path / "theirs")
    sparse = {"name": "exact-sparse", "balance": np.array([0.0, 1.0])}
    full = {
        "data": ["random"],
        "neurons": np.int64(8),
        "patterns": (2, 6),
        "methods": ["hebbian", {"name": "dreaming", "t": [1, 2.5]}, sparse],
        "repeats": 2,
        "seed": 1,
        "time_limit": 10.0,
    }
    config = {"kind": "storage", "title": "own", "full": full}
    ours = attractor.reproduce("mine", config=config, out=tmp_path / "ours")
    agree(ours, table(tmp_path / "theirs" / "mine.csv"), beside=["seconds"])
    sparse = ["exact-sparse balance=0", "exact-sparse balance=1"]
    assert set(ours["method"]) == {"hebbian", "dreaming t=1", "dreaming t=2.5", *sparse}
    # The file's folder goes on with the mapping: the settings are the same.
    again = attractor.reproduce("mine", config=config, out=tmp_path / "theirs")
    assert again["margin"].tolist() == ours["margin"].tolist()
    with pytest.raises(ValueError, match="^config: .*`tt`"):
        full["methods"] = [{"name": "dreaming", "tt": 1}]
        attractor.reproduce("mine", config=config, out=tmp_path / "bad")
    with pytest.raises(TypeError, match="^config: "):
        attractor.reproduce("mine", config={"kind": object()}, out=tmp_path / "bad")
    assert not (tmp_path / "bad").exists()


RULES = {"rule": ["hebbian", "storkey"], "repeats": 3}


@pytest.mark.parametrize(
    ("names", "all", "run"),
    [
        (RULES["rule"], 12, lambda out, **how: attractor.capacity("random", shape=(1, 8), patterns=[2, 3], **RULES, **how)),
        (RULES["rule"], 2, lambda out, **how: attractor.compare(attractor.random_patterns(3, 12), **RULES, **how)),
        (["mine"], 8, lambda out, **how: attractor.reproduce(out.parent / "mine.toml", out=out, **how)),
    ],
)
def test_progress_is_told_and_shown(names, all, run, tmp_path, capfd):
    (tmp_path / "mine.toml").write_text(OWN)
    told = []
    run(tmp_path / "first", callback=told.append)
    assert told and isinstance(told[0], attractor.ExperimentProgress)
    done = [progress.done for progress in told]
    assert done == sorted(done) and {progress.all for progress in told} == {all}
    assert {progress.what for progress in told} <= set(names) and told[-1].seconds > 0
    assert "what='" in repr(told[0])
    run(tmp_path / "second", progress=True)
    assert told[-1].what in capfd.readouterr().err

    def stop(progress):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        run(tmp_path / "third", callback=stop)


INTERRUPTED = """
import attractor, os, signal, sys, threading
interrupt = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
def told(progress):
    if progress.done > 0 and not interrupt.is_alive() and not interrupt.finished.is_set():
        interrupt.start()
try:
    {call}
except attractor.ExperimentInterrupted as error:
    print(sorted(set(error.table["{column}"])), len(error.table["{column}"]))
"""
LONG = "rule=['hebbian', 'exact'], repeats=1, time_limit=600, callback=told"


@pytest.mark.parametrize(
    ("call", "column", "finished"),
    [
        (f"capacity('random', shape=(1, 60), patterns=[150], {LONG})", "rule", "['hebbian'] 1"),
        (f"compare(attractor.random_patterns(150, 60), {LONG})", "rule", "['hebbian'] 7"),
        ("reproduce('fig4', out=sys.argv[1], callback=told)", "figure", "['fig4'] "),
    ],
)
def test_ctrl_c_hands_out_what_is_finished(call, column, finished, tmp_path):
    script = INTERRUPTED.format(call="attractor." + call, column=column)
    command = [sys.executable, "-c", script, str(tmp_path / "out")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.stdout.startswith(finished) and run.returncode != -signal.SIGINT, run.stderr
    if column == "figure":
        assert len(table(tmp_path / "out" / "fig4.csv")["seed"]) == int(run.stdout.split()[-1]) > 0


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("rule", lambda: attractor.capacity("random", shape=(1, 8), rule="best")),
        ("rule", lambda: attractor.capacity("random", shape=(1, 8), rule=["hebbian", "hebbian"])),
        ("shape", lambda: attractor.capacity("random")),
        ("shape", lambda: attractor.capacity("random", shape=(1, 10**9))),
        ("patterns", lambda: attractor.capacity("random", shape=(1, 8), patterns=[4, 2])),
        ("patterns", lambda: attractor.capacity(np.eye(4), patterns=[5])),
        ("couplings", lambda: attractor.capacity("random", shape=(1, 8), rule="hebbian", couplings="directed")),
        ("settings", lambda: attractor.capacity("random", shape=(1, 8), settings={"t": 3})),
        ("time_limit", lambda: attractor.capacity("random", shape=(1, 8), rule="hebbian", time_limit=3)),
        ("neurons", lambda: attractor.guaranteed_radii([], [2])),
        ("patterns", lambda: attractor.guaranteed_radii([8], [0])),
        ("weights", lambda: attractor.guaranteed_radii([8], [2], weights="large")),
        ("radius", lambda: attractor.compare(np.eye(4), radius=2)),
        ("repeats", lambda: attractor.compare(np.eye(4), repeats=0)),
        ("flips", lambda: attractor.compare(np.eye(4), flips=[5])),
        ("shape", lambda: attractor.compare(np.eye(4), rule="exact-receptive")),
        ("figure", lambda: attractor.reproduce("fig9", out="nowhere")),
        ("shard", lambda: attractor.reproduce("fig3", out="nowhere", shard="3/2")),
        ("out", lambda: attractor.reproduce("fig3", out=__file__)),
        ("out", lambda: attractor.reproduce("fig3", out="nowhere", merge=["nowhere"])),
    ],
)
def test_bad_values_name_the_argument(name, call):
    with pytest.raises(ValueError, match=f"^{name}: "):
        call()


def test_bad_types_and_files(tmp_path):
    with pytest.raises(TypeError, match="^patterns: "):
        attractor.capacity("random", shape=(1, 8), patterns=3)
    with pytest.raises(TypeError, match="^rule: "):
        attractor.capacity("random", shape=(1, 8), rule=3)
    with pytest.raises(FileNotFoundError):
        attractor.compare(tmp_path / "none.npy")
    with pytest.raises(FileNotFoundError):
        attractor.reproduce(tmp_path / "none.toml", out=tmp_path / "out")
    (tmp_path / "bad.toml").write_text("kind = 3")
    with pytest.raises(attractor.FormatError, match="bad.toml"):
        attractor.reproduce(tmp_path / "bad.toml", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
