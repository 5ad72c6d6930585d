/** The grid as numbers on their colors. */
import { useState } from "preact/hooks";
import type { Cell } from "../api/types";
import {
  type CellLook,
  directionOf,
  LEAST_HEIGHT,
  MARK_ROOM,
  pressed,
  RANK,
  Sheet,
  type SheetColumn,
  type Spot,
  sorting,
  useViewport,
} from "../rows";
import { number } from "../scales";
import { go, view } from "../state";
import { objectNames } from "../state/answers";
import { gridRows, columns as shownColumns } from "./answers";
import { Foot } from "./legend";
import { Overview } from "./overview";
import { Tip, type TipPlace, tipAt } from "./tip";
import type { Column, Row } from "./types";
import { axisTitle, digitsOf, fixed, headHeight, inkOn, nameWidth, numbersHeight } from "./utils";

const RANK_WIDTH = 44;
const FEW_COLUMNS = 6;
const FEW_DIGITS = 3;
const LETTER = 7.4;
const SMALL_LETTER = 6.7;
const HEAD_LETTER = 8.6;
const MOST_UNBROKEN = 6;

export function Numbers() {
  const page = gridRows.head.value.content;
  const found = shownColumns.value;
  const [tip, setTip] = useState<TipPlace | null>(null);
  const shown = found?.columns ?? [];
  const layout = (width: number) => {
    const names = nameWidth(objectNames.value, width, shown.length) + MARK_ROOM;
    return { names, widths: scoreWidths(shown, Math.max(0, width - names - RANK_WIDTH)) };
  };
  const titles = shown.map((each) => each.title);
  const port = useViewport(
    page?.total ?? 0,
    Math.max(LEAST_HEIGHT, numbersHeight(page?.total ?? 0)),
    (width) => headHeight(titles, layout(width).widths),
  );
  if (!page || !found) return null;
  const { first, count } = port.window;
  gridRows.want(first, first + count);
  const { names, widths } = layout(port.width);
  const columns = sheetColumns(shown, widths);
  const last = Math.min(page.total, first + count) - 1;
  const byRank = sorting.value.field === RANK;
  const point = (spot: Spot | null, element: HTMLElement | null) => {
    const row = spot && spot.row >= 0 ? gridRows.row(spot.row) : null;
    const column = spot ? shown[spot.column - 1] : undefined;
    setTip(row && column && element ? tipAt(element, row, column) : null);
  };
  return (
    <>
      <div class="grid-body fitted" style={{ flexBasis: `${port.height + 2}px` }}>
        <Sheet<Row>
          label={`Grid of ${view.value.lattice}: training sets by measures`}
          testid="grid-table"
          rowTestid="grid-row"
          cellTestid="grid-cell"
          total={page.total}
          view={port}
          headHeight={port.extent.head}
          nameWidth={names}
          corner={<Corner columns={shown} />}
          columns={columns}
          row={gridRows.row}
          setOf={(row) => row.training_set}
          busy={gridRows.head.value.loading}
          onPoint={point}
          rowClass={(row, at) => {
            const before = at > 0 && byRank ? gridRows.row(at - 1) : null;
            return before && before.training_set.rank !== row.training_set.rank ? "new-rank" : "";
          }}
        />
        <Overview
          first={first}
          count={count}
          total={page.total}
          head={port.extent.head}
          jump={port.jump}
        />
      </div>
      <Tip place={tip} />
      <Foot first={first} last={last} total={page.total} />
    </>
  );
}

/** The two axes in words. */
export function Corner({ columns }: { columns: readonly Column[] }) {
  return (
    <span class="axes">
      <span class="across">{axisTitle(columns.map((each) => each.measure))} →</span>
      <span class="down">trained on ↓</span>
    </span>
  );
}

/** Widths of the columns of scores: what their numbers need, stretched where there is room. */
function scoreWidths(shown: readonly Column[], room: number): number[] {
  const few = shown.length <= FEW_COLUMNS;
  const least = shown.map(({ title, stats: { lowest, highest, missing } }) => {
    const texts = [lowest ?? 0, highest ?? 0].map((end) => fixed(end, few ? 4 : FEW_DIGITS).length);
    const long = Math.max(...texts, missing > 0 ? 7 : 0);
    return few
      ? Math.max(74, long * LETTER + 14)
      : Math.max(long * SMALL_LETTER + 6, longestPart(title) * HEAD_LETTER + 8);
  });
  const sum = least.reduce((total, each) => total + each, 0);
  const stretch = Math.max(1, Math.min(few ? 2.6 : 1.7, room / Math.max(1, sum)));
  return least.map((each) => Math.floor(each * stretch));
}

/** Letters of the longest part of a title that should not break, up to a few. */
function longestPart(title: string): number {
  return Math.min(MOST_UNBROKEN, Math.max(...title.split(/[\s+/@_-]/).map((part) => part.length)));
}

function sheetColumns(shown: readonly Column[], widths: readonly number[]): SheetColumn<Row>[] {
  const few = shown.length <= FEW_COLUMNS;
  const page = gridRows.head.value.content?.measures ?? [];
  const items = gridRows.head.value.content?.items ?? [];
  const hasErrors = few && Math.min(...widths) > 108;
  const rank: SheetColumn<Row> = {
    id: "\u0000rank",
    title: "rank",
    hint: "Rank: the number of objects in the set. Click to sort, click again to turn around.",
    width: RANK_WIDTH,
    class: "rank",
    sorted: directionOf(RANK, null, sorting.value),
    onHead: () => go({ sort: pressed(RANK, sorting.peek()) }),
    cell: (row) => ({ content: row.training_set.rank }),
  };
  return [
    rank,
    ...shown.map((column, at): SheetColumn<Row> => {
      const { name, metric } = column.measure;
      const place = page.findIndex((each) => each.name === name);
      const scores = items.map((row) => row.cells[place]?.mean ?? null);
      const digits = digitsOf(scores, few ? 4 : FEW_DIGITS);
      return {
        id: name,
        title: column.title,
        hint: `${name}, ${metric.direction} is better. Click to sort rows by it, best first; click again for the worst.`,
        width: widths[at] ?? 0,
        class: few ? "score" : "score small",
        sorted: directionOf(name, column.measure, sorting.value),
        chosen: view.value.measure === name,
        onHead: () => go({ sort: pressed(name, sorting.peek()), measure: name }),
        cell: (row) => look(row, column, digits, hasErrors),
      };
    }),
  ];
}

/** A score on its color; without one: hatched where it is missing, blank where there can be none. */
function look(row: Row, column: Column, digits: number, withError: boolean): CellLook {
  const cell = row.cells[column.place] ?? null;
  if (!cell) {
    const absence = column.absence(row.training_set);
    return { content: absence === "missing" ? "missing" : "–", class: absence };
  }
  const shown = fixed(cell.mean, digits);
  if (cell.origin === "declared") {
    return { content: <Declared text={shown} />, class: "declared" };
  }
  const background = column.color(cell.mean);
  return {
    content: (
      <>
        {shown}
        {withError && <ErrorOf cell={cell} />}
      </>
    ),
    style: { background, color: inkOn(background) },
  };
}

function Declared({ text }: { text: string }) {
  return (
    <>
      {text}
      <span class="hidden"> declared</span>
    </>
  );
}

function ErrorOf({ cell }: { cell: Cell }) {
  if (cell.standard_error === null) return null;
  return <small> ± {number(Number(cell.standard_error.toPrecision(2)))}</small>;
}
