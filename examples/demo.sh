#!/bin/sh
# The whole main job on the example corpus: `make demo` calls this with the folder of the commands.
# The project folder is demo/. Saying it again continues, and on a finished demo only shows it.
set -eu
bin=$1
examples=$(cd "$(dirname "$0")" && pwd)
demo=$(dirname "$examples")/demo
PATH=$bin:$PATH

[ -f "$demo/kgsynth.toml" ] || kgsynth new "$demo" >/dev/null
cd "$demo"
kgsynth db start
# Hand-made tags for five documents of every six; the model tags the sixth.
awk 'NR % 6' "$examples/mathematics/concepts.jsonl" > concepts.jsonl
kgsynth run synthllm-level3 "$examples/mathematics/documents.jsonl" \
  --concepts concepts.jsonl \
  --set sample.epochs=1 --set sample.sets=24 --out questions.jsonl
kgsynth browse --print
cat <<'NEXT'

Next, from the folder demo/ (the command is ../.venv/bin/kgsynth):
  kgsynth trace ID                     where a row came from (an id from above)
  kgsynth cypher explore/strongest-pairs
  kgsynth browse                       the graph in Neo4j Browser
  kgsynth db stop                      stop the private Neo4j
NEXT
