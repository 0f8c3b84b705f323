"""docker-compose.yml: in step with the lock of the private server, and free of known traps."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from kgsynth.server import artifacts
from kgsynth.server.home import JVM_OPTIONS

FILE = Path(__file__).parents[2] / "docker-compose.yml"


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return dict(loaded["services"])


def test_same_server_as_the_private_one(services: dict[str, Any]) -> None:
    neo4j = services["neo4j"]
    assert neo4j["image"] == f"neo4j:{artifacts.versions()['neo4j']}"
    assert neo4j["environment"]["NEO4J_PLUGINS"] == '["graph-data-science"]'
    assert neo4j["environment"]["NEO4J_server_jvm_additional"] in JVM_OPTIONS


def test_only_this_machine_reaches_the_services(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service["ports"]]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)


def test_the_image_reads_no_variable_it_takes_for_a_setting(services: dict[str, Any]) -> None:
    neo4j = services["neo4j"]
    assert "env_file" not in neo4j
    plain = {"NEO4J_AUTH", "NEO4J_PLUGINS"}
    settings = set(neo4j["environment"]) - plain
    assert settings and all(re.match(r"NEO4J_(server|db|dbms|client)_", name) for name in settings)
    assert "$" in neo4j["environment"]["NEO4J_AUTH"]  # no password in a file


def test_health_and_volumes(services: dict[str, Any]) -> None:
    volumes = set(yaml.safe_load(FILE.read_text(encoding="utf-8"))["volumes"])
    for service in services.values():
        assert service["healthcheck"]["start_period"]
        assert {volume.split(":")[0] for volume in service["volumes"]} <= volumes
    targets = {volume.split(":")[1] for volume in services["neo4j"]["volumes"]}
    assert targets == {"/data", "/logs", "/plugins"}


def test_vllm_is_for_gpus_and_its_model_a_variable(services: dict[str, Any]) -> None:
    vllm = services["vllm"]
    assert vllm["profiles"] == ["gpu"]
    assert vllm["image"].startswith("vllm/vllm-openai:v")
    assert vllm["command"][0].startswith("${VLLM_MODEL")
    [device] = vllm["deploy"]["resources"]["reservations"]["devices"]
    assert device["capabilities"] == ["gpu"]


def test_docker_itself_reads_it_where_there_is_one() -> None:
    docker = shutil.which("docker")
    has_compose = (
        docker
        and not subprocess.run(
            [docker, "compose", "version"], capture_output=True, check=False
        ).returncode
    )
    if docker and has_compose:
        subprocess.run(
            [docker, "compose", "--file", str(FILE), "--profile", "gpu", "config", "--quiet"],
            env=os.environ | {"NEO4J_PASSWORD": "longer-than-eight"},
            check=True,
        )
    else:
        variables = re.findall(r"\$\{([^}]*)\}", FILE.read_text(encoding="utf-8"))
        assert variables and all(re.fullmatch(r"\w+(:[-?].*)?", one) for one in variables)
