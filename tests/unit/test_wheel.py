"""The wheel, installed into an empty environment and used outside the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(*command: str, cwd: Path) -> str:
    clean = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")}
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=clean)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.timeout(900)
def test_wheel_works_in_an_empty_environment(tmp_path: Path) -> None:
    uv = (sys.executable, "-m", "uv")
    _run(*uv, "build", "--quiet", "--wheel", "--out-dir", str(tmp_path), str(ROOT), cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    # The versions that were tested here: the empty environment takes them from the cache.
    versions = _run(
        *uv, "pip", "freeze", "--exclude-editable", "--python", sys.executable, cwd=tmp_path
    )
    pins = tmp_path / "constraints.txt"
    pins.write_text("\n".join(line for line in versions.splitlines() if "==" in line))
    env = tmp_path / "env"
    _run(*uv, "venv", "--quiet", "--python", sys.executable, str(env), cwd=tmp_path)
    python = str(env / "bin" / "python")
    _run(
        *uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        python,
        "--constraint",
        str(pins),
        str(wheel),
        cwd=tmp_path,
    )
    command = str(env / "bin" / "kgsynth")
    assert "Commands" in _run(command, "--help", cwd=tmp_path)
    assert "question/synthllm-level3" in _run(command, "prompt", "--list", cwd=tmp_path)
    assert "sample/one-hop" in _run(command, "cypher", "--list", cwd=tmp_path)
    assert "synthllm-level3" in _run(command, "recipes", cwd=tmp_path)
    assert (_run(command, "new", "project", cwd=tmp_path)).startswith("Made ")
