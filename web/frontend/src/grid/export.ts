/** What the grid shows, as columns and rows: for exports. */
import type { SeenTable } from "../rows";
import { columns, gridRows } from "./answers";

/** The rows that were read, with their scores and errors; null where the grid is not there. */
export function tableOf(): SeenTable | null {
  const total = gridRows.head.value.content?.total;
  const shown = columns.value?.columns;
  if (total === undefined || !shown) return null;
  return {
    columns: [
      "training set",
      "rank",
      ...shown.flatMap(({ measure: { name } }) => [
        name,
        `${name} standard error`,
        `${name} replicates`,
      ]),
    ],
    rows: gridRows.known().map(([, row]) => [
      row.training_set.name,
      row.training_set.rank,
      ...shown.flatMap(({ place }) => {
        const cell = row.cells[place] ?? null;
        return [cell?.mean ?? null, cell?.standard_error ?? null, cell?.replicates ?? 0];
      }),
    ]),
    total,
  };
}
