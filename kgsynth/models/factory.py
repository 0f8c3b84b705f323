"""From the settings of a role to a langchain-core chat model."""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kgsynth.config import BUNDLED, ModelSettings
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.models import bundled

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_MODELS: dict[str, "BaseChatModel"] = {}


def model_name(settings: ModelSettings) -> str:
    """The name under which outputs are filed. The bundled model says what it is."""
    if settings.provider == "fake":
        return f"fake:{settings.model}" if settings.model != BUNDLED else "fake"
    return f"{bundled.NAME} (bundled)" if settings.model == BUNDLED else settings.model


def chat_model(settings: ModelSettings) -> "BaseChatModel":
    """The chat model of a role, one per process for equal settings.

    All roles with the same vLLM model and options share one engine, which is loaded at the first
    request. Concurrency, batch, timeout, attempts and patience travel in the model's `metadata`,
    for `asking`.

    Raises KgsynthError when the provider's packages, the key or the model are missing.
    """
    key = repr((settings.provider, settings.model, settings.base_url, settings.api_key_env,
                settings.concurrency, settings.batch, settings.timeout, settings.attempts,
                settings.patience,
                sorted(settings.options.items())))  # fmt: skip
    if key not in _MODELS:
        model = _BUILDERS[settings.provider](settings)
        model.metadata = {
            **(model.metadata or {}), "concurrency": settings.concurrency,
            "batch": settings.batch, "timeout": settings.timeout, "attempts": settings.attempts,
            "patience": settings.patience,
        }  # fmt: skip
        _MODELS[key] = model
    return _MODELS[key]


def _vllm(settings: ModelSettings) -> "BaseChatModel":
    from importlib.util import find_spec

    if find_spec("vllm") is None:
        raise KgsynthError("vLLM is not installed: run `kgsynth models install` (CPU), or with a "
                           "GPU `pip install -e '.[vllm]'` in the checkout.")  # fmt: skip
    from kgsynth.models.in_process import VllmChat

    return VllmChat(model=settings.model, name_on_outputs=model_name(settings),
                    options=settings.options)  # fmt: skip


def _openai(settings: ModelSettings) -> "BaseChatModel":
    from kgsynth.models.server import ServerChat

    key = os.environ.get(settings.api_key_env)
    if not key and not settings.base_url and not os.environ.get("OPENAI_BASE_URL"):
        raise KgsynthError(f"No API key for {settings.model}: set {settings.api_key_env}, or name "
                           "your server with base_url in kgsynth.toml.")  # fmt: skip
    return ServerChat.connect(settings.model, settings.base_url, key, settings.timeout,
                              settings.options)  # fmt: skip


def _fake(settings: ModelSettings) -> "BaseChatModel":
    from kgsynth.models.fake import FakeChat

    return FakeChat.from_options(model_name(settings), settings.options)


def _langchain(settings: ModelSettings) -> "BaseChatModel":
    from langchain_core.language_models import BaseChatModel

    module, _, name = settings.model.partition(":")
    try:
        found: Any = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(f"[models.{settings.role}]: model must be an import path like "
                         f"'package.module:Class' ({error}).") from error  # fmt: skip
    if not (isinstance(found, type) and issubclass(found, BaseChatModel)):
        raise UsageError(f"[models.{settings.role}]: {settings.model} is not a langchain-core "
                         "BaseChatModel.")  # fmt: skip
    try:
        return found(**settings.options)
    except Exception as error:
        raise UsageError(f"[models.{settings.role}]: {settings.model} refused its options: "
                         f"{error}") from error  # fmt: skip


_BUILDERS = {"vllm": _vllm, "openai": _openai, "fake": _fake, "langchain": _langchain}
