import os
import pathlib
import shutil
import subprocess

import numpy as np
import pytest



@pytest.fixture(scope="session")
def program():
    """The program `attractor` of this repository: ATTRACTOR_PROGRAM, or the newest that was built."""
    named = os.environ.get("ATTRACTOR_PROGRAM")
    root = pathlib.Path(__file__).resolve().parents[3]
    built = [root / "target" / profile / "attractor" for profile in ("debug", "release")]
    found = named or next((str(path) for path in built if path.exists()), None)
    if found is None or shutil.which(found) is None:
        pytest.skip("the program is not built: cargo build -p attractor-cli")

    def run(*arguments):
        subprocess.run([found, *map(str, arguments)], check=True, capture_output=True)

    return run


@pytest.fixture
def random_patterns():
    def make(count, neurons, seed=1):
        return np.random.default_rng(seed).choice(np.array([-1, 1], dtype=np.int8), size=(count, neurons))

    return make
