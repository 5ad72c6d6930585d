/** What the table asks: the sets with their cells, page by page. */
import { computed } from "@preact/signals";
import type { SetDetail, SetPage } from "../api/types";
import { type PagedQuestion, pagesOf, RANK, type SeenTable, shownMeasures, sorting } from "../rows";
import { view } from "../state";
import { currentDetail, filter, latticeUrl } from "../state/answers";
import { amountColumns, amountsOf } from "./utils";

const SIZE = 100;

const question = computed<PagedQuestion | null>(() => {
  if (view.value.view !== "table" || !currentDetail.value) return null;
  const all = currentDetail.value.measures.length;
  const shown = shownMeasures.value.map((each) => each.name);
  const { text } = sorting.value;
  const url = latticeUrl(["sets"], {
    measure: shown.length < all ? shown : null,
    sort: text === RANK ? null : text,
    filter: filter.value,
    fields: "cells",
    limit: SIZE,
  });
  return url === null ? null : { head: url, more: url, size: SIZE };
});

export const tableRows = pagesOf<SetDetail, SetPage>(question);

/** The rows that were read, for exports; null where the table is not there. */
export function tableOf(): SeenTable | null {
  const page = tableRows.head.value.content;
  const objects = currentDetail.value?.objects ?? [];
  if (!page) return null;
  const amounts = amountColumns(objects);
  return {
    columns: [
      "training set",
      "rank",
      ...page.measures.flatMap((name) => [name, `${name} standard error`, `${name} replicates`]),
      ...amounts,
    ],
    rows: tableRows.known().map(([, row]) => {
      const sums = amountsOf(row.training_set.key, objects);
      return [
        row.training_set.name,
        row.training_set.rank,
        ...row.cells.flatMap((cell) => [
          cell?.mean ?? null,
          cell?.standard_error ?? null,
          cell?.replicates ?? 0,
        ]),
        ...amounts.map((name) => (name === "owner" ? sums.owners.join(", ") : sums[name])),
      ];
    }),
    total: page.total,
  };
}
