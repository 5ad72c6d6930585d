"""Reads wide and long tables: one row a training set, or one row a score.

Both are one thing here: a row says the set, and each score column's measure is put together from
what its header says, what the row says, what the file's name says and what the mapping says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lattice.errors import ImportRefused, LatticeError
from lattice.importing.layout import ORIGIN, Layout, ScoreColumn, find_layout
from lattice.importing.mapping import is_name
from lattice.importing.records import (
    UNNAMED,
    Codes,
    Context,
    Progress,
    Reading,
    Records,
    chosen_rows,
)
from lattice.importing.settexts import SetTexts, refused, survey
from lattice.importing.table import Batch, Table
from lattice.model import OpenQuestion
from lattice.subsets import Words, pack, word_count, words_of_masks

_MOST_CACHED = 200_000


def read_table(table: Table, context: Context, progress: Progress) -> Reading:
    """Understand a table and read it.

    Raises:
        ImportRefused: something in the file cannot be read; says file and line.
        MappingRefused: the mapping does not fit the file.
    """
    layout = find_layout(table, context)
    texts = None if layout.objects else survey(table, layout.training_set, context)
    if texts is None:
        objects = tuple(context.object_of.get(name, name) for name in layout.objects)
    else:
        objects = texts.universe.names
    reader = _TableReader(table, layout, context, texts, objects, Codes(), Codes(), {})
    return Reading(
        files=table.files,
        objects=objects,
        understood=_understood(table, layout, texts, objects, context.mapping.sets.membership),
        directions=table.directions,
        unit=table.unit,
        measures=reader.measures,
        replicates=reader.replicates,
        blocks=reader.blocks(progress),
        mapping=_as_mapping(layout, texts),
        questions=_questions(layout),
    )


@dataclass(frozen=True)
class _TableReader:
    table: Table
    layout: Layout
    context: Context
    texts: SetTexts | None
    objects: tuple[str, ...]
    measures: Codes
    replicates: Codes
    masks: dict[tuple[str, str], int]

    def blocks(self, progress: Progress) -> Iterator[Records]:
        stage = f"reading {self.table.name}"
        for batch in self.table.batches():
            if len(batch):
                yield self._records(batch)
            progress(stage, min(batch.done, self.table.size), self.table.size)

    def _records(self, batch: Batch) -> Records:
        good = np.ones(len(batch), dtype=np.bool_)
        columns = self.layout.scores
        shared = self._shared_words(batch, good)
        words = [] if shared is None else [shared]
        rows, measures, replicates, scores, attributes = [], [], [], [], []
        labels = {
            role: self._labels(batch, role, good)
            for role in (
                self.layout.metric,
                self.layout.evaluation_set,
                *self.layout.protocol,
                self.layout.seed,
                self.layout.inner_seed,
            )
            if role is not None
        }
        for number, column in enumerate(columns):
            values = self._scores(batch, column)
            names = self._evaluation_sets(batch, column, labels)
            if shared is None and self.texts is not None:
                words.append(self._words_of_texts(self.texts, batch, names, good))
            present = np.flatnonzero(~np.isnan(values) & good)
            rows.append(present + (0 if shared is not None else number * len(batch)))
            measures.append(self._measures(batch, column, names, labels)[present])
            replicates.append(self._replicates(batch, column, labels)[present])
            scores.append(values[present] * column.scale)
            attributes.append(self._attributes(batch, column, present))
        repeated = 1 if shared is not None else len(columns)
        row = np.concatenate(rows)
        block = Records(
            words=np.concatenate(words),
            places=np.tile(batch.places, repeated),
            row=row,
            measure=np.concatenate(measures),
            replicate=np.concatenate(replicates),
            score=np.concatenate(scores),
            attributes=[each for part in attributes for each in part] if self._keeps_more else None,
            file=None if batch.file is None else np.tile(batch.file, repeated),
            declared=self._declared(batch, repeated),
        )
        if shared is None:  # a set is there only where its evaluation set has a score
            used = np.zeros(len(block.words), dtype=np.bool_)
            used[block.row] = True
            return chosen_rows(block, used)
        return chosen_rows(_by_row(block) if len(columns) > 1 else block, good)

    def _declared(self, batch: Batch, repeated: int) -> NDArray[np.bool_] | None:
        """Which rows an export calls declared, (R,); None where nothing says so."""
        if ORIGIN not in self.layout.ignored:
            return None
        texts = batch.columns[self.table.index(ORIGIN)]
        return np.tile(np.array([text.strip() == "declared" for text in texts]), repeated)

    # -------------------------------------------------------- sets

    def _shared_words(self, batch: Batch, good: NDArray[np.bool_]) -> Words | None:
        """The set of every row, (R, W); None where it depends on the evaluation set."""
        if self.texts is None:
            return self._words_of_columns(batch, good)
        if self.texts.needs_evaluation_set:
            return None
        return self._words_of_texts(self.texts, batch, [UNNAMED] * len(batch), good)

    def _words_of_texts(
        self,
        texts: SetTexts,
        batch: Batch,
        evaluation_sets: Sequence[str],
        good: NDArray[np.bool_],
    ) -> Words:
        column = self.layout.training_set
        written: Sequence[str] = (
            [self.context.parts["training_set"]] * len(batch)
            if column is None
            else batch.columns[self.table.index(column)]
        )
        if len(self.masks) > _MOST_CACHED:
            self.masks.clear()
        depends = texts.needs_evaluation_set
        found = []
        for row, text in enumerate(written):
            key = (text, evaluation_sets[row] if depends else "")
            mask = self.masks.get(key)
            if mask is None:
                try:
                    mask = self.masks[key] = texts.read(*key)
                except LatticeError as error:
                    if good[row]:
                        self._refuse(refused(error, self.table.at(batch, row)))
                    good[row], mask = False, 0
            found.append(mask)
        return words_of_masks(found, word_count(len(self.objects)))

    def _words_of_columns(self, batch: Batch, good: NDArray[np.bool_]) -> Words:
        filled = self.context.mapping.sets.membership == "filled"
        is_member = np.empty((len(batch), len(self.layout.objects)), dtype=np.bool_)
        for number, name in enumerate(self.layout.objects):
            texts = batch.columns[self.table.index(name)]
            if filled:
                is_member[:, number] = [bool(text.strip()) for text in texts]
                continue
            members, known = _ones(texts)
            is_member[:, number] = members
            for row in np.flatnonzero(~known & good).tolist():
                good[row] = False
                self._refuse(
                    ImportRefused(
                        f"{self.table.at(batch, row)}: {texts[row].strip()[:80]!r} in the object"
                        f" column {name!r} is neither 0 nor 1.",
                        hint="A set holds an object or not; weights and mixtures belong to the"
                        " protocol. If this is no object, say its role in a mapping.",
                    )
                )
        return pack(is_member != self.context.mapping.sets.complement)

    # -------------------------------------------------------- scores

    def _scores(self, batch: Batch, column: ScoreColumn) -> NDArray[np.float64]:
        """The scores of one column, shape (R,), NaN where the field is blank."""
        texts = batch.columns[self.table.index(column.column)]
        said = self.context.mapping.table
        fields = np.array([text.strip() for text in texts])
        blank = fields == ""
        if said.missing:
            blank |= np.isin(fields, [text.strip() for text in said.missing])
        fields[blank] = "0"
        numbers = fields
        if said.decimal == ",":  # a point is then no decimal, and 1.250 may be a thousand
            numbers = np.where(
                np.char.find(fields, ".") < 0, np.char.replace(fields, ",", "."), "x"
            )
        try:
            values = numbers.astype(np.float64)
            values[np.char.find(fields, "_") >= 0] = np.nan  # Python's 1_000 is no number here
        except ValueError:
            values = np.array([_number(text) for text in numbers.tolist()])
        for row in np.flatnonzero(~np.isfinite(values)).tolist():
            text = str(fields[row])
            self._refuse(
                ImportRefused(
                    f"{self.table.at(batch, row)}: {text[:80]!r} in the column {column.column!r}"
                    " is no finite number.",
                    hint=_how_to_settle(text, column.column),
                )
            )
            values[row] = np.nan
        values[blank] = np.nan
        return values

    def _evaluation_sets(
        self, batch: Batch, column: ScoreColumn, labels: dict[str, list[str]]
    ) -> Sequence[str]:
        if self.layout.evaluation_set is not None and column.evaluation_set is None:
            return labels[self.layout.evaluation_set]
        name = column.evaluation_set or self.context.part("evaluation_set") or UNNAMED
        return [name] * len(batch)

    def _measures(
        self,
        batch: Batch,
        column: ScoreColumn,
        evaluation_sets: Sequence[str],
        labels: dict[str, list[str]],
    ) -> NDArray[np.int64]:
        """The measure number of every row, shape (R,)."""
        layout = self.layout
        metric = column.metric or (None if layout.metric else self.context.part("metric"))
        if metric is None and layout.metric is None:
            raise ImportRefused(
                f"{self.table.name}: nothing names the metric of the column {column.column!r}.",
                hint="Give it with --metric accuracy --direction higher, or in a mapping:"
                ' [[metrics]] name = "accuracy", direction = "higher".',
            )
        metrics = [metric] * len(batch) if metric else labels[layout.metric or ""]
        protocol = column.protocol or (None if layout.protocol else self.context.part("protocol"))
        if layout.protocol and column.protocol is None:
            protocols = self._protocols(labels)
        else:
            protocols = [protocol or UNNAMED] * len(batch)
        if all(len(set(names)) == 1 for names in (metrics, evaluation_sets, protocols)):
            first = (metrics[0], evaluation_sets[0], protocols[0])
            return np.full(len(batch), self.measures.of(first))
        keys = zip(metrics, evaluation_sets, protocols, strict=True)
        return np.array([self.measures.of(key) for key in keys], dtype=np.int64)

    def _protocols(self, labels: dict[str, list[str]]) -> list[str]:
        """The protocol of every row: one column's text, or `name=text` of several."""
        columns = self.layout.protocol
        if len(columns) == 1:
            return labels[columns[0]]
        short = [name.rpartition(".")[2] or name for name in columns]
        names = short if len(set(short)) == len(short) else columns
        rows = zip(*(labels[column] for column in columns), strict=True)
        return [
            " ".join(f"{name}={text}" for name, text in zip(names, row, strict=True))
            for row in rows
        ]

    def _replicates(
        self, batch: Batch, column: ScoreColumn, labels: dict[str, list[str]]
    ) -> NDArray[np.int64]:
        """The replicate number of every row, shape (R,)."""
        layout = self.layout
        seed: str | None = column.replicate or self.context.parts.get("seed")
        if column.replicate is None and layout.seed is not None:
            seeds: Sequence[str | None] = labels[layout.seed]
        elif layout.inner_seed is None:
            return np.full(len(batch), self.replicates.of((seed, None)))
        else:
            seeds = [seed] * len(batch)
        inner: Sequence[str | None] = [None] * len(batch)
        if layout.inner_seed is not None:
            inner = labels[layout.inner_seed]
        keys = zip(seeds, inner, strict=True)
        return np.array([self.replicates.of(key) for key in keys], dtype=np.int64)

    def _labels(self, batch: Batch, column: str, good: NDArray[np.bool_]) -> list[str]:
        """The texts of a column that must not be blank."""
        texts = [text.strip() for text in batch.columns[self.table.index(column)]]
        for row, text in enumerate(texts):
            if text and is_name(text):
                continue
            if good[row]:
                good[row] = False
                shown = "is blank" if not text else f"has {text[:80]!r}, which cannot be a name"
                self._refuse(
                    ImportRefused(
                        f"{self.table.at(batch, row)}: the column {column!r} {shown}.",
                        hint="Fill it in, or take the row out."
                        if not text
                        else "Names hold no line breaks, and at most 10,000 characters.",
                    )
                )
            texts[row] = UNNAMED
        return texts

    @property
    def _keeps_more(self) -> bool:
        """Whether anything is kept beside the scores."""
        errors = (column.error for column in self.layout.scores)
        return bool(self.layout.attributes) or any(errors)

    def _attributes(
        self, batch: Batch, column: ScoreColumn, present: NDArray[np.int64]
    ) -> list[str | None]:
        """What is kept beside the scores of one column, as JSON texts or None."""
        if not self._keeps_more:
            return []
        columns = {name: batch.columns[self.table.index(name)] for name in self.layout.attributes}
        errors = None if column.error is None else batch.columns[self.table.index(column.error)]
        answer: list[str | None] = []
        for row in present.tolist():
            kept: dict[str, Any] = {
                name: texts[row] for name, texts in columns.items() if texts[row].strip()
            }
            error = None if errors is None else _number(errors[row])
            if error is not None and np.isfinite(error):
                kept["standard_error"] = error * column.scale
            answer.append(json.dumps(kept, ensure_ascii=False) if kept else None)
        return answer

    def _refuse(self, error: ImportRefused) -> None:
        self.context.refusals.add(error)


def _by_row(block: Records) -> Records:
    """The block's records row by row, as sets are stored, instead of column by column."""
    order = np.argsort(block.row, kind="stable")
    attributes = block.attributes
    return replace(
        block,
        row=block.row[order],
        measure=block.measure[order],
        replicate=block.replicate[order],
        score=block.score[order],
        attributes=None if attributes is None else [attributes[each] for each in order.tolist()],
    )


def _ones(texts: Sequence[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which fields are 1, and which are 0 or 1, shapes (R,)."""
    joined = "".join(texts)
    if len(joined) == len(texts) and joined.isascii() and all(texts):
        signs = np.frombuffer(joined.encode(), dtype=np.uint8)
        return signs == ord("1"), (signs == ord("1")) | (signs == ord("0"))
    stripped = np.array([text.strip() for text in texts])
    ones = np.isin(stripped, ("1", "1.0", "True", "true", "TRUE"))
    return ones, ones | np.isin(stripped, ("0", "0.0", "False", "false", "FALSE"))


def _number(text: str) -> float:
    """The number a field spells, NaN where it spells none."""
    try:
        return float(text) if "_" not in text else float("nan")
    except ValueError:
        return float("nan")


def _how_to_settle(text: str, column: str) -> str:
    if text.casefold() in ("nan", "na", "n/a", "null", "none", "-", "--", "inf", "-inf"):
        return f'If it means a missing score, say so in a mapping: [table] missing = ["{text}"].'
    if text.endswith("%"):
        return (
            "Write percent without the sign; `scale = 0.01` under [[measures]] in a mapping makes"
            " shares of them."
        )
    if "±" in text or "+-" in text or "+/-" in text:
        return (
            "Put the standard error into a column of its own: the one of `accuracy` is called"
            " `accuracy_stderr`."
        )
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", text):
        return (
            "Write thousands without a comma. Only where it is a decimal comma in every row, say so"
            ' in a mapping: [table] decimal = ",".'
        )
    if text.count(",") == 1 and text.replace(",", "").lstrip("+-").isdecimal():
        return 'Decimals with a comma are said in a mapping: [table] decimal = ",".'
    return (
        "Leave a missing score blank, and write decimals with a point; a column without scores is"
        f' listed in a mapping: [columns] ignore = ["{column}"].'
    )


# ------------------------------------------------------------------ what was understood


def _understood(
    table: Table,
    layout: Layout,
    texts: SetTexts | None,
    objects: tuple[str, ...],
    membership: str,
) -> str:
    kind = "long" if layout.is_long else "wide"
    parts = [f"{kind} table" if table.kind == "table" else f"{table.kind}, {kind}"]
    if texts is None:
        filled = membership == "filled"
        parts.append(f"sets in {len(objects)} {'filled or blank' if filled else '0/1'} columns")
    elif layout.training_set is None:
        parts.append("the set from the file's name")
    else:
        sign = "" if texts.separator == "+" else f" joined by {texts.separator!r}"
        parts.append(f"sets in the column {layout.training_set!r}, read as {texts.spelling}{sign}")
    parts.append(f"{len(layout.scores)} score column{'' if len(layout.scores) == 1 else 's'}")
    if layout.seed is not None:
        parts.append(f"replicates by {layout.seed!r}")
    ignored = [name for name in layout.ignored if name != ORIGIN]
    if ignored:
        shown = ", ".join(map(repr, ignored[:12]))
        more = len(ignored) - 12
        parts.append(f"ignored: {shown}{f' and {more} more' if more > 0 else ''}")
    return "; ".join(parts)


def _questions(layout: Layout) -> list[OpenQuestion]:
    """What the layout leaves open."""
    if not layout.doubtful:
        return []
    shown = ", ".join(layout.doubtful[:12])
    return [
        OpenQuestion(
            f"Taken for objects, though the same in every row: {shown}. If they are settings",
            f"[columns]\nignore = {json.dumps(list(layout.doubtful), ensure_ascii=False)}",
        )
    ]


def _as_mapping(layout: Layout, texts: SetTexts | None) -> dict[str, Any]:
    """What was understood, as a mapping says it."""
    columns: dict[str, Any] = {
        "training_set": layout.training_set,
        "objects": list(layout.objects),
        "evaluation_set": layout.evaluation_set,
        "metric": layout.metric,
        "protocol": layout.protocol[0] if len(layout.protocol) == 1 else list(layout.protocol),
        "seed": layout.seed,
        "inner_seed": layout.inner_seed,
        "attributes": list(layout.attributes),
        "ignore": [name for name in layout.ignored if name],
        "measures": [each.column for each in layout.scores],
    }
    said: dict[str, Any] = {"columns": {key: value for key, value in columns.items() if value}}
    if texts is not None:
        said["sets"] = {"spelling": texts.spelling}
        if texts.separator != "+":
            said["sets"]["separator"] = texts.separator
    return said
