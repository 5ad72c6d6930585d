/** Rows of sets, however many: pages from the server, a viewport, and the table that shows them. */

export { directionOf, pressed, RANK, type Sorting, sortingOf } from "./order";
export { type PagedQuestion, type Pages, pagesOf } from "./pages";
export { amountNames, shownMeasures, sorting } from "./question";
export { Sheet } from "./sheet";
export { Bones, ColumnChooser, NoRows, RowCount, SortTool, UnknownSort } from "./tools";
export { LEAST_HEIGHT, MARK_ROOM } from "./touch";
export type { CellLook, Direction, SheetColumn, Spot } from "./types";
export { stepBy, withParameter } from "./utils";
export { useViewport, type Viewport } from "./viewport";

import "./rows.css";
