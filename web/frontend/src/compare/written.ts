/** A comparison as rows: pure, so that tests can read them. */
import type { Comparison } from "../api/types";
import { cellValues, deltaColumns, deltaValues, SET_COLUMNS, setValues } from "../export/cells";
import type { Table, Value } from "../export/types";
import type { Row } from "./utils";

/** One row per measure and set, the baseline first: its differences are empty. */
export function comparisonTable(
  found: Comparison,
  rows: readonly Row[],
  about: Readonly<Record<string, Value>>,
): Table {
  const { baseline, sets } = found;
  return {
    columns: [
      "measure",
      ...SET_COLUMNS,
      ...["stored", "is_baseline", "added", "removed"],
      ...["score", "standard_error", "replicates", "origin"],
      ...deltaColumns().map((name) => name.replace("delta", "difference")),
      "paired_replicates",
    ],
    about,
    rows: rows.flatMap(({ measure, place }) => [
      [
        measure.name,
        ...setValues(baseline.training_set),
        ...[baseline.stored, true, null, null],
        ...cellValues(baseline.cells[place]),
        ...deltaValues(null),
        null,
      ],
      ...sets.map((set) => [
        measure.name,
        ...setValues(set.training_set),
        ...[set.stored, false, set.added.join("+") || null, set.removed.join("+") || null],
        ...cellValues(set.cells[place]),
        ...deltaValues(set.deltas[place]),
        set.replicates[place]?.paired ?? null,
      ]),
    ]),
  };
}
