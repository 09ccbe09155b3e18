"""The page From a laptop to a cluster: the bodies of its scripts, and its Python program."""

import csv
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]


def rows(path):
    """Results without what depends on the machine."""
    with open(path, newline="") as file:
        return [{key: value for key, value in row.items() if key != "seconds"} for row in csv.DictReader(file)]


def path_with_the_program(folder):
    """A search path on which the program is `attractor`."""
    bin = pathlib.Path(os.environ.get("ATTRACTOR_PROGRAM") or ROOT / "target" / "debug" / "attractor")
    home = folder / "bin"
    home.mkdir()
    (home / "attractor").symlink_to(bin)
    return f"{home}:{os.environ['PATH']}"


def test_the_bodies_of_the_slurm_scripts(program, tmp_path):
    path = path_with_the_program(tmp_path)
    usual = dict(os.environ, PATH=path, SLURM_STEP_LAUNCHER="", SLURM_ARRAY_TASK_COUNT="2")

    def run(script, part=""):
        command = ["bash", ROOT / "examples" / "cluster" / script, "fig3", "--quick"]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, env=dict(usual, SLURM_ARRAY_TASK_ID=part))

    run("part.sbatch", "1")
    run("part.sbatch", "2")
    run("merge.sbatch")
    program("reproduce", "fig3", "--quick", "-o", tmp_path / "undivided")
    assert rows(tmp_path / "whole" / "fig3.csv") == rows(tmp_path / "undivided" / "fig3.csv")


def test_the_commands_of_the_condor_file(program, tmp_path):
    """Expanded as HTCondor's library expands them: index is the process, counted from 0, and 1."""
    text = (ROOT / "examples" / "cluster" / "part.sub").read_text()
    said = dict(re.findall(r"^(\w+) *= *(.*)$", text, re.MULTILINE))
    assert said["index"] == "$(Process) + 1" and said["executable"] == "/usr/bin/env" and text.rstrip().endswith("queue $(n)")
    environment = dict(os.environ, PATH=path_with_the_program(tmp_path))

    def run(command):
        subprocess.run(["/usr/bin/env", *command.split()], cwd=tmp_path, check=True, capture_output=True, env=environment)

    for process in range(2):
        values = {"$(figure)": "fig3 --quick", "$(n)": "2", "$INT(index)": str(process + 1)}
        command = said["arguments"].strip('"')
        for name, value in values.items():
            command = command.replace(name, value)
        assert "$" not in command
        run(command)
    run("attractor reproduce fig3 --quick --merge part-1 --merge part-2 -o whole")
    program("reproduce", "fig3", "--quick", "-o", tmp_path / "undivided")
    assert rows(tmp_path / "whole" / "fig3.csv") == rows(tmp_path / "undivided" / "fig3.csv")


@pytest.mark.skipif(shutil.which("parallel") is None, reason="GNU parallel is not installed")
def test_the_lines_for_gnu_parallel(program, tmp_path):
    page = (ROOT / "docs" / "cluster.md").read_text()
    lines = re.search(r"```sh\n(seq 8 .*?)```", page, re.DOTALL)[1]
    script = lines.replace("fig4", "fig3 --quick").replace("seq 8", "seq 2").replace("/8", "/2")
    environment = dict(os.environ, PATH=path_with_the_program(tmp_path), PARALLEL="--will-cite", HOME=str(tmp_path))
    subprocess.run(["bash", "-ec", script], cwd=tmp_path, check=True, capture_output=True, env=environment)
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
