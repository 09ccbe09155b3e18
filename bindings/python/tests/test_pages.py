"""The Python examples of the documentation's pages run as they stand, those of a page one after another."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

DOCS = pathlib.Path(__file__).resolve().parents[3] / "docs"
# The page on clusters has a test of its own, and an example that needs a cluster.
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if page.name != "cluster.md" and "```python" in page.read_text()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_run(page, tmp_path):
    examples = re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
    (tmp_path / "page.py").write_text("\n".join(examples))
    done = subprocess.run([sys.executable, "page.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120, env=os.environ)
    assert done.returncode == 0, done.stderr
