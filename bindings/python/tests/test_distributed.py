"""Sweeps: nothing is lost and nothing changes when workers, schedulers or the whole process die."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pytest

import attractor
from attractor.distributed import CellError, Ledger, LedgerError, grid, sweep, train_neurons


def squared(x, seed=0):
    return {"square": x * x, "random": float(np.random.default_rng(seed).random())}


def fussy(x):
    if x == 3:
        raise ZeroDivisionError("three")
    return x


def deadly(x, marker):
    """Dies by SIGKILL the first time that it is asked for cell 4."""
    if x == 4 and not os.path.exists(marker):
        open(marker, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return x + 1


CELLS = grid(x=range(5), seed=[1, 2])


def test_rows_are_in_order_and_the_same_by_every_executor(tmp_path):
    here = sweep(squared, CELLS)
    assert [row["x"] for row in here] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4] and here[-1]["square"] == 16
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(2) as processes:
        assert sweep(squared, CELLS, executor=threads) == here
        assert sweep(squared, CELLS, executor=processes, ledger=tmp_path / "ledger") == here
    heard = []
    assert sweep(squared, CELLS, ledger=tmp_path / "ledger", callback=heard.append) == here
    assert heard == []
    parts = [sweep(squared, CELLS, shard=(i, 3)) for i in (1, 2, 3)]
    assert sorted(sum(parts, []), key=str) == sorted(here, key=str)


def test_a_torn_line_is_done_again(tmp_path):
    path = tmp_path / "ledger"
    cells = grid(x=[7], seed=[1, 2])
    whole = sweep(squared, cells, ledger=path)
    content = path.read_bytes()
    for cut in range(len(content)):
        path.write_bytes(content[:cut])
        assert sweep(squared, cells, ledger=path) == whole
        assert sorted(path.read_bytes().splitlines()) == sorted(content.splitlines())


def test_errors_name_the_cell_and_keep_the_rest(tmp_path):
    with ThreadPoolExecutor(1) as executor, pytest.raises(CellError, match="ZeroDivisionError: three") as raised:
        sweep(fussy, [[x] for x in range(5)], executor=executor, ledger=tmp_path / "ledger")
    assert raised.value.cell == [3]
    with Ledger(tmp_path / "ledger", f"{__name__}.fussy") as ledger:
        assert {"[0]", "[1]", "[2]"} <= ledger.results.keys()
    with pytest.raises(ValueError, match="twice"):
        sweep(fussy, [[1], [1]])
    with pytest.raises(ValueError, match="shard"):
        sweep(fussy, [[1]], shard=(3, 2))
    with pytest.raises(TypeError, match="no JSON"):
        sweep(type, [[1]])


def test_ledgers_of_other_work_are_refused(tmp_path):
    path = tmp_path / "ledger"
    sweep(squared, CELLS, ledger=path)
    with pytest.raises(LedgerError, match="other work"):
        sweep(fussy, [[1]], ledger=path)
    with Ledger(path, f"{__name__}.squared"), pytest.raises(LedgerError, match="another process"):
        sweep(squared, CELLS, ledger=path)
    path.write_text("a,b\n1,2\n")
    with pytest.raises(LedgerError, match="no JSON"):
        sweep(squared, CELLS, ledger=path)
    assert path.read_text() == "a,b\n1,2\n"
    path.write_text("no line")
    with pytest.raises(LedgerError, match="no ledger"):
        sweep(squared, CELLS, ledger=path)


def test_a_killed_worker_of_a_pool_loses_nothing(tmp_path):
    cells = grid(x=range(8), marker=[str(tmp_path / "marker")])
    with ProcessPoolExecutor(2) as executor, pytest.raises((CellError, BrokenProcessPool)):
        sweep(deadly, cells, executor=executor, ledger=tmp_path / "ledger")
    before = len((tmp_path / "ledger").read_text().splitlines())
    with ProcessPoolExecutor(2) as executor:
        rows = sweep(deadly, cells, executor=executor, ledger=tmp_path / "ledger")
    assert [row["result"] for row in rows] == list(range(1, 9))
    assert before <= len((tmp_path / "ledger").read_text().splitlines()) == 9


@pytest.mark.parametrize(
    "arguments",
    [
        {"noise": 0.05},
        {"noise": 0},
        {"bias": True, "noise": 0.1},
        {"ties": "negative", "seed": 3, "noise": 0.05},
        {"shape": (3, 5), "receptive_field": 2, "erased": 0.1},
        {"weights": "ternary"},
    ],
)
def test_neurons_make_the_network_of_train_byte_for_byte(random_patterns, tmp_path, arguments):
    patterns = random_patterns(*((6, 9) if "weights" in arguments else (20, 15)))
    with ThreadPoolExecutor(2) as executor:
        apart = train_neurons(patterns, executor=executor, ledger=tmp_path / "ledger", **arguments)
    whole = attractor.train(patterns, couplings="directed", **arguments)
    apart.save(tmp_path / "apart")
    whole.save(tmp_path / "whole")
    assert (tmp_path / "apart").read_bytes() == (tmp_path / "whole").read_bytes()
    again = train_neurons(patterns, ledger=tmp_path / "ledger", **arguments)
    assert (again.weights == whole.weights).all() and again.status == whole.status == "optimal"
    with pytest.raises(LedgerError, match="other work"):
        train_neurons(-patterns, ledger=tmp_path / "ledger", **arguments)


def test_neurons_repair_the_usual_noise_where_nothing_is_said(random_patterns):
    patterns = random_patterns(6, 9)
    usual, said = (train_neurons(patterns, **arguments) for arguments in ({}, {"noise": 0.05}))
    assert (usual.weights == said.weights).all()


def test_what_is_about_a_whole_network_is_refused(random_patterns):
    with pytest.raises(attractor.UnsupportedError, match="survive"):
        train_neurons(random_patterns(3, 8), survive=1)
    with pytest.raises(CellError, match="ties: "):
        train_neurons(random_patterns(3, 8), ties="loose")


DASK = """
    import os, signal, sys, threading
    import numpy as np
    from attractor.distributed import train_neurons
    import dask
    from dask.distributed import Client, LocalCluster

    def main(ledger, deaths):
        patterns = np.random.default_rng(5).choice([-1, 1], size=(34, 24))
        dask.config.set({"distributed.scheduler.allowed-failures": 10})
        with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
            with Client(cluster) as client:
                workers = list(client.run(os.getpid).values())

                def kill():
                    # Once a third of the neurons is on disk: a worker; of two thirds: this process, scheduler and all.
                    seen = 0
                    for seen, at in ((8, 0), (16, 1)):
                        while len(open(ledger, "rb").read().splitlines()) <= seen:
                            threading.Event().wait(0.01)
                        os.kill(workers[0] if at == 0 else os.getpid(), signal.SIGKILL)

                if deaths:
                    threading.Thread(target=kill, daemon=True).start()
                network = train_neurons(patterns, executor=client.get_executor(), ledger=ledger)
                network.save(ledger + ".network")

    if __name__ == "__main__":
        main(sys.argv[1], sys.argv[2] == "deaths")
"""


def test_dask_workers_and_scheduler_killed(tmp_path):
    pytest.importorskip("distributed")
    script, ledger = tmp_path / "run.py", tmp_path / "ledger"
    script.write_text(textwrap.dedent(DASK))
    ledger.touch()

    def run(deaths):
        return subprocess.run([sys.executable, script, ledger, deaths], capture_output=True, text=True, timeout=240)

    killed = run("deaths")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    before = ledger.read_bytes()
    before = before[: before.rfind(b"\n")].splitlines()
    assert 17 <= len(before) < 25
    done = run("none")
    assert done.returncode == 0, done.stderr
    after = ledger.read_bytes().splitlines()
    # Nothing is lost, and nothing is done twice.
    assert after[: len(before)] == before
    assert sorted(json.loads(line)["cell"][0] for line in after[1:]) == list(range(24))
    patterns = np.random.default_rng(5).choice([-1, 1], size=(34, 24))
    attractor.train(patterns, couplings="directed", noise=0.05).save(tmp_path / "whole")
    assert (tmp_path / "ledger.network").read_bytes() == (tmp_path / "whole").read_bytes()
