"""The first Python example of each README runs as it stands."""

import pathlib
import re
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve()
READMES = [path for path in (HERE.parents[1] / "README.md", HERE.parents[3] / "README.md") if path.exists()]


@pytest.mark.parametrize("readme", READMES, ids=str)
def test_the_first_example_runs(readme):
    example = re.search(r"```python\n(.*?)```", readme.read_text(), re.DOTALL)[1]
    run = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert "proven optimal" in run.stdout and "of 20 come back" in run.stdout
