"""Reads wide and long tables: one row a training set, or one row a score.

Both are one thing here: a row says the set, and each score column's measure is put together from
what its header says, what the row says, what the file's name says and what the mapping says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lattice.errors import ImportRefused
from lattice.importing.delimited import Batch, Table
from lattice.importing.layout import Layout, ScoreColumn, find_layout
from lattice.importing.mapping import is_name
from lattice.importing.records import UNNAMED, Codes, Context, Progress, Reading, Records
from lattice.importing.settexts import SetTexts, survey
from lattice.subsets import Words, pack, word_count, words_of_masks


def read_table(table: Table, context: Context, progress: Progress) -> Reading:
    """Understand a table and read it.

    Raises:
        ImportRefused: something in the file cannot be read; says file and line.
        MappingRefused: the mapping does not fit the file.
    """
    layout = find_layout(table, context)
    texts = None if layout.training_set is None else survey(table, layout.training_set, context)
    objects = layout.objects if texts is None else texts.universe.names
    reader = _TableReader(table, layout, context, texts, objects, Codes(), Codes())
    return Reading(
        file=table.name,
        objects=objects,
        understood=_understood(layout, texts, objects),
        unit="line",
        measures=reader.measures,
        replicates=reader.replicates,
        blocks=reader.blocks(progress),
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

    def blocks(self, progress: Progress) -> Iterator[Records]:
        total = self.table.path.stat().st_size
        for batch in self.table.batches():
            yield self._records(batch)
            progress(f"reading {self.table.name}", min(batch.bytes_read, total), total)

    def _records(self, batch: Batch) -> Records:
        words = self._words(batch)
        replicate = self._replicates(batch)
        rows, measures, scores = [], [], []
        for column in self.layout.scores:
            values = self._scores(batch, column.column)
            present = np.flatnonzero(~np.isnan(values))
            rows.append(present)
            measures.append(self._measures(batch, column)[present])
            scores.append(values[present])
        row = np.concatenate(rows)
        return Records(
            words=words,
            places=batch.lines,
            row=row,
            measure=np.concatenate(measures),
            replicate=replicate[row],
            score=np.concatenate(scores),
        )

    def _words(self, batch: Batch) -> Words:
        if self.texts is not None:
            index = self.table.index(self.layout.training_set or "")
            masks = [self.texts.mask_of[row[index]] for row in batch.rows]
            return words_of_masks(masks, word_count(len(self.objects)))
        indices = [self.table.index(name) for name in self.layout.objects]
        cells = np.char.strip(np.array([[row[i] for i in indices] for row in batch.rows]))
        is_member = cells == "1"
        wrong = np.argwhere(~is_member & (cells != "0"))
        if len(wrong):
            row, column = wrong[0]
            raise ImportRefused(
                f"{self._at(batch, row)}: {str(cells[row, column])!r} in the object column"
                f" {self.layout.objects[column]!r} is neither 0 nor 1.",
                hint="A set holds an object or not; weights and mixtures belong to the protocol."
                " If this is no object, say its role in a mapping.",
            )
        return pack(is_member)

    def _scores(self, batch: Batch, column: str) -> NDArray[np.float64]:
        """The scores of one column, shape (R,), NaN where the field is blank."""
        index = self.table.index(column)
        fields = np.char.strip(np.array([row[index] for row in batch.rows]))
        blank = fields == ""
        fields[blank] = "0"
        try:
            values = fields.astype(np.float64)
            values[np.char.find(fields, "_") >= 0] = np.nan  # Python's 1_000 is no number here
        except ValueError:
            values = np.array([_number(text) for text in fields.tolist()])
        refused = np.flatnonzero(~np.isfinite(values))
        if len(refused):
            row = int(refused[0])
            raise ImportRefused(
                f"{self._at(batch, row)}: {str(fields[row])!r} in the column {column!r} is no"
                " finite number.",
                hint="Leave a missing score blank, and write decimals with a point; a column"
                " without scores is listed in [columns] ignore.",
            )
        values[blank] = np.nan
        return values

    def _measures(self, batch: Batch, column: ScoreColumn) -> NDArray[np.int64]:
        """The measure number of every row, shape (R,)."""
        layout, context = self.layout, self.context
        metric = column.metric or context.part("metric")
        evaluation_set = column.evaluation_set or context.part("evaluation_set") or UNNAMED
        protocol = context.part("protocol") or UNNAMED
        if metric is None and layout.metric is None:
            raise ImportRefused(
                f"{self.table.name}: nothing names the metric of the column {column.column!r}.",
                hint="Give it with --metric accuracy --direction higher, or in a mapping:"
                ' [[metrics]] name = "accuracy", direction = "higher".',
            )
        by_row = (layout.metric, layout.evaluation_set, layout.protocol)
        fixed = (metric, evaluation_set, protocol)
        if by_row == (None, None, None):
            return np.full(len(batch.rows), self.measures.of(fixed))
        parts = [
            [value] * len(batch.rows) if role is None else self._labels(batch, role)
            for role, value in zip(by_row, fixed, strict=True)
        ]
        return np.array([self.measures.of(key) for key in zip(*parts, strict=True)])

    def _replicates(self, batch: Batch) -> NDArray[np.int64]:
        """The replicate number of every row, shape (R,)."""
        seed: Sequence[str | None] = [self.context.parts.get("seed")] * len(batch.rows)
        inner: Sequence[str | None] = [None] * len(batch.rows)
        if self.layout.seed is not None:
            seed = self._labels(batch, self.layout.seed)
        if self.layout.inner_seed is not None:
            inner = self._labels(batch, self.layout.inner_seed)
        return np.array([self.replicates.of(key) for key in zip(seed, inner, strict=True)])

    def _labels(self, batch: Batch, column: str) -> list[str]:
        """The texts of a column that must not be blank."""
        index = self.table.index(column)
        texts = [row[index].strip() for row in batch.rows]
        if "" in texts:
            raise ImportRefused(
                f"{self._at(batch, texts.index(''))}: the column {column!r} is blank.",
                hint="Fill it in, or take the row out.",
            )
        wrong = next((row for row, text in enumerate(texts) if not is_name(text)), None)
        if wrong is not None:
            raise ImportRefused(
                f"{self._at(batch, wrong)}: {texts[wrong][:80]!r} in the column {column!r} cannot"
                " be a name.",
                hint="Names hold no line breaks, and at most 10,000 characters.",
            )
        return texts

    def _at(self, batch: Batch, row: int) -> str:
        return f"{self.table.name}, line {batch.lines[row]}"


def _number(text: str) -> float:
    """The number a field spells, NaN where it spells none."""
    try:
        return float(text) if "_" not in text else float("nan")
    except ValueError:
        return float("nan")


def _understood(layout: Layout, texts: SetTexts | None, objects: tuple[str, ...]) -> str:
    kind = "long" if layout.is_long else "wide"
    if texts is None:
        sets = f"sets in {len(objects)} 0/1 columns"
    else:
        sets = f"sets in the column {layout.training_set!r}, read as {texts.spelling}"
    scores = f"{len(layout.scores)} score column{'' if len(layout.scores) == 1 else 's'}"
    parts = [f"{kind} table", sets, scores]
    if layout.seed is not None:
        parts.append(f"replicates by {layout.seed!r}")
    if layout.ignored:
        parts.append(f"ignored: {', '.join(map(repr, layout.ignored))}")
    return "; ".join(parts)
