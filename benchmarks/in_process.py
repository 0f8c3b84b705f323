"""vLLM in this process: tokens a second through `generate` beside a bare `LLM.chat`.

The example corpus with its own tags, grounded walks, the bundled model; the same prompts and
parameters on both sides, the engine's prefix cache emptied before each. Needs no documents of the
drawn corpus: `size` / 1,000 sets are asked about.
"""

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import sides
from kgsynth import config, schema
from kgsynth.calls.journal import open_journal
from kgsynth.calls.pending import Pending
from kgsynth.models import in_process
from kgsynth.runs import start_run
from kgsynth.server import local
from kgsynth.steps import generate, ground, ingest, link, sample
from kgsynth.store import Store, open_store

EXAMPLES = Path(__file__).parents[1] / "examples" / "mathematics"
METHOD = "synthllm-level3"


def measure(size: int) -> list[dict[str, Any]]:
    """Rows for `generate` and `LLM.chat`."""
    with TemporaryDirectory(prefix="kgsynth-bench-") as name:
        folder = Path(name)
        (folder / "kgsynth.toml").write_text("")
        os.chdir(folder)
        try:
            with open_store(local.start(folder).connection) as store:
                return _measured(store, folder, max(8, size // 1000))
        finally:
            local.stop(folder)


def _measured(store: Store, folder: Path, sets: int) -> list[dict[str, Any]]:
    schema.migrate(store)
    ingest.documents(store, [EXAMPLES / "documents.jsonl"])
    ingest.concepts(store, [EXAMPLES / "concepts.jsonl"])
    link.link(store)
    sample.walk(store, sets=sets)
    ground.ground(store)
    todo = generate.job(config.DOMAIN, run="", method=METHOD)
    conversations = _prompts(store, todo.pending)
    model = todo.task.chat_model()
    assert isinstance(model, in_process.VllmChat)
    llm = model.load()
    said = todo.task.generation
    chosen = in_process.sampling(
        llm, temperature=said.temperature, max_tokens=said.max_tokens, top_p=said.top_p,
        json_schema=said.json_schema, regex=said.regex,
    )  # fmt: skip
    bare, ours = list[float](), list[float]()
    for _ in range(2):
        llm.reset_prefix_cache()
        started = time.perf_counter()
        talks = [
            [{"role": role, "content": text} for role, text in todo.task.prompt.render(inputs)]
            for inputs in conversations
        ]
        replies = llm.chat(talks, chosen, use_tqdm=False)
        tokens = sum(len(reply.outputs[0].token_ids) for reply in replies)
        bare.append(tokens / (time.perf_counter() - started))
        llm.reset_prefix_cache()
        (folder / ".kgsynth" / "responses.db").unlink(missing_ok=True)
        store.script_text("MATCH (n:Question|Call|Rejected) DETACH DELETE n", {}, again=True)
        with open_journal(folder / ".kgsynth") as journal:
            started = time.perf_counter()
            run = start_run(store, "bench", {})
            funnel = generate.generate(store, journal, METHOD, run=run)
            ours.append(funnel.notes["outputTokens"] / (time.perf_counter() - started))
    return sides.against(
        [
            sides.row("generate", 1000 / max(ours), 1000, "tokens"),
            sides.row("LLM.chat", 1000 / max(bare), 1000, "tokens"),
        ]
    )


def _prompts(store: Store, pending: Pending) -> list[dict[str, str]]:
    sets = "MATCH (s:ConceptSet) RETURN s.id AS id ORDER BY id"
    ids = [row["id"] for row in store.read_text(sets, {})]
    return [pending.make(row, 0).inputs for row in store.read(pending.inputs, ids=ids)]
