"""The command line: help that cannot drift, exit codes, errors in one line."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kgsynth.cli import COMMANDS, root

ROOT = Path(__file__).parents[2]


def _commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                found = command.get_command(context, inner)
                assert found is not None
                yield f"{name} {inner}", found


def run(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    import os

    clean = {k: v for k, v in os.environ.items() if not k.startswith(("NEO4J_", "KGSYNTH_D"))}
    return subprocess.run(
        [sys.executable, "-m", "kgsynth", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**clean, **env},
    )


@pytest.mark.parametrize(
    ("name", "command"), list(_commands()), ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_command_explains_itself(name: str, command: click.Command) -> None:
    assert command.help, f"{name} has no help"
    if not isinstance(command, click.Group):
        assert "Example:" in command.help, f"{name} shows no example"
    assert all(option.help for option in command.params if isinstance(option, click.Option))


def test_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [
        name for name in COMMANDS if f"`{name}" not in readme and f"kgsynth {name}" not in readme
    ] == []


def test_readme_names_every_folder_of_prompts_and_queries() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for kind in ("cypher", "prompts"):
        for folder in (ROOT / kind).iterdir():
            assert f"{folder.name}/" in readme, f"{kind}/{folder.name}/"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["no-such-command"], 2, "No such command"),
        (["sample", "walk", "--epochs", "0"], 2, "--epochs"),
        (["status"], 1, "kgsynth db start"),
        (["prompt", "question/none"], 2, "There is no prompt"),
        (["cypher", "explore/none"], 2, "There is no query"),
        (["recipes", "none"], 2, "There is no recipe"),
        (["run", "synthllm-level3", "x.jsonl", "--set", "sample.nothing=1"], 2, "sample.nothing"),
        (["run", "synthllm-level3", "x.jsonl", "--set", "epochs"], 2, "step.key=value"),
    ],
)
def test_errors_are_one_line_with_the_right_exit_code(
    arguments: list[str], code: int, says: str, tmp_path: Path
) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_broken_settings_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "kgsynth.toml").write_text("[models\n")
    done = run("status", cwd=tmp_path)
    assert done.returncode == 2
    assert "kgsynth.toml" in done.stderr and "line 1" in done.stderr


def test_an_unreachable_server_is_one_line(tmp_path: Path) -> None:
    done = run("status", cwd=tmp_path, NEO4J_URI="bolt://127.0.0.1:1", NEO4J_PASSWORD="secret-pw")
    assert done.returncode == 1
    assert "does not answer" in done.stderr
    assert "secret-pw" not in done.stderr + done.stdout


def test_a_key_in_the_settings_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kgsynth.toml").write_text('[models.default]\napi_key = "sk-1"\n')
    done = run("models", "test", cwd=tmp_path)
    assert done.returncode == 2
    assert "api_key_env" in done.stderr and "sk-1" not in done.stderr


def test_new_makes_a_project_and_keeps_one_that_is_there(tmp_path: Path) -> None:
    assert run("new", "p", cwd=tmp_path).returncode == 0
    settings = tmp_path / "p" / "kgsynth.toml"
    settings.write_text("# mine\n" + settings.read_text())
    again = run("new", "p", cwd=tmp_path)
    assert again.returncode == 0 and "nothing to do" in again.stdout
    assert settings.read_text().startswith("# mine\n")
