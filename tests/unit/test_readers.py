"""Files as records: every kind of file, every kind of bad input, in bounded memory."""

import gzip
import io
import json
import os
import sys
import tracemalloc
from pathlib import Path

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from kgsynth.errors import UsageError
from kgsynth.readers import Fault, Item, Place, Record, Skipped, fields, read

TEXT = frozenset({"text"})
LIMIT = 5_000_000


def read_all(*paths: Path | str, limit: int = LIMIT, **settings: str) -> list[Item]:
    return list(
        read([str(path) for path in paths], required=TEXT, wanted=fields.wanted("Document"),
             max_bytes=limit, **settings)  # type: ignore[arg-type]
    )  # fmt: skip


def put(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def reasons(items: list[Item]) -> list[tuple[int | None, str]]:
    return [(item.place.line, item.reason) for item in items if isinstance(item, Fault)]


def texts(items: list[Item]) -> list[str]:
    return [item.values["text"] for item in items if isinstance(item, Record)]


def test_jsonl_records_know_their_lines(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", b'\xef\xbb\xbf{"text": "a"}\r\n\n  \n{"text": "b", "x": 1}')
    assert read_all(path) == [
        Record(Place(str(path), 1), {"text": "a"}),
        Record(Place(str(path), 4), {"text": "b", "x": 1}),
    ]


@settings(max_examples=50, deadline=None)
@given(rows=st.lists(st.dictionaries(st.text(max_size=5), st.text() | st.none()), max_size=8),
       ascii=st.booleans())  # fmt: skip
def test_any_object_comes_back(tmp_path_factory: pytest.TempPathFactory, rows, ascii) -> None:
    path = tmp_path_factory.mktemp("any") / "a.jsonl"
    lines = [json.dumps(row, ensure_ascii=ascii) for row in rows]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="")
    found = read_all(path)
    assert [item.values for item in found if isinstance(item, Record)] == rows
    assert len(found) == max(len(rows), 1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "a"', "not valid JSON"),
        (b'["text", "a"]', "not a JSON object"),
        (b'"text"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"text": "caf\xe9"}', "not UTF-8"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"id": ' + b"9" * 5_000 + b', "text": "a"}', "not valid JSON"),
        (b'{"text": "a"} {"text": "b"}', "not valid JSON"),
        (b"\x00\x01\x02", "not valid JSON"),
    ],
)
def test_bad_line_leaves_its_neighbours(tmp_path: Path, line: bytes, reason: str) -> None:
    path = put(tmp_path, "a.jsonl", b'{"text": "a"}\n' + line + b'\n{"text": "b"}\n')
    found = read_all(path)
    assert texts(found) == ["a", "b"]
    assert reasons(found) == [(2, reason)]
    (fault,) = [item for item in found if isinstance(item, Fault)]
    assert str(fault).startswith(f"{path}:2: {reason}")
    assert fault.raw
    assert len(fault.raw) <= 2_000
    fault.raw.encode()


def test_files_without_records_are_faults(tmp_path: Path) -> None:
    names = ("a.jsonl", "b.csv", "c.txt", "d.html", "e.jsonl.gz", "f.tsv")
    for name in names:
        put(tmp_path, name, gzip.compress(b"") if name.endswith("gz") else b"")
    put(tmp_path, "g.jsonl", "\n \n")
    assert reasons(read_all(tmp_path)) == [(None, "empty file")] * 7


@pytest.mark.parametrize(
    "data", ['{"text": "a"}\n'.encode("utf-16"), "id,text\n1,a\n".encode("utf-16")]
)
def test_utf16_tables_are_told(tmp_path: Path, data: bytes) -> None:
    name = "a.jsonl" if b"{" in data else "a.csv"
    assert reasons(read_all(put(tmp_path, name, data))) == [(None, "not UTF-8")]


def test_long_line_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(b'{"text": "a"}\n{"text": "')
        for _ in range(50):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n{"text": "b"}\n')
    tracemalloc.start()
    found = read_all(path, limit=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert texts(found) == ["a", "b"]
    assert reasons(found) == [(2, "line too long")]
    assert peak < 20_000_000


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_files_read_the_same(tmp_path: Path, suffix: str) -> None:
    import polars as pl

    pack = gzip.compress if suffix == ".gz" else zstd.compress
    rows = [{"id": str(n), "text": f"text {n}"} for n in range(3_000)]
    table = io.BytesIO()
    pl.DataFrame(rows).write_parquet(table)
    plain = {
        "a.jsonl": "".join(json.dumps(row) + "\n" for row in rows).encode(),
        "b.csv": b"id,text\n" + b"".join(f"{row['id']},{row['text']}\n".encode() for row in rows),
        "c.parquet": table.getvalue(),
    }
    for name, data in plain.items():
        packed = put(tmp_path, name + suffix, pack(data))
        assert [item.values for item in read_all(packed)] == rows  # type: ignore[union-attr]
        assert [item.values for item in read_all(put(tmp_path, name, data))] == rows  # type: ignore[union-attr]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_broken_compression_keeps_what_came_before(tmp_path: Path, suffix: str) -> None:
    pack = gzip.compress if suffix == ".gz" else zstd.compress
    lines = "".join(json.dumps({"text": os.urandom(40).hex()}) + "\n" for _ in range(20_000))
    data = pack(lines.encode())
    cut = read_all(put(tmp_path, f"cut.jsonl{suffix}", data[: len(data) // 2]))
    assert 0 < len(texts(cut)) < 20_000
    assert reasons(cut) == [(len(texts(cut)) + 1, "compressed data is broken")]
    other = read_all(put(tmp_path, f"other.jsonl{suffix}", b"not packed at all"))
    assert reasons(other) == [(None, "compressed data is broken")]


def test_csv_records_know_their_first_line(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", 'id, text ,title\n1,"two\nlines",\n\n2,"a ""quoted"" word",t\n')
    assert read_all(path) == [
        Record(Place(str(path), 2), {"id": "1", "text": "two\nlines", "title": None}),
        Record(Place(str(path), 5), {"id": "2", "text": 'a "quoted" word', "title": "t"}),
    ]
    path = put(tmp_path, "a.tsv", "text\tid\na, b\t1\n")
    assert read_all(path) == [Record(Place(str(path), 2), {"text": "a, b", "id": "1"})]


def test_bad_csv_rows(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", b'id,text\n1,a\n2,b,c\n3,caf\xe9\n4\n5,"x"y\n6,z\n7,"open\n8,q\n')
    found = read_all(path)
    assert reasons(found) == [(3, "not valid CSV"), (4, "not UTF-8"), (6, "not valid CSV"),
                              (8, "not valid CSV")]  # fmt: skip
    assert "lines 8 to 9 are lost" in str(found[-1])
    kept = [item.values for item in found if isinstance(item, Record)]
    assert kept == [{"id": "1", "text": "a"}, {"id": "4"}, {"id": "6", "text": "z"}]


def test_csv_line_too_long(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", "id,text\n1," + "x" * 5_000 + "\n2,b\n")
    found = read_all(path, limit=1_000)
    assert reasons(found) == [(2, "line too long")]
    assert texts(found) == ["b"]


@pytest.mark.parametrize(
    ("header", "reason"),
    [("id,body", "no column text"), ("text,id,text", "two columns of one name")],
)
def test_tables_need_their_columns(tmp_path: Path, header: str, reason: str) -> None:
    import polars as pl

    assert reasons(read_all(put(tmp_path, "a.csv", header + "\n1,2,3\n"))) == [(None, reason)]
    if reason.startswith("no"):
        pl.DataFrame({"id": ["1"], "body": ["b"]}).write_parquet(tmp_path / "a.parquet")
        assert reasons(read_all(tmp_path / "a.parquet")) == [(None, reason)]


def test_parquet(tmp_path: Path) -> None:
    import polars as pl

    path = tmp_path / "a[1]*.parquet"
    pl.DataFrame({"text": ["a", None], "id": [1, 2], "other": [0.5, 1]}).write_parquet(path)
    assert read_all(path) == [
        Record(Place(str(path), 1), {"text": "a", "id": 1}),
        Record(Place(str(path), 2), {"text": None, "id": 2}),
    ]
    whole = path.read_bytes()
    assert reasons(read_all(put(tmp_path, "cut.parquet", whole[:-20]))) == [
        (None, "not a readable Parquet file")
    ]
    pl.DataFrame({"text": []}, schema={"text": pl.String}).write_parquet(tmp_path / "no.parquet")
    assert reasons(read_all(tmp_path / "no.parquet")) == [(None, "empty file")]


def test_folder(tmp_path: Path) -> None:
    put(tmp_path, "b/two.md", "# The *title* #\n\nBody with $x_1 < x_2$.")
    put(tmp_path, "b/one.txt", "plain\r\ntext")
    put(tmp_path, "a.txt", "ünï".encode("utf-16"))
    put(tmp_path, "z.jsonl", '{"text": "line"}\n')
    put(tmp_path, "image.PNG", b"\x89PNG")
    put(tmp_path, "README", "no suffix")
    put(tmp_path, ".git/config.txt", "hidden")
    put(tmp_path, ".hidden.txt", "hidden")
    found = read_all(tmp_path)
    assert [item.values for item in found if isinstance(item, Record)] == [
        {"id": "a.txt", "title": None, "text": "ünï"},
        {"text": "line"},
        {"id": "b/one.txt", "title": None, "text": "plain\r\ntext"},
        {"id": "b/two.md", "title": "The *title*",
         "text": "# The *title* #\n\nBody with $x_1 < x_2$."},
    ]  # fmt: skip
    assert sorted(item.kind for item in found if isinstance(item, Skipped)) == [
        ".PNG", "hidden file", "no suffix"]  # fmt: skip
    assert not reasons(found)


def test_folder_of_trouble(tmp_path: Path) -> None:
    put(tmp_path, "a/good.txt", "good")
    put(tmp_path, "a/latin.txt", b"caf\xe9")
    put(tmp_path, "a/long.txt", "x" * 2_000)
    (tmp_path / "a/loop.txt").symlink_to("loop.txt")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "a/unreadable.txt").symlink_to("/proc/self/mem")
    os.mkfifo(tmp_path / "a/pipe.txt")
    found = read_all(tmp_path, limit=1_000)
    assert texts(found) == ["good"]
    assert {
        Path(item.place.file).name: item.reason for item in found if isinstance(item, Fault)
    } == {
        "latin.txt": "not UTF-8",
        "long.txt": "text too long",
        "loop.txt": "cannot be read",
        "unreadable.txt": "cannot be read",
        "pipe.txt": "not a regular file",
    }
    assert [item.kind for item in found if isinstance(item, Skipped)] == ["linked folder"]


def test_vanishing_file(tmp_path: Path) -> None:
    put(tmp_path, "a.txt", "a")
    put(tmp_path, "b.txt", "b")
    items = read([str(tmp_path)], required=TEXT, wanted=TEXT, max_bytes=LIMIT)
    assert isinstance(next(items), Record)
    (tmp_path / "b.txt").unlink()
    assert reasons(list(items)) == [(None, "cannot be read")]


def test_nothing_at_a_path(tmp_path: Path) -> None:
    good = put(tmp_path, "a.txt", "a")
    with pytest.raises(UsageError, match="There is no file or folder"):
        read_all(good, tmp_path / "b.txt")


def test_odd_file_names(tmp_path: Path) -> None:
    odd = b"not \xff utf-8 \x1b[31m\n.txt"
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + odd))).write_text("a")
    (record,) = read_all(tmp_path)
    assert isinstance(record, Record)
    assert record.values["id"] == "not \\udcff utf-8 \x1b[31m\n.txt"
    assert "\x1b" not in str(record.reject("why"))
    assert "\n" not in str(record.reject("why"))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, pack) -> None:
    data = pack(b'{"text": "a"}\n')
    stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(data)))  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "stdin", stdin)
    assert read_all("-") == [Record(Place("-", 1), {"text": "a"})]


def test_standard_input_of_another_format(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"text\na\n")))  # type: ignore[arg-type]
    monkeypatch.setattr(sys, "stdin", stdin)
    assert read_all("-", format="csv") == [Record(Place("-", 2), {"text": "a"})]


PAGE = rb"""<!DOCTYPE html><html><head><title>Euler &amp;
 friends</title><style>p {}</style><script>var x = 1;</script></head><body><nav>Menu</nav>
<h1>Euler</h1><p>Inline $e^{i\pi} + 1 = 0$, \(a_1 * b_2 &lt; c\), x<sup>2</sup>, a<sub>ij</sub>.
<h2>Forms</h2>
<p>Annotated <math><semantics><mi>x</mi><annotation encoding="application/x-tex">x^2</annotation>
</semantics></math>; bare <math xmlns="http://x"><msqrt><mn>2</mn></msqrt></math>;
katex <span class="katex"><span class="katex-mathml"><math><semantics><mi>y</mi>
<annotation encoding="application/x-tex">y_1</annotation></semantics></math></span><span
class="katex-html" aria-hidden="true">y1</span></span>;
mathjax <span class="MathJax_Preview">z2</span><script type="math/tex">z^2</script>
<script type="math/tex; mode=display">\int_0^1 x\,dx</script>;
wiki <span class="mwe-math-element"><span class="mwe-math-mathml-inline"><math
alttext="{\displaystyle E=mc^{2}}"></math></span><img class="mwe-math-fallback-image-inline"
alt="{\displaystyle E=mc^{2}}" src="u"></span>;
image <img class="latex" alt="$\sqrt{3}$" src="u">; <img alt="a cat" src="cat.png">
<ul><li>one<li>two</ul><table><tr><th>a<th>b<tr><td>1<td>2</table>
<pre><code>for i in x:
    print(i)</code></pre><p><b>bold</b> <a href="u">link</a><sup class="reference"><a>[1]</a></sup>
<footer>Imprint</footer>"""


def test_html_keeps_headings_and_formulas(tmp_path: Path) -> None:
    (record,) = read_all(put(tmp_path, "a.html", PAGE))
    assert isinstance(record, Record)
    assert record.values["title"] == "Euler & friends"
    text = record.values["text"]
    for kept in ("# Euler\n", "## Forms\n", r"$e^{i\pi} + 1 = 0$", r"\(a_1 * b_2 < c\)", "x^2",
                 "a_{ij}", "Annotated $x^2$;", "<math><msqrt><mn>2</mn></msqrt></math>;",
                 "katex $y_1$;", "mathjax $z^2$", r"$$\int_0^1 x\,dx$$", "wiki $E=mc^{2}$;",
                 r"image $\sqrt{3}$; a cat", "- one\n- two", "| a | b |", "| 1 | 2 |",
                 "for i in x:\n    print(i)", "**bold** link"):  # fmt: skip
        assert kept in text, kept
    for dropped in ("var x", "p {}", "Menu", "Imprint", "[1]", "cat.png", "z2", "y1", "\n\n\n"):
        assert dropped not in text, dropped


def test_html_edges(tmp_path: Path) -> None:
    put(tmp_path, "a.html", '<meta charset="iso-8859-1"><p>caf\xe9'.encode("latin-1"))
    put(tmp_path, "b.html", b"<p>caf\xe9")
    put(tmp_path, "c.html", b"<div>" * 5_000 + b"deep")
    put(tmp_path, "d.html", b"<p>a\0b")
    put(tmp_path, "e.html", "<p>para " * 1_000)
    put(tmp_path, "f.html", b"<?xml version='1.0'?><html><body>x</body></html>")
    found = read_all(tmp_path)
    assert [Path(i.place.file).name for i in found if isinstance(i, Fault)] == ["b.html", "c.html"]
    assert [reason for _, reason in reasons(found)] == ["not UTF-8", "not readable HTML"]
    assert texts(found)[0] == "café"
    assert "\0" in texts(found)[1], "the field check refuses it, and says why"
    assert texts(found)[2].split() == ["para"] * 1_000
    assert texts(found)[3] == "x"
