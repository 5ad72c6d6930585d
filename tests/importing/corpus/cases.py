"""The corpus: what is refused, and what is readable and has to come in with the right numbers."""

from __future__ import annotations

import json
import os

import numpy as np

from tests.importing.corpus.specimens import (
    ACCURACY,
    GAME,
    GOOD,
    PAGE,
    Read,
    Refused,
    all_of,
    as_json,
    bomb,
    copy_of_the_database,
    encrypted,
    endless_shape,
    fifo,
    file,
    link,
    nothing,
    npy,
    npz,
    parquet,
    pickled,
    run_files,
    score,
    sheet,
    table,
    traversing,
    zipped,
    zipped_text,
)

BOOKS_AND_NEWS = '[columns]\nobjects = ["books", "news"]\n'
UMLAUT = "train_set,accuracy\nbooks,0.5\nbücher,0.6\n"
WIDEST = 60_000

ENCODINGS = {
    "latin-1": table(UMLAUT.encode("latin-1"), says=("line 3", "0xfc", "latin-1")),
    "windows-1252 quotes": table(
        "train_set,accuracy\n“A”,0.5\n".encode("cp1252"), says=("line 2", "0x93")
    ),
    "utf-16 with its mark": table(GOOD.encode("utf-16"), says=("UTF-16", 'encoding = "utf-16"')),
    "utf-16 without its mark": table(GOOD.encode("utf-16-le"), says=("no text file",)),
    "utf-16, big end first, without its mark": table(
        GOOD.encode("utf-16-be"), says=("no text file",)
    ),
    "utf-32": table(GOOD.encode("utf-32"), says=()),
    "utf-8 that is said to be utf-16": table(GOOD, "--set", "table.encoding=utf-16", says=()),
    "utf-8 that is said to be ascii": table(
        UMLAUT, "--set", "table.encoding=ascii", says=("line 3", "0xc3")
    ),
    "an encoding that always fails": Refused(
        file("t.csv", GOOD), ("t.csv", "--set", "table.encoding=undefined"), ("encoding",)
    ),
    "an encoding of names": table(UMLAUT, "--set", "table.encoding=idna", says=()),
    "an encoding of bytes": Refused(
        file("t.csv", GOOD), ("t.csv", "--set", "table.encoding=hex"), ("'hex' is no encoding",)
    ),
    "an encoding that is none": Refused(
        file("t.csv", GOOD), ("t.csv", "--set", "table.encoding=utf8000"), ("is no encoding",)
    ),
    "half a character at the end": table(GOOD.encode() + "ü".encode()[:1], says=("line 4", "0xc3")),
    "a nul far below": table(GOOD * 1 + "B,0.1\n" * 20_000 + "C\0,0.1\n", says=("no text file",)),
}

TABLES = {
    "a ragged row": table("train_set,accuracy\nA,0.5\nB,0.5,0.6\n", says=("line 3", "3 fields")),
    "a ragged row after quoted lines": table(
        'train_set,note,accuracy\nA,"one\ntwo\nthree",0.5\nB,0.5\n',
        "--set",
        'columns.ignore=["note"]',
        says=("line 5", "2 fields"),
    ),
    "two columns of one name": table(
        "train_set,loss,accuracy,loss\nA,1,0.5,2\n", says=("line 1", "'loss' twice")
    ),
    "a row twice": table(GOOD + "A,0.5\n", says=("line 4 repeats t.csv, line 2",)),
    "a set twice, spelled in two ways": table(
        "train_set,accuracy\nB+A,0.5\nA,0.1\nA+B,0.6\n",
        says=("line 4 disagrees with t.csv, line 2",),
    ),
    "two signs between names": table(
        'train_set,accuracy\nA+B,0.5\n"A,B",0.6\n', says=("line 3", "'A,B'", "'+'", "separator")
    ),
    "letters beside names": table(
        "train_set,accuracy\nA,0.1\nABC,0.5\nA+B,0.6\nC,0.2\n", says=("line 3", "'ABC'")
    ),
    "an unknown token": table(score("pending"), says=("line 3", "'pending'")),
    "a dash": table(score("--"), says=("line 3", "'--'", 'missing = ["--"]')),
    "a reference error": table(score("#DIV/0!"), says=("line 3", "'#DIV/0!'")),
    "a share": table(score("75%"), says=("line 3", "'75%'")),
    "a mean and its error": table(score("0.75 ± 0.01"), says=("line 3", "'0.75 ± 0.01'")),
    "not a number": table(score("NaN"), says=("line 3", "'NaN'", 'missing = ["NaN"]')),
    "infinity": table(score("-inf"), says=("line 3", "'-inf'")),
    "a number too large": table(score("1e400"), says=("line 3", "'1e400'")),
    "a decimal comma": table(score('"0,75"'), says=("line 3", "'0,75'", 'decimal = ","')),
    "thousands": table(score('"1,000.5"'), says=("line 3", "'1,000.5'")),
    "thousands that look like a decimal comma": table(score('"1,000"'), says=("line 3", "'1,000'")),
    "a comment above the header": table("# my results\n" + GOOD, says=("line",)),
    "a sign that Excel understands above the header": table("sep=,\n" + GOOD, says=("line",)),
    "a number in hexadecimal": table(score("0x10"), says=("line 3", "'0x10'")),
    "an empty file": table("", says=("is empty",)),
    "nothing but line ends": table("\r\n\r\n", says=("is empty",)),
    "only a byte order mark": table(b"\xef\xbb\xbf", says=("is empty",)),
    "a header alone": table("train_set,accuracy\r\n", says=("no rows",)),
    "a quote that is not closed": table(
        'train_set,accuracy\nA,0.5\n"AB,0.75\n' + "B,0.1\n" * 1000, says=("line 3", "not closed")
    ),
    "ten million signs in one line": table("x" * 10_000_000, says=("line 1", "longer than")),
    "a field of a million signs": table(
        f"train_set,accuracy\nA,0.5\n{'B' * 1_000_000},0.5\n", says=("line 3", "characters")
    ),
    "a name of twenty thousand signs": table(
        f"train_set,accuracy\nA,0.5\n{'news ' * 4_000},0.5\n", says=("line 3", "name")
    ),
    "many columns": table(
        ",".join(f"c{k}" for k in range(WIDEST)) + "\n" + ",".join("2" * WIDEST) + "\n",
        says=("line 1",),
    ),
    "a deep list for a set": table(
        f'train_set,accuracy\nA,0.5\n"{"[" * 60_000}{"]" * 60_000}",0.5\n', says=("line 3",)
    ),
    "a list with a deep number for a set": table(
        f'train_set,accuracy\nA,0.5\n"[{"-" * 60_000}1]",0.5\n', says=("line 3",)
    ),
    "mixture weights": table(
        "books,news,accuracy\n1,0,0.5\n0.3,0.7,0.6\n", says=("line", "weights")
    ),
    "mixture weights of which none is pure": table(
        "books,news,accuracy\n0.5,0.5,0.5\n0.3,0.7,0.6\n", says=("line", "weights")
    ),
    "mixture weights in columns that are said": Refused(
        all_of(
            file("t.csv", "books,news,accuracy\n1,0,0.5\n0.3,0.7,0.6\n"),
            file("m.toml", BOOKS_AND_NEWS),
        ),
        ("t.csv", "--mapping", "m.toml"),
        ("t.csv, line 3", "'0.3'", "weights and mixtures belong to the protocol"),
    ),
    "a web page": table(PAGE, says=("line",)),
    "a message of an error": table("404: Not Found", says=()),
    "a pointer of git's large files": table(
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", says=()
    ),
    "a table of Markdown": table(
        "| train_set | accuracy |\n|---|---|\n| A | 0.5 |\n", says=("line",)
    ),
}

BINARIES = {
    "a cut-off archive": Refused(file("g.npz", npz(**GAME)[:250]), ("g.npz",), ("g.npz",)),
    "an archive cut off at its end": Refused(
        file("g.npz", npz(**GAME)[:-30]), ("g.npz",), ("g.npz", "archive")
    ),
    "pickled objects in an archive": Refused(
        file("g.npz", npz(**{**GAME, "values": np.array([0.5, "x"], dtype=object)})),
        ("g.npz", *ACCURACY),
        ("g.npz", "unpickling"),
    ),
    "pickled objects in an array": Refused(
        all_of(
            file("masks.npy", npy(np.eye(2, dtype=bool))),
            file("scores.npy", npy(np.array([0.5, None], dtype=object))),
        ),
        ("masks.npy", "scores.npy", *ACCURACY),
        ("scores.npy",),
    ),
    "a pickle": Refused(file("r.pkl", pickled({"A": 0.5})), ("r.pkl",), ("r.pkl",)),
    "a pickle as a table": table(pickled({"train_set": ["A"], "accuracy": [0.5]}), says=()),
    "an archive that unpacks to two thousand million bytes": Refused(
        file("g.npz", bomb(2_000)), ("g.npz", *ACCURACY), ("g.npz", "unpacks to")
    ),
    "an archive that unpacks to seven hundred million bytes": Refused(
        file("g.npz", bomb(700)), ("g.npz", *ACCURACY), ("g.npz",)
    ),
    "an array of a claimed shape": Refused(
        all_of(file("masks.npy", endless_shape()), file("scores.npy", npy([0.5]))),
        ("masks.npy", "scores.npy", *ACCURACY),
        ("masks.npy",),
    ),
    "a game without a metric": Refused(file("g.npz", npz(**GAME)), ("g.npz",), ("g.npz", "metric")),
    "one array alone": Refused(
        file("masks.npy", npy(np.eye(2, dtype=bool))), ("masks.npy", *ACCURACY), ("masks.npy",)
    ),
    "a spreadsheet": Refused(file("results.xlsx", sheet()), ("results.xlsx",), ("results.xlsx",)),
    "a zipped table": Refused(
        file("results.zip", zipped({"results.csv": GOOD})), ("results.zip",), ("results.zip",)
    ),
    "a gzipped table": Refused(
        file("t.csv.gz", zipped_text(GOOD)), ("t.csv.gz",), ("t.csv.gz", "no text file")
    ),
    "a lattice database": Refused(
        copy_of_the_database,
        ("other.db",),
        ("other.db",),
    ),
    "the database itself": Refused(nothing, ("lattice.db",), ("lattice.db",)),
    "a cut-off database": Refused(
        file("runs.db", b"SQLite format 3\0" + bytes(100)), ("runs.db",), ("runs.db",)
    ),
    "a Parquet file's start": Refused(
        file("t.parquet", b"PAR1" + bytes(range(200))), ("t.parquet",), ("t.parquet",)
    ),
    "a cut-off Parquet file": Refused(
        file("t.parquet", parquet()[:-20]), ("t.parquet",), ("t.parquet",)
    ),
    "an encrypted archive": Refused(file("g.npz", encrypted()), ("g.npz", *ACCURACY), ("g.npz",)),
    "a picture": table(b"\x89PNG\r\n\x1a\n" + bytes(200), says=("no text file",)),
    "a document": table(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", says=()),
}


def nested(depth: int) -> str:
    """JSON objects within each other."""
    return '{"a":' * depth + "1" + "}" * depth


JSONS = {
    "a list of numbers": Refused(file("t.json", "[1, 2, 3]"), ("t.json",), ("t.json",)),
    "a number": Refused(file("t.json", "5"), ("t.json",), ("t.json",)),
    "a text": Refused(file("t.json", '"hello"'), ("t.json",), ("t.json",)),
    "nothing in it": Refused(file("t.json", "{}"), ("t.json",), ("t.json",)),
    "an empty JSON file": Refused(file("t.json", ""), ("t.json",), ("t.json",)),
    "lists within lists": Refused(
        file("t.json", as_json({"train": [[["A"]]], "accuracy": {"x": [0.5]}})),
        ("t.json",),
        ("t.json",),
    ),
    "a cut-off JSON file": Refused(
        file("t.json", '[{"train_set": "A", "accuracy": 0.5}, {"train_s'),
        ("t.json",),
        ("t.json, line 1",),
    ),
    "a cut-off line": Refused(
        file("t.jsonl", '{"train_set": "A", "accuracy": 0.5}\n{"train_s'),
        ("t.jsonl",),
        ("t.jsonl, line 2",),
    ),
    "a number that JSON does not have": Refused(
        file("t.json", '[{"train_set": "A", "accuracy": NaN}]'), ("t.json",), ("t.json", "'nan'")
    ),
    "a number of a million digits": Refused(
        file("t.json", '[{"train_set": "A", "accuracy": ' + "9" * 1_000_000 + "}]"),
        ("t.json",),
        ("t.json",),
    ),
    "deep objects": Refused(file("t.json", nested(200_000)), ("t.json",), ("t.json", "deep")),
    "deep lists": Refused(file("t.json", "[" * 200_000 + "]" * 200_000), ("t.json",), ("t.json",)),
    "deep objects in a line": Refused(
        file("t.jsonl", nested(200_000)), ("t.jsonl",), ("t.jsonl, line 1",)
    ),
    "objects whose keys multiply": Refused(
        file("t.json", as_json({f"k{a}": {f"k{b}": b for b in range(150)} for a in range(150)})),
        ("t.json",),
        ("t.json",),
    ),
    "half a character in JSON": Refused(
        file("t.json", r'[{"train_set": "A\ud800", "accuracy": 0.5}]'), ("t.json",), ("t.json",)
    ),
    "a game of words": Refused(
        file("t.json", '{"Empty": "none", "0,1": "all"}'), ("t.json", *ACCURACY), ("t.json",)
    ),
    "a notebook": Refused(
        file("t.ipynb", as_json({"cells": [{"source": ["x"]}], "nbformat": 4})),
        ("t.ipynb",),
        ("t.ipynb",),
    ),
}

PLACES = {
    "a folder without results": Refused(
        lambda folder: (folder / "empty").mkdir(), ("empty",), ("empty",)
    ),
    "a folder of other things": Refused(
        lambda folder: (folder / "deep" / "er").mkdir(parents=True), ("deep",), ("deep",)
    ),
    "an endless device": Refused(nothing, ("/dev/zero",), ("/dev/zero", "regular")),
    "an empty device": Refused(nothing, ("/dev/null",), ("/dev/null", "regular")),
    "a link to an endless device": Refused(
        link("zero.csv", "/dev/zero"), ("zero.csv",), ("zero.csv", "regular")
    ),
    "an endless mapping": Refused(
        all_of(file("t.csv", GOOD), link("zero.toml", "/dev/zero")),
        ("t.csv", "--mapping", "zero.toml"),
        ("zero.toml",),
    ),
    "an endless manifest": Refused(link("zero.toml", "/dev/zero"), ("zero.toml",), ("zero.toml",)),
    "a mapping that is a pipe": Refused(
        all_of(file("t.csv", GOOD), fifo("m.toml")), ("t.csv", "--mapping", "m.toml"), ("m.toml",)
    ),
    "a manifest of a pipe": Refused(
        all_of(file("m.toml", 'files = ["p.csv"]\n'), fifo("p.csv")),
        ("m.toml",),
        ("p.csv", "regular"),
    ),
    "a mapping that is a folder": Refused(
        all_of(file("t.csv", GOOD), lambda folder: (folder / "m.toml").mkdir()),
        ("t.csv", "--mapping", "m.toml"),
        ("m.toml",),
    ),
    "a manifest that leaves its folder": Refused(
        file("m.toml", 'files = ["../t.csv"]\n'), ("m.toml",), ("m.toml", "leaves the folder")
    ),
    "a manifest of a place": Refused(
        file("m.toml", 'files = ["/etc/passwd"]\n'), ("m.toml",), ("m.toml", "leaves the folder")
    ),
    "a manifest that is no text": Refused(
        file("m.toml", bytes(range(256))), ("m.toml",), ("m.toml",)
    ),
    "a manifest that names itself": Refused(
        file("m.toml", 'files = ["m.toml"]\n'), ("m.toml",), ("m.toml",)
    ),
    "a link to itself": Refused(link("t.csv", "t.csv"), ("t.csv",), ("t.csv", "regular")),
    "two links to each other": Refused(
        all_of(link("a.csv", "b.csv"), link("b.csv", "a.csv")), ("a.csv",), ("a.csv", "regular")
    ),
    "a link to nothing": Refused(link("t.csv", "gone.csv"), ("t.csv",), ("t.csv",)),
    "a file that is not there": Refused(nothing, ("gone.csv",), ("gone.csv", "does not exist")),
    "a name that is too long": Refused(
        nothing, (f"{'long' * 100}.csv",), ("longlong", "does not exist")
    ),
    "a good file before a bad one": Refused(
        all_of(file("good.csv", GOOD), file("t.csv", score("x"))),
        ("good.csv", "t.csv"),
        ("t.csv, line 3",),
    ),
    "a name that is no text": Refused(
        file(b"res\xffults.csv", GOOD), (os.fsdecode(b"res\xffults.csv"),), ("res",)
    ),
    "a name with a line break": Refused(
        file("two\nlines.csv", GOOD),
        ("two\nlines.csv",),
        ("lines.csv",),
    ),
}
for ending in ("csv", "json", "jsonl", "npz", "npy", "toml", "parquet", "db"):
    PLACES[f"a pipe called p.{ending}"] = Refused(
        fifo(f"p.{ending}"), (f"p.{ending}",), (f"p.{ending}",)
    )


def letters(**scores: float) -> dict[frozenset[str], float]:
    """Scores by sets of letters."""
    return {frozenset(name): value for name, value in scores.items()}


def of(*names: str) -> frozenset[str]:
    """A set of names."""
    return frozenset(names)


READABLE = {
    "a byte order mark": Read(
        file("t.csv", b"\xef\xbb\xbf" + GOOD.encode()), ("t.csv",), letters(A=0.5, AB=0.75)
    ),
    "old line ends": Read(
        file("t.csv", GOOD.replace("\n", "\r")), ("t.csv",), letters(A=0.5, AB=0.75)
    ),
    "line ends of Windows": Read(
        file("t.csv", GOOD.replace("\n", "\r\n")), ("t.csv",), letters(A=0.5, AB=0.75)
    ),
    "no line end at the end": Read(
        file("t.csv", GOOD.rstrip()), ("t.csv",), letters(A=0.5, AB=0.75)
    ),
    "blank lines": Read(
        file("t.csv", "\n" + GOOD.replace("\n", "\n\n")), ("t.csv",), letters(A=0.5, AB=0.75)
    ),
    "quoted line breaks": Read(
        file("t.csv", 'train_set,note,accuracy\nA,"one\r\ntwo, ""three""\n",0.5\nAB,,0.75\n'),
        ("t.csv", "--set", 'columns.ignore=["note"]'),
        letters(A=0.5, AB=0.75),
    ),
    "a quoted header of two lines": Read(
        file("t.csv", '"train_set","the\nnote",accuracy\nA,,0.5\n'),
        (
            "t.csv",
            "--set",
            "table.header=['train_set', 'note', 'accuracy']",
            "--set",
            "table.drop_lines=[1]",
        ),
        letters(A=0.5),
    ),
    "latin-1 that is said": Read(
        file("t.csv", UMLAUT.encode("latin-1")),
        ("t.csv", "--set", "table.encoding=latin-1"),
        {of("books"): 0.5, of("bücher"): 0.6},
    ),
    "utf-16 that is said": Read(
        file("t.csv", UMLAUT.encode("utf-16")),
        ("t.csv", "--set", "table.encoding=utf-16"),
        {of("books"): 0.5, of("bücher"): 0.6},
    ),
    "utf-16 without its mark that is said": Read(
        file("t.csv", UMLAUT.encode("utf-16-be")),
        ("t.csv", "--set", "table.encoding=utf-16-be"),
        {of("books"): 0.5, of("bücher"): 0.6},
    ),
    "numbers as names": Read(
        file("t.csv", "train_set,accuracy\n1,0.5\n1+2,0.75\n10,0.25\n"),
        ("t.csv", "--set", "sets.spelling=names"),
        {of("1"): 0.5, of("1", "2"): 0.75, of("10"): 0.25},
    ),
    "numbers as names of columns": Read(
        file("t.csv", "1,2,10,accuracy\n1,0,0,0.5\n1,1,0,0.75\n0,0,1,0.25\n"),
        ("t.csv",),
        {of("1"): 0.5, of("1", "2"): 0.75, of("10"): 0.25},
    ),
    "names with the sign between names, in quotes": Read(
        file("t.csv", 'train_set,accuracy\n"""Smith, J.""+""Doe, A.""",0.5\n"""C++""+news",0.25\n'),
        ("t.csv",),
        {of("Smith, J.", "Doe, A."): 0.5, of("C++", "news"): 0.25},
    ),
    "quoted names with blanks around the sign": Read(
        file("t.csv", 'train_set,accuracy\n"""a+b"" + ""c+d""",0.5\n"news + ""a+b""",0.25\n'),
        ("t.csv",),
        {of("a+b", "c+d"): 0.5, of("news", "a+b"): 0.25},
    ),
    "names with another sign between names, in quotes": Read(
        file("t.csv", 'train_set,accuracy\n"""Smith, J."",news",0.5\n"news,""Doe, A.""",0.25\n'),
        ("t.csv", "--set", "sets.separator=,"),
        {of("Smith, J.", "news"): 0.5, of("Doe, A.", "news"): 0.25},
    ),
    "names with a comma in lists": Read(
        file("t.csv", 'train_set,accuracy\n"[""Smith, J."", ""C++""]",0.5\n"[\'news\']",0.25\n'),
        ("t.csv",),
        {of("Smith, J.", "C++"): 0.5, of("news"): 0.25},
    ),
    "names that look like ways out of a folder": Read(
        file("t.csv", "train_set,accuracy\n../../etc/passwd,0.5\n../x+C:\\nul,0.25\n"),
        ("t.csv",),
        {of("../../etc/passwd"): 0.5, of("../x", "C:\\nul"): 0.25},
    ),
    "names that look like commands": Read(
        file("t.csv", "train_set,accuracy\n=cmd|x+$(id),0.5\n'; DROP TABLE move; --,0.25\n"),
        ("t.csv", "--set", "sets.separator=+", "--set", "table.delimiter=,"),
        {of("$(id)", "=cmd|x"): 0.5, of("'; DROP TABLE move; --"): 0.25},
    ),
    "names that look like markup": Read(
        file("t.csv", "train_set,accuracy\n[/b],0.5\n[red]+<b>news</b>,0.25\n"),
        ("t.csv",),
        {of("[/b]"): 0.5, of("<b>news</b>", "[red]"): 0.25},
    ),
    "an archive whose members have paths": Read(
        file("g.npz", traversing()), ("g.npz", *ACCURACY), {of("1"): 0.25, of("0", "1"): 0.5}
    ),
    "a folder with links in circles": Read(run_files, ("runs",), letters(A=0.5, AB=0.75)),
    "a link to a file": Read(
        all_of(file("real.csv", GOOD), link("t.csv", "real.csv")),
        ("t.csv",),
        letters(A=0.5, AB=0.75),
    ),
    "one file twice": Read(file("t.csv", GOOD), ("t.csv", "t.csv"), letters(A=0.5, AB=0.75)),
    "a JSON file with a byte order mark": Read(
        file(
            "t.json", b"\xef\xbb\xbf" + json.dumps([{"train_set": "A", "accuracy": 0.5}]).encode()
        ),
        ("t.json",),
        letters(A=0.5),
    ),
    "numbers of all kinds": Read(
        file("t.csv", "train_set,loss\nA,+1.5\nB,.5\nC,2.\nAB,1E-3\nAC,-0\nBC, 7 \n"),
        ("t.csv",),
        letters(A=1.5, B=0.5, C=2.0, AB=0.001, AC=0.0, BC=7.0),
    ),
    "numbers to the last digit": Read(
        file(
            "t.csv",
            f"train_set,loss\nA,0.1\nB,{0.1 + 0.2!r}\nC,5e-324\nAB,1.7976931348623157e308\n",
        ),
        ("t.csv",),
        letters(A=0.1, B=0.1 + 0.2, C=5e-324, AB=1.7976931348623157e308),
    ),
    "a comma for decimals and a semicolon between": Read(
        file("t.csv", "train_set;accuracy\nA;0,5\nAB;0,75\n"),
        ("t.csv", "--set", "table.decimal=,"),
        letters(A=0.5, AB=0.75),
    ),
    "many objects": Read(
        file(
            "t.csv",
            ",".join(f"c{k}" for k in range(4_000))
            + ",accuracy\n"
            + "".join(
                ",".join("01"[k == j] for k in range(4_000)) + f",0.{j}\n" for j in range(1, 9)
            ),
        ),
        ("t.csv", "--set", f"columns.objects={json.dumps([f'c{k}' for k in range(4_000)])}"),
        {of(f"c{j}"): j / 10 for j in range(1, 9)},
    ),
    "a whole Parquet file": Read(
        file("t.parquet", parquet()), ("t.parquet",), letters(A=0.5, AB=0.75)
    ),
    "a file that begins with a dash": Read(
        file("-t.csv", GOOD), ("--", "-t.csv"), letters(A=0.5, AB=0.75)
    ),
    "a name with spaces, brackets and an emoji": Read(
        file("re sults [1] 🙂.csv", GOOD), ("re sults [1] 🙂.csv",), letters(A=0.5, AB=0.75)
    ),
}
REFUSED = {**ENCODINGS, **TABLES, **BINARIES, **JSONS, **PLACES}
