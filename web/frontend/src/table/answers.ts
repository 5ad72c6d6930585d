/** What the table asks: the sets with their cells, page by page. */
import { computed } from "@preact/signals";
import type { SetDetail, SetPage } from "../api/types";
import { type PagedQuestion, pagesOf, RANK, shownMeasures, sorting } from "../rows";
import { view } from "../state";
import { currentDetail, filter, latticeUrl } from "../state/answers";

const SIZE = 100;

/** The question for so many rows; null while the table is not shown. */
export function rowsUrl(limit: number, cursor: number | null = null): string | null {
  if (view.value.view !== "table" || !currentDetail.value) return null;
  const all = currentDetail.value.measures.length;
  const shown = shownMeasures.value.map((each) => each.name);
  const { text } = sorting.value;
  return latticeUrl(["sets"], {
    measure: shown.length < all ? shown : null,
    sort: text === RANK ? null : text,
    filter: filter.value,
    fields: "cells",
    limit,
    cursor,
  });
}

const question = computed<PagedQuestion | null>(() => {
  const url = rowsUrl(SIZE);
  return url === null ? null : { head: url, more: url, size: SIZE };
});

export const tableRows = pagesOf<SetDetail, SetPage>(question);
