/** Rows of sets, however many: pages from the server, a viewport, and the table that shows them. */

export { directionOf, pressed, RANK, type Sorting, sortingOf } from "./order";
export { type PagedQuestion, type Pages, pagesOf } from "./pages";
export { amountNames, shownMeasures, sorting } from "./question";
export { Sheet } from "./sheet";
export { Bones, ColumnChooser, NoRows, RowCount, SortTool, UnknownSort } from "./tools";
export type { CellLook, Direction, SeenTable, SheetColumn, Spot } from "./types";
export { stepBy, withParameter } from "./utils";
export { useViewport, type Viewport } from "./viewport";

import "./rows.css";
