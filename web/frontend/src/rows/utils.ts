/** Pure arithmetic of virtual rows: what is seen at a scroll position, and how to get to a row. */
import type { Extent, Spot, Window } from "./types";

/** Browsers draw no taller elements: Firefox stops at 17.9 million pixels. */
export const TALLEST = 12_000_000;

/** Height of what scrolls; above TALLEST a scrolled pixel stands for more than one. */
export function scrollHeight({ total, rowHeight, head }: Extent): number {
  return head + Math.min(total * rowHeight, TALLEST);
}

function most(extent: Extent): { scroll: number; top: number } {
  const body = Math.max(0, extent.viewHeight - extent.head);
  return {
    scroll: Math.max(0, scrollHeight(extent) - extent.viewHeight),
    top: Math.max(0, extent.total * extent.rowHeight - body),
  };
}

/** The rows that are seen, wholly or in part. */
export function windowAt(extent: Extent, scrollTop: number): Window {
  const { total, rowHeight, head, viewHeight } = extent;
  const limit = most(extent);
  const share = limit.scroll > 0 ? Math.min(1, Math.max(0, scrollTop / limit.scroll)) : 0;
  const top = share * limit.top;
  const first = Math.min(Math.floor(top / rowHeight), Math.max(0, total - 1));
  const shift = top - first * rowHeight;
  const seen = Math.ceil((Math.max(0, viewHeight - head) + shift) / rowHeight);
  return { first, count: Math.max(0, Math.min(seen, total - first)), shift };
}

/** The scroll position at which a row is the first one. */
export function scrollTo(extent: Extent, row: number): number {
  const limit = most(extent);
  if (limit.top === 0) return 0;
  return (Math.min(limit.top, Math.max(0, row) * extent.rowHeight) / limit.top) * limit.scroll;
}

/** The scroll position that shows a row wholly, moved as little as possible. */
export function reveal(extent: Extent, scrollTop: number, row: number): number {
  const { first, shift } = windowAt(extent, scrollTop);
  const body = Math.max(0, extent.viewHeight - extent.head);
  const whole = Math.max(1, Math.floor(body / extent.rowHeight));
  const above = first + (shift > 0.5 ? 1 : 0);
  if (row < above) return scrollTo(extent, row);
  if (row >= above + whole) return Math.ceil(scrollTo(extent, row - body / extent.rowHeight + 1));
  return scrollTop;
}

/** Where a key leads from a cell; null where the key is none of a grid's. */
export function stepBy(
  key: string,
  ctrl: boolean,
  at: Spot,
  size: { rows: number; columns: number; page: number },
): Spot | null {
  const rows = (row: number) => Math.max(-1, Math.min(size.rows - 1, row));
  const columns = (column: number) => Math.max(-1, Math.min(size.columns - 1, column));
  const { row, column } = at;
  switch (key) {
    case "ArrowDown":
      return { row: rows(row + 1), column };
    case "ArrowUp":
      return { row: rows(row - 1), column };
    case "ArrowRight":
      return { row, column: columns(column + 1) };
    case "ArrowLeft":
      return { row, column: columns(column - 1) };
    case "PageDown":
      return { row: rows(row + size.page), column };
    case "PageUp":
      return { row: Math.max(0, rows(row - size.page)), column };
    case "Home":
      return { row: ctrl ? 0 : row, column: -1 };
    case "End":
      return { row: ctrl ? rows(size.rows) : row, column: columns(size.columns) };
    default:
      return null;
  }
}

/** The pages that hold the rows from `first` to `last`. */
export function pagesBetween(first: number, last: number, size: number): number[] {
  const from = Math.floor(first / size);
  const to = Math.floor(Math.max(first, last) / size);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** A URL with one more parameter. */
export function withParameter(url: string, name: string, value: number): string {
  return `${url}${url.includes("?") ? "&" : "?"}${name}=${value}`;
}
