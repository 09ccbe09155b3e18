"""Beside the rest of a process: Ctrl-C, forks, threads that wait for the interpreter's lock."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import attractor

PATTERNS = np.random.default_rng(1).choice([-1, 1], size=(150, 60))

INTERRUPTED = """
import attractor, numpy, os, signal, threading, time
patterns = numpy.random.default_rng(1).choice([-1, 1], size=(150, 60))
threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    attractor.train(patterns)
except KeyboardInterrupt as error:
    assert isinstance(error, attractor.TrainingInterrupted)
    network = error.network
    assert network.wrong_bits == network.stability(patterns).wrong_bits and network.status == "interrupted"
    print("interrupted")
"""


def test_ctrl_c_leaves_the_best_network():
    run = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=60)
    assert run.stdout.strip() == "interrupted", run.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_after_a_training_trains():
    expected = attractor.train(PATTERNS[:10])
    child = os.fork()
    if child == 0:
        os._exit(0 if attractor.train(PATTERNS[:10]) == expected else 1)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            assert os.waitstatus_to_exitcode(status) == 0
            return
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child hangs")


def test_other_threads_go_on():
    counted, done = [0], threading.Event()

    def count():
        while not done.is_set():
            counted[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    attractor.train(PATTERNS, time_limit=1)
    done.set()
    thread.join()
    assert counted[0] > 20


def test_trainings_in_threads_are_the_same():
    networks = [None] * 3

    def train(k):
        networks[k] = attractor.train(PATTERNS[:12], couplings="directed", threads=1 + k)

    threads = [threading.Thread(target=train, args=(k,)) for k in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert networks[0] == networks[1] == networks[2]
