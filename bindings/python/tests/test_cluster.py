"""The page From a laptop to a cluster: the bodies of its scripts, and its Python program."""

import csv
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]


def rows(path):
    """Results without what depends on the machine."""
    with open(path, newline="") as file:
        return [{key: value for key, value in row.items() if key != "seconds"} for row in csv.DictReader(file)]


def test_the_bodies_of_the_slurm_scripts(program, tmp_path):
    bin = pathlib.Path(os.environ.get("ATTRACTOR_PROGRAM") or ROOT / "target" / "debug" / "attractor")
    home = tmp_path / "bin"
    home.mkdir()
    (home / "attractor").symlink_to(bin)
    usual = dict(os.environ, PATH=f"{home}:{os.environ['PATH']}", SLURM_STEP_LAUNCHER="", SLURM_ARRAY_TASK_COUNT="2")

    def run(script, part=""):
        command = ["bash", ROOT / "examples" / "cluster" / script, "fig3", "--quick"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, env=dict(usual, SLURM_ARRAY_TASK_ID=part))

    run("part.sbatch", "1")
    run("part.sbatch", "2")
    run("merge.sbatch")
    program("reproduce", "fig3", "--quick", "-o", tmp_path / "undivided")
    assert rows(tmp_path / "whole" / "fig3.csv") == rows(tmp_path / "undivided" / "fig3.csv")


def test_the_pages_python_program(tmp_path):
    page = (ROOT / "docs" / "cluster.md").read_text()
    first = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "run.py").write_text(first[1])
    done = [subprocess.run([sys.executable, "run.py"], cwd=tmp_path, capture_output=True, text=True) for _ in range(2)]
    assert done[0].returncode == 0, done[0].stderr
    assert "10 rows; Network(25 neurons, directed" in done[0].stdout and "proven optimal" in done[0].stdout
    assert done[0].stdout == done[1].stdout
    assert len((tmp_path / "stored.jsonl").read_text().splitlines()) == 11


def test_the_pages_parts_of_a_curve(program, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "cluster.md").read_text()
    commands = [line.split()[1:] for line in page.splitlines() if line.startswith("attractor capacity")]
    for command in commands:
        program(*command)
    program(*commands[0][: commands[0].index("--shard")], "-o", "whole.csv")
    assert (tmp_path / "curve.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
