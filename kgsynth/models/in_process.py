"""vLLM in this process: a whole batch of conversations goes to the engine at once.

On a CPU the engine runs inside this very process (VLLM_ENABLE_V1_MULTIPROCESSING=0): it ends with
us however we end, loads three times faster and answers faster on few cores, because nothing has to
cross to a second Python. On a GPU it is vLLM's own choice.
"""

import gc
import os
import sys
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Any, ClassVar

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, convert_to_openai_messages
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import RunnableConfig, run_in_executor
from pydantic import Field

from kgsynth.config import BUNDLED
from kgsynth.errors import KgsynthError
from kgsynth.models import bundled
from kgsynth.models.failures import model_error
from kgsynth.models.records import ModelError, conversation_seed
from kgsynth.progress import QUIET_SECONDS, say

# vLLM is an extra: its objects are Any here, so that types are checked alike with and without it.
_Llm = Any

# Set before vLLM is imported, unless the user set them. Its log goes to stdout by default and would
# stand between our results; it reports usage to its makers by default. OpenMP threads that spin
# while they wait take the cores from each other as soon as anything else runs: on two busy cores
# sleeping ones gave 14 times the tokens a second.
_ENVIRONMENT = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "VLLM_LOGGING_STREAM": "ext://sys.stderr",
    "VLLM_LOGGING_LEVEL": "ERROR",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_CPU_KVCACHE_SPACE": "2",
    "TORCH_CPP_LOG_LEVEL": "ERROR",
}
# Of vLLM's back ends for forced forms, guidance is the fastest on such schemas and patterns.
_OPTIONS: dict[str, Any] = {
    "use_tqdm_on_load": False,
    "structured_outputs_config": {"backend": "guidance", "disable_any_whitespace": True},
}
# SmolLM2 was trained on 8,192 tokens; a light repetition penalty keeps a model this small out of
# loops.
_BUNDLED_OPTIONS: dict[str, Any] = {
    "max_model_len": 8192,
    "dtype": "bfloat16",
    "override_generation_config": {"repetition_penalty": 1.1},
}
# A prompt in one piece: with a seed per request, vLLM cannot rewind the random numbers of a piece
# on a CPU ("CPU Generator does not use offset").
_CPU_OPTIONS: dict[str, Any] = {"enforce_eager": True, "enable_chunked_prefill": False}
# Blanks as in ordinary JSON, and no others: a small model can emit free ones for ever.
_SPACING = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
_LOCK = threading.Lock()
_LOADED: dict[str, _Llm] = {}


def engine(model: str, options: dict[str, Any]) -> _Llm:
    """The engine of that model and options, loaded at first use. One at a time: memory is scarce.

    Raises KgsynthError in one line when vLLM cannot load it.
    """
    key = repr((model, sorted(options.items())))
    if key not in _LOADED:
        unload()
        started = time.monotonic()
        shown = f"{bundled.NAME} (bundled)" if model == BUNDLED else model
        say(f"Loading {shown} into vLLM.")
        preload = os.environ.get("LD_PRELOAD")
        with _stdout_to_stderr():
            _LOADED[key] = _load(model, options)
        # vLLM sets it for workers of its own; a Java started by us must not inherit it.
        os.environ.pop("LD_PRELOAD", None)
        if preload is not None:
            os.environ["LD_PRELOAD"] = preload
        say(f"Loaded in {time.monotonic() - started:.0f} s.")
    return _LOADED[key]


def _load(model: str, options: dict[str, Any]) -> _Llm:
    path, defaults = model, _OPTIONS
    if model == BUNDLED:
        path, defaults = str(bundled.unpack()), {**_OPTIONS, **_BUNDLED_OPTIONS}
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecations between libraries, nobody's here
            from vllm import LLM
            from vllm.platforms import current_platform

            if current_platform.is_cpu():
                os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
                defaults = {**_CPU_OPTIONS, **defaults}
            return LLM(path, **{**defaults, **options})
    except Exception as error:
        line = " ".join(str(error).split())[:400]
        raise KgsynthError(f"vLLM could not load {model}: {line} (VLLM_LOGGING_LEVEL=INFO shows "
                           "more).") from error  # fmt: skip


def unload() -> None:
    """Ends the loaded engine and frees its memory."""
    while _LOADED:
        _, llm = _LOADED.popitem()
        llm.llm_engine.engine_core.shutdown()
        del llm
        gc.collect()
        from vllm.distributed import cleanup_dist_env_and_memory

        cleanup_dist_env_and_memory()


@contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """Sends what libraries and child processes print on stdout to stderr: stdout is for results."""
    sys.stdout.flush()
    saved = os.dup(1)
    try:
        os.dup2(2, 1)
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)


def _bar(**given: Any) -> Any:
    """VLLM's progress of one batch: a bar below that of the step, or a plain line now and then."""
    from tqdm import tqdm

    class Lines(tqdm):  # type: ignore[type-arg]
        def display(self, msg: str | None = None, pos: int | None = None) -> None:
            if msg is None and 0 < self.n < (self.total or 0):
                speeds = f", {self.postfix}" if self.postfix else ""
                print(f"  {self.n} of {self.total} requests of the batch{speeds}", file=sys.stderr)

    if sys.stderr.isatty():
        return tqdm(**{**given, "file": sys.stderr, "leave": False})
    quiet = {"file": sys.stderr, "leave": False, "mininterval": QUIET_SECONDS}
    return Lines(**{**given, **quiet, "maxinterval": QUIET_SECONDS})


class VllmChat(BaseChatModel):
    """A langchain-core chat model on an in-process `vllm.LLM`.

    `options` go to `LLM(...)`, except `chat_template_kwargs`, which go to the chat template
    (`{"enable_thinking": false}`). A call takes `temperature`, `max_tokens`, `top_p`, `seed`,
    `json_schema`, `regex`; what it does not say comes from the model's own generation config.
    """

    model: str
    name_on_outputs: str
    options: dict[str, Any] = Field(default_factory=dict)
    whole_batches: ClassVar[bool] = True
    forces_form: ClassVar[bool] = True

    @property
    def _llm_type(self) -> str:
        return "kgsynth-vllm"

    def load(self) -> _Llm:
        """The engine, loaded now if it is not; the first request would do it too."""
        return engine(self.model, {name: value for name, value in self.options.items()
                                   if name != "chat_template_kwargs"})  # fmt: skip

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        (reply,) = self._answer([messages], stop=stop, **kwargs)
        if isinstance(reply, ModelError):
            raise reply
        return ChatResult(generations=[ChatGeneration(message=reply)])

    def batch(
        self,
        inputs: list[Any],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[Any]:
        """All inputs through the engine together, in chunks of `metadata["batch"]`.

        A prompt that vLLM refuses is a ModelError in its place (`return_exceptions`), else raised.
        """
        conversations = [self._convert_input(one).to_messages() for one in inputs]
        size = (self.metadata or {}).get("batch", len(conversations) or 1)
        replies = [
            reply
            for start in range(0, len(conversations), size)
            for reply in self._answer(conversations[start : start + size], **kwargs)
        ]
        if not return_exceptions:
            for reply in replies:
                if isinstance(reply, ModelError):
                    raise reply
        return replies

    async def abatch(
        self,
        inputs: list[Any],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[Any]:
        """`batch` in a thread."""
        return await run_in_executor(
            None, self.batch, inputs, config, return_exceptions=return_exceptions, **kwargs
        )

    def batch_as_completed(
        self,
        inputs: Sequence[Any],
        config: RunnableConfig | Sequence[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> Iterator[Any]:
        """`batch`, as (index, reply)."""
        return enumerate(self.batch(list(inputs), return_exceptions=return_exceptions, **kwargs))

    def _answer(
        self, conversations: Sequence[list[BaseMessage]], **kwargs: Any
    ) -> list[AIMessage | ModelError]:
        """The two public halves of `LLM.chat`: queue all, run all.

        Queued one by one, so that a conversation that vLLM refuses (too long) is that item's error.
        """
        with _LOCK:
            llm = self.load()
            seed = kwargs.pop("seed", None)
            params = sampling(llm, **kwargs)
            replies: dict[int, AIMessage | ModelError] = {}
            queued: dict[int, str] = {}
            try:
                for index, messages in enumerate(conversations):
                    said = convert_to_openai_messages(messages)
                    own = params.clone()
                    own.seed = None if seed is None else conversation_seed(seed, said)
                    try:
                        (queued[index],) = llm.enqueue_chat(
                            [said],
                            own,
                            use_tqdm=False,
                            chat_template_kwargs=self.options.get("chat_template_kwargs"),
                        )
                    except Exception as error:
                        replies[index] = model_error(error)
                outputs = llm.wait_for_completion(use_tqdm=_bar)
            except BaseException:
                # An interrupt must not leave requests behind that the next call would wait for.
                llm.llm_engine.abort_request(list(queued.values()), internal=True)
                raise
        for index, output in zip(queued, outputs, strict=True):
            replies[index] = self._message(output)
        return [replies[index] for index in range(len(conversations))]

    def _message(self, output: Any) -> AIMessage | ModelError:
        (choice,) = output.outputs
        if choice.finish_reason in ("abort", "error"):
            return ModelError("engine error", f"vLLM ended a request with {choice.finish_reason}",
                              transient=True)  # fmt: skip
        taken, made = len(output.prompt_token_ids or ()), len(choice.token_ids)
        return AIMessage(
            content=choice.text,
            response_metadata={
                "finish_reason": choice.finish_reason, "model_name": self.name_on_outputs,
            },
            usage_metadata={
                "input_tokens": taken, "output_tokens": made, "total_tokens": taken + made,
            },
        )  # fmt: skip


def sampling(
    llm: _Llm,
    *,
    temperature: float | None = None,
    max_tokens: int = 2048,
    top_p: float | None = None,
    stop: list[str] | None = None,
    json_schema: dict[str, Any] | None = None,
    regex: str | None = None,
) -> Any:
    """Sampling parameters; what is None comes from the model's generation config.

    vLLM's own default of `max_tokens` is 16.
    """
    from vllm import SamplingParams
    from vllm.sampling_params import StructuredOutputsParams

    chosen = {"temperature": temperature, "top_p": top_p, "stop": stop}
    forced = None
    if json_schema is not None or regex is not None:
        backend = llm.llm_engine.vllm_config.structured_outputs_config.backend
        if json_schema is not None and backend == "guidance":
            json_schema = {**json_schema, "x-guidance": _SPACING}
        forced = StructuredOutputsParams(json=json_schema, regex=regex)
    defaults = llm.model_config.get_diff_sampling_param()
    given = {name: value for name, value in chosen.items() if value is not None}
    return SamplingParams(
        **{**defaults, **given, "max_tokens": max_tokens, "structured_outputs": forced}
    )
