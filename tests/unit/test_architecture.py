"""The rules of the house: one direction of import, one owner per dependency, assets are files."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "kgsynth").rglob("*.py"))
OWNERS = {
    "neo4j": {"store.py", "server/"},
    "graphdatascience": {"concepts/gds.py"},
    "vllm": {"models/"},
    "langchain_core": {"models/", "calls/tasks.py"},
    "langchain_openai": {"models/"},
    "sentence_transformers": {"embed.py"},
    "sqlite3": {"calls/journal.py", "offline/draft.py"},
    "click": {"cli/"},
}
CYPHER = re.compile(r"\b(MATCH|MERGE|UNWIND|CREATE)\b\s*[\(\$]|\bCALL\s+(db|gds|dbms)\.")


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_module_keeps_the_rules(path: Path) -> None:
    name = path.relative_to(ROOT / "kgsynth").as_posix()
    text = path.read_text(encoding="utf-8")
    imports = _imports(path)
    for dependency, owners in OWNERS.items():
        used = any(i == dependency or i.startswith(f"{dependency}.") for i in imports)
        assert not used or any(
            name == o or (o.endswith("/") and name.startswith(o)) for o in owners
        ), f"{name} imports {dependency}"
    if name.startswith("steps/"):
        step = ".".join(["kgsynth", *name.removesuffix(".py").split("/")[:2]])
        others = {i for i in imports if f"{i}.".startswith("kgsynth.steps.")}
        others = {i for i in others if not f"{i}.".startswith(f"{step}.")}
        assert not others, f"steps do not import steps: {others}"
    if not name.startswith("cli/") and name != "__main__.py":
        assert not any(i.startswith("kgsynth.cli") for i in imports)
    assert len(text.splitlines()) <= 400
    tree = ast.parse(text)
    prose = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
    }
    strings = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value not in prose
    ]
    assert not [s for s in strings if CYPHER.search(s)], "Cypher belongs into cypher/"


HEAVY = [
    "torch",
    "vllm",
    "graphdatascience",
    "transformers",
    "polars",
    "sentence_transformers",
    "scipy",
]


@pytest.mark.parametrize(
    "command",
    [["--help"], ["run", "--help"], ["prompt", "--list"], ["cypher", "--list"], ["recipes"]],
)
def test_looking_loads_nothing_heavy(command: list[str]) -> None:
    code = (
        "import sys, kgsynth.cli\n"
        f"sys.argv = ['kgsynth', *{command!r}]\n"
        "try:\n    kgsynth.cli.main()\n"
        "except SystemExit as stop:\n    assert not stop.code, stop.code\n"
        f"found = [m for m in {HEAVY!r} if m in sys.modules]\n"
        "assert not found, found\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
