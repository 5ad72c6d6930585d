/** The table: training sets as rows, with rank, scores, and what their objects add up to. */
import type { Cell, DataObject, Measure, Optimism, SetDetail } from "../api/types";
import type { Exportable } from "../export/types";
import { useExport } from "../export/use";
import {
  absenceOf,
  axisTitle,
  columnTitle,
  digitsOf,
  fixed,
  headHeight,
  nameWidth,
} from "../grid/utils";
import {
  Bones,
  type CellLook,
  ColumnChooser,
  directionOf,
  LEAST_HEIGHT,
  MARK_ROOM,
  NoRows,
  pressed,
  RANK,
  RowCount,
  Sheet,
  type SheetColumn,
  SortTool,
  shownMeasures,
  sorting,
  UnknownSort,
  useViewport,
} from "../rows";
import { count, number } from "../scales";
import { go, view } from "../state";
import { currentDetail, filter, objectNames } from "../state/answers";
import { Complaint } from "../ui";
import { tableRows } from "./answers";
import { amountColumns, amountsOf } from "./utils";
import "./table.css";

const ROW_HEIGHT = 30;
const RANK_WIDTH = 64;
const SCORE_WIDTH = 92;
const ERROR_WIDTH = 64;
const WIDEST = 220;
const DIGITS = 4;

function offered(): Exportable | null {
  const shown = tableRows.head.value.content;
  if (!shown || shown.total === 0) return null;
  return {
    title: "table",
    about: () => [filter.peek()],
    picture: () => import("./export").then((found) => found.tablePicture()),
    extents: () => import("./export").then((found) => found.tableExtents()),
  };
}

export function TablePage() {
  useExport(offered);
  const { content, refusal } = tableRows.head.value;
  return (
    <section class="table-page" aria-label="Table">
      <div class="row-tools" role="toolbar" aria-label="Table tools">
        <SortTool />
        <ColumnChooser />
      </div>
      <UnknownSort />
      {refusal && (content === null || refusal.problem.status !== 0) ? (
        <Complaint refusal={refusal} retry={tableRows.head.retry} />
      ) : content === null ? (
        <Bones />
      ) : content.total === 0 ? (
        <NoRows />
      ) : (
        <Rows />
      )}
    </section>
  );
}

function Rows() {
  const page = tableRows.head.value.content;
  const total = page?.total ?? 0;
  const shown = shownMeasures.value;
  const namesOf = (width: number) => nameWidth(objectNames.value, width, shown.length) + MARK_ROOM;
  const widthOf = (width: number) => scoreWidth(shown.length, width - namesOf(width));
  const port = useViewport(total, Math.max(LEAST_HEIGHT, ROW_HEIGHT), (width) =>
    headHeight(
      shown.map((each) => columnTitle(each, shown)),
      shown.map(() => widthOf(width) - 16),
    ),
  );
  const { first, count: seen } = port.window;
  tableRows.want(first, first + seen);
  if (!page) return null;
  const names = namesOf(port.width);
  const measures = shown.filter((each) => page.measures.includes(each.name));
  const columns = sheetColumns(measures, page.measures, widthOf(port.width));
  const refusal = tableRows.refusal.value;
  return (
    <>
      <div class="table-body">
        <Sheet<SetDetail>
          label={`Training sets of ${view.value.lattice}`}
          testid="table-view"
          rowTestid="table-row"
          cellTestid="table-cell"
          total={total}
          view={port}
          headHeight={port.extent.head}
          nameWidth={names}
          corner={
            <span class="axes">
              {measures.length > 1 && <span class="across">{axisTitle(measures)} →</span>}
              <span class="down">training set</span>
            </span>
          }
          columns={columns}
          row={tableRows.row}
          setOf={(row) => row.training_set}
          busy={tableRows.head.value.loading}
        />
      </div>
      <footer class="grid-foot" data-picture>
        {refusal && <Complaint refusal={refusal} retry={tableRows.retry} />}
        <div class="line">
          <RowCount first={first} last={Math.min(total, first + seen) - 1} total={total} />
        </div>
        {page.optimism && <Luck optimism={page.optimism} />}
        <p class="hint">
          {sentences([
            ...page.notes,
            errorMeaning(page.items.flatMap((row) => row.cells)),
            ...(currentDetail.value?.notes ?? []),
          ])}
        </p>
      </footer>
    </>
  );
}

/** How far the first set may owe its place to noise. */
function Luck({ optimism }: { optimism: Optimism }) {
  const { apparent, cross_fitted, blocks, resamples, same, note } = optimism;
  return (
    <p class="luck" data-testid="table-optimism">
      <strong>The first set’s luck:</strong>{" "}
      {apparent === null || cross_fitted === null || same === null ? (
        <>the first set is {note}.</>
      ) : (
        <>
          it scores {number(apparent)} on the {count(blocks)} shared replicates that chose it
          {note ? ` (${note})` : ""}; chosen on half of them, it scores {number(cross_fitted)} on
          the others. {count(same)} of {count(resamples)} resamples choose the same set.
        </>
      )}
    </p>
  );
}

function errorMeaning(cells: readonly (Cell | null)[]): string | null {
  const measured = cells.filter((cell) => cell !== null && cell.origin === "measured");
  if (measured.length === 0) return null;
  const some = measured.some((cell) => cell?.standard_error !== null);
  const none = measured.some((cell) => cell?.standard_error === null);
  if (!some) return "every score has one replicate: its error is unknown";
  return `± is one standard error of the mean over replicates${none ? "; without it there is one replicate, and the error is unknown" : ""}`;
}

function sentences(parts: readonly (string | null)[]): string {
  return parts
    .filter((part) => part !== null && part !== "")
    .map((part) => `${part?.charAt(0).toUpperCase()}${part?.slice(1)}.`)
    .join(" ");
}

/** One width for all columns of scores. */
function scoreWidth(measures: number, room: number): number {
  const others = RANK_WIDTH + amountColumns(currentDetail.value?.objects ?? []).length * 92;
  const share = Math.floor((room - others) / Math.max(1, measures));
  const cells = tableRows.head.value.content?.items.flatMap((row) => row.cells) ?? [];
  const said = cells.some(
    (cell) => cell && (cell.standard_error !== null || cell.origin === "declared"),
  );
  return Math.max(SCORE_WIDTH + (said ? ERROR_WIDTH : 0), Math.min(WIDEST, share));
}

function sheetColumns(
  measures: readonly Measure[],
  asked: readonly string[],
  width: number,
): SheetColumn<SetDetail>[] {
  const objects = currentDetail.value?.objects ?? [];
  const amounts = amountColumns(objects);
  return [
    {
      id: "\u0000rank",
      title: "rank",
      hint: "Rank: the number of objects in the set. Click to sort, click again to turn around.",
      width: RANK_WIDTH,
      class: "amount",
      sorted: directionOf(RANK, null, sorting.value),
      onHead: () => go({ sort: pressed(RANK, sorting.peek()) }),
      cell: (row) => ({ content: row.training_set.rank }),
    },
    ...measures.map((measure) =>
      scoreColumn(measure, measures, asked.indexOf(measure.name), width),
    ),
    ...amounts.map((name) => amountColumn(name, objects)),
  ];
}

function scoreColumn(
  measure: Measure,
  all: readonly Measure[],
  place: number,
  width: number,
): SheetColumn<SetDetail> {
  const { name, metric } = measure;
  const absence = absenceOf(measure, objectNames.value);
  const items = tableRows.head.value.content?.items ?? [];
  const digits = digitsOf(
    items.map((row) => row.cells[place]?.mean ?? null),
    DIGITS,
  );
  return {
    id: name,
    title: columnTitle(measure, all),
    hint: `${name}, ${metric.direction} is better. Click to sort by it, best first; click again for the worst.`,
    width,
    class: "figure",
    sorted: directionOf(name, measure, sorting.value),
    chosen: view.value.measure === name,
    onHead: () => go({ sort: pressed(name, sorting.peek()), measure: name }),
    cell: (row) => {
      const cell = row.cells[place] ?? null;
      if (cell) return scoreLook(cell, digits);
      const why = absence(row.training_set);
      return { content: why === "missing" ? "missing" : "not defined", class: why };
    },
  };
}

/** A score, its error, and from how many replicates; what is not known of it is said. */
function scoreLook(cell: Cell, digits: number): CellLook {
  const text = fixed(cell.mean, digits);
  if (cell.origin === "declared") {
    return {
      content: (
        <>
          {text} <small>declared</small>
        </>
      ),
      class: "declared",
    };
  }
  if (cell.standard_error === null) return { content: text };
  const error = number(Number(cell.standard_error.toPrecision(2)));
  return {
    content: (
      <>
        {text}{" "}
        <small>
          ± {error} <span class="times">({count(cell.replicates)})</span>
        </small>
      </>
    ),
  };
}

function amountColumn(
  name: "size" | "cost" | "owner",
  objects: readonly DataObject[],
): SheetColumn<SetDetail> {
  const isNumber = name !== "owner";
  return {
    id: `\u0000${name}`,
    title: name === "owner" ? "owners" : name,
    hint: isNumber
      ? `The ${name} of the set: the sum over its objects. Click to sort, click again to turn around.`
      : "Who owns the objects of the set.",
    width: isNumber ? 84 : 120,
    class: isNumber ? "amount" : "owners",
    sorted: isNumber ? directionOf(name, null, sorting.value) : null,
    onHead: isNumber ? () => go({ sort: pressed(name, sorting.peek()) }) : undefined,
    cell: (row) => {
      const sums = amountsOf(row.training_set.key, objects);
      if (name === "owner") return { content: sums.owners.join(", ") };
      const value = sums[name];
      return value === null
        ? { content: "unknown", class: "unknown" }
        : { content: Number.isInteger(value) ? count(value) : number(value) };
    },
  };
}
