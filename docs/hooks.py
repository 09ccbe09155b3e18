"""What the site takes from outside `docs/`: pictures of the results, BENCHMARKS.md; and where its links lead from there."""

import pathlib
import re

from mkdocs.structure.files import File

ROOT = pathlib.Path(__file__).resolve().parent.parent
REPOSITORY = "https://github.com/attractor-rs/attractor/blob/main/"


def on_files(files, config):
    """Pictures under `results/`, and the benchmarks as a page."""
    for path in sorted((ROOT / "results" / "full").glob("*.png")):
        files.append(File.generated(config, f"results/{path.name}", abs_src_path=str(path)))
    files.append(File.generated(config, "benchmarks.md", abs_src_path=str(ROOT / "BENCHMARKS.md")))
    return files


def on_page_markdown(markdown, page, config, files):
    """Links out of `docs/`, right in a checkout, lead to the repository."""
    if page.file.src_uri == "benchmarks.md":
        return re.sub(r"\]\((?!https?:|#)", f"]({REPOSITORY}", markdown)
    depth = page.file.src_uri.count("/") + 1
    return markdown.replace("](" + "../" * depth, f"]({REPOSITORY}")
