/** What the grid asks: its pages, and all of it in bands. */
import { computed } from "@preact/signals";
import { following } from "../api";
import type { Grid, GridBands } from "../api/types";
import { type PagedQuestion, pagesOf, shownMeasures, sorting } from "../rows";
import { view } from "../state";
import { currentDetail, filter, latticeUrl, objectNames } from "../state/answers";
import type { Row } from "./types";
import { columnsOf, inOrder } from "./utils";

const CELLS_ON_A_PAGE = 3_000;
const MOST_ROWS = 200;
const BANDS = 240;
const FEWEST_IN_BANDS = 60;

const isOpen = computed(() => view.value.view === "grid" && view.value.without === null);

/** The names of the measures that are asked for, as the lattice orders them. */
export const askedNames = computed(() => shownMeasures.value.map((each) => each.name));

/** Only what differs from all measures stands in the URL. */
const measureParameter = computed(() => {
  const all = currentDetail.value?.measures.length ?? 0;
  return askedNames.value.length < all ? askedNames.value : null;
});

/** What the rows are asked with; null while the grid is not shown. */
const parameters = computed(() => {
  if (!isOpen.value || askedNames.value.length === 0) return null;
  return { measure: measureParameter.value, sort: sorting.value.text, filter: filter.value };
});

const question = computed<PagedQuestion | null>(() => {
  if (parameters.value === null) return null;
  const size = Math.max(
    20,
    Math.min(MOST_ROWS, Math.floor(CELLS_ON_A_PAGE / askedNames.value.length)),
  );
  const columns = view.value.columns === "clustered" ? "clustered" : null;
  const head = latticeUrl(["grid"], { ...parameters.value, limit: size, columns });
  const more = latticeUrl(["grid"], { ...parameters.value, limit: size });
  return head !== null && more !== null ? { head, more, size } : null;
});

/** The question for rows from `cursor` on. */
export function rowsUrl(limit: number, cursor: number): string | null {
  return parameters.value && latticeUrl(["grid"], { ...parameters.value, limit, cursor });
}

export const gridRows = pagesOf<Row, Grid>(question, (page) => inOrder(page, askedNames.peek()));

/** The columns and their colors, of the first page that is there. */
export const columns = computed(() => {
  const page = gridRows.head.value.content;
  if (!page) return null;
  return columnsOf(page, askedNames.value, objectNames.value, view.value.scale === "column");
});

/** All rows in bands: asked where there are more than are seen at once. */
export const bands = following<GridBands>(
  computed(() => {
    const total = gridRows.head.value.content?.total ?? 0;
    if (!isOpen.value || total < FEWEST_IN_BANDS || askedNames.value.length === 0) return null;
    return latticeUrl(["bands"], {
      measure: measureParameter.value,
      sort: sorting.value.text,
      filter: filter.value,
      bands: BANDS,
    });
  }),
);
