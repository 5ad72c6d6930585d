/** The grid as a heat map on a canvas: many rows at once, read by pointing or with keys. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { paint, prepare } from "../map/paint";
import type { Primitive } from "../map/types";
import { pressed, RANK, type Spot, sorting, stepBy, useViewport } from "../rows";
import { go, hovered, pin, toggleInTray, view } from "../state";
import { objectNames } from "../state/answers";
import { onPaper, theme } from "../state/theme";
import { gridRows, columns as shownColumns } from "./answers";
import { Foot } from "./legend";
import { Corner } from "./numbers";
import { Overview } from "./overview";
import { heatScene } from "./scene";
import { Tip, type TipPlace } from "./tip";
import type { Column } from "./types";
import { fittingHeight, nameWidth, nextHeight } from "./utils";

const LABELLED = 11;
const RANK_GUTTER = 104;
const WIDEST = 900;
const UPRIGHT = 7.2;

/** The height of rows that is wanted; null is the one that fits. */
const chosenHeight = signal<number | null>(null);
const currentHeight = signal(1);

/** Gives what the heat map has drawn: for exports. */
export const drawnHeat = signal<(() => Primitive[]) | null>(null);

/** Taller and lower rows. */
export function HeightTool() {
  const step = (by: number) => {
    chosenHeight.value = nextHeight(currentHeight.value, by);
  };
  return (
    <fieldset class="segments tool height-tool">
      <legend class="hidden">Height of rows</legend>
      <button type="button" title="Lower rows (−)" aria-label="Lower rows" onClick={() => step(-1)}>
        −
      </button>
      <button
        type="button"
        title="Fit (0)"
        aria-pressed={chosenHeight.value === null}
        onClick={() => {
          chosenHeight.value = null;
        }}
      >
        Fit
      </button>
      <button
        type="button"
        title="Taller rows (+)"
        aria-label="Taller rows"
        onClick={() => step(1)}
      >
        +
      </button>
    </fieldset>
  );
}

export function HeatMap() {
  const page = gridRows.head.value.content;
  const found = shownColumns.value;
  const total = page?.total ?? 0;
  const shown = found?.columns ?? [];
  const canvas = useRef<HTMLCanvasElement>(null);
  const [at, setAt] = useState<Spot | null>(null);
  const [keyed, setKeyed] = useState(false);
  const layout = (width: number, tall: number) => {
    const left = tall >= LABELLED ? nameWidth(objectNames.value, width, shown.length) : RANK_GUTTER;
    const wide = Math.min(WIDEST, Math.max(0, width - left - 4) / Math.max(1, shown.length));
    return { left, columnWidth: wide };
  };
  const longest = Math.max(0, ...shown.map((each) => each.title.length));
  const port = useViewport(
    total,
    (room) => chosenHeight.value ?? fittingHeight(total, room),
    (width) => {
      const upright = layout(width, 1).columnWidth < longest * UPRIGHT + 8;
      return upright ? Math.max(46, Math.min(124, 26 + longest * UPRIGHT)) : 46;
    },
  );
  const { first, count, shift } = port.window;
  const { rowHeight, viewHeight } = port.extent;
  const { head: headHeight } = port.extent;
  const { left, columnWidth } = layout(port.width, rowHeight);
  // Not below the last row, but with room for the frame of the pinned one.
  const height = Math.max(0, Math.min(viewHeight - headHeight, total * rowHeight + 1));
  const loaded = gridRows.row(first);

  // What is in the middle stays there when rows grow or shrink.
  const middle = useRef({ row: 0, height: rowHeight });
  useEffect(() => {
    const seen = height / rowHeight;
    if (middle.current.height !== rowHeight && height > 0) {
      port.jump(Math.round(middle.current.row - seen / 2));
      middle.current = { ...middle.current, height: rowHeight };
    } else middle.current = { row: at?.row ?? first + count / 2, height: rowHeight };
  });
  useEffect(() => {
    currentHeight.value = rowHeight;
  }, [rowHeight]);
  useEffect(() => {
    if (total > 0) gridRows.want(first, first + count);
  });
  const colors = theme.value;
  const scene = (inColors = colors) =>
    heatScene({
      columns: shown,
      row: gridRows.row,
      first,
      count,
      shift,
      rowHeight,
      left,
      columnWidth,
      height,
      pinned: view.value.set,
      tray: view.value.tray,
      byRank: sorting.value.field === RANK,
      theme: inColors,
    });
  useEffect(() => {
    if (!canvas.current || port.width === 0 || height === 0) return;
    const context = prepare(canvas.current, { width: port.width, height });
    if (context) paint(context, scene());
    canvas.current.dataset.ready = loaded === null ? "false" : "true";
    drawnHeat.value = () => scene();
  });
  useEffect(() =>
    onPaper(() => {
      const context = canvas.current && prepare(canvas.current, { width: port.width, height });
      if (context && height > 0) paint(context, scene(theme.peek()));
    }),
  );
  if (!page || !found) return null;

  const boxOf = (spot: Spot) => ({
    left: left + spot.column * columnWidth,
    top: headHeight + (spot.row - first) * rowHeight - shift,
  });
  const spotOf = (event: PointerEvent | MouseEvent): Spot | null => {
    const area = canvas.current?.getBoundingClientRect();
    if (!area) return null;
    const row = first + Math.floor((event.clientY - area.top + shift) / rowHeight);
    const column = Math.floor((event.clientX - area.left - left) / columnWidth);
    if (row < first || row >= total || event.clientY < area.top || column >= shown.length)
      return null;
    return { row, column: Math.max(-1, column) };
  };
  const point = (spot: Spot | null, byKeys: boolean) => {
    setAt(spot);
    setKeyed(byKeys);
    const row = spot && spot.row >= 0 ? gridRows.row(spot.row) : null;
    hovered.value = row?.training_set.key ?? null;
  };
  const zoom = (by: number) => {
    chosenHeight.value = nextHeight(rowHeight, by);
  };
  const press = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey) return;
    const here = at && at.row >= 0 ? at : { row: first, column: 0 };
    const key = gridRows.row(here.row)?.training_set.key ?? null;
    const rows = Math.max(1, count - 2);
    if (event.key === "Enter" && key !== null) pin(key);
    else if (event.key === " " && key !== null) toggleInTray(key);
    else if (event.key === "+" || event.key === "=") zoom(1);
    else if (event.key === "-") zoom(-1);
    else if (event.key === "0") chosenHeight.value = null;
    else {
      const size = { rows: total, columns: shown.length, page: rows };
      const to = stepBy(event.key, event.ctrlKey, here, size);
      if (to === null) return;
      const spot = { row: Math.max(0, to.row), column: Math.max(0, to.column) };
      port.reveal(spot.row);
      point(spot, true);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const row = at ? gridRows.row(at.row) : null;
  const column = at ? shown[at.column] : undefined;
  const place: TipPlace | null = row && column && at ? tipPlace(boxOf(at)) : null;
  function tipPlace(box: { left: number; top: number }): TipPlace | null {
    const area = port.box.current?.getBoundingClientRect();
    if (!area || !row || !column) return null;
    const x = area.left + box.left;
    const y = area.top + box.top;
    return { row, column, box: { left: x, right: x + columnWidth, top: y, bottom: y + rowHeight } };
  }
  return (
    <>
      <div class="grid-body">
        {/* biome-ignore lint/a11y/useSemanticElements: what is seen is a canvas; one cell at a time is told */}
        <div
          class="sheet heat"
          ref={port.box}
          role="grid"
          tabIndex={0}
          aria-label={`Heat map of ${view.value.lattice}: ${total} training sets by ${shown.length} measures. Arrow keys read cells; the table view lists the same numbers.`}
          aria-rowcount={total + 1}
          aria-colcount={shown.length + 1}
          aria-activedescendant={place ? "heat-cell" : undefined}
          aria-busy={gridRows.head.value.loading}
          data-testid="grid-heatmap"
          data-picture
          onKeyDown={press}
          onBlur={() => keyed && point(null, false)}
        >
          <div class="sizer" style={{ height: `${port.height}px` }}>
            <div class="pane" style={{ height: `${viewHeight}px` }}>
              <HeatHead {...{ shown, left, columnWidth, headHeight }} />
              <canvas
                ref={canvas}
                data-testid="grid-canvas"
                style={{ width: `${port.width}px`, height: `${height}px` }}
                onPointerMove={(event) => point(spotOf(event), false)}
                onPointerLeave={() => point(null, false)}
                onClick={(event) => {
                  const spot = spotOf(event);
                  const set = spot ? gridRows.row(spot.row)?.training_set : null;
                  if (!set) return;
                  if (event.shiftKey) toggleInTray(set.key);
                  else pin(set.key);
                }}
              />
              {at && place && (
                <div
                  class="cursor"
                  data-picture="none"
                  style={{
                    left: `${boxOf(at).left - 1}px`,
                    top: `${boxOf(at).top - 1}px`,
                    width: `${columnWidth + 1}px`,
                    height: `${Math.max(3, rowHeight + 1)}px`,
                  }}
                />
              )}
              {row && column && at && (
                // biome-ignore lint/a11y/useSemanticElements: the one row of the canvas that is told
                <div class="hidden" role="row" tabIndex={-1} aria-rowindex={at.row + 2}>
                  {/* biome-ignore lint/a11y/useSemanticElements: the one cell of the canvas that is told */}
                  <span id="heat-cell" role="gridcell" tabIndex={-1} aria-colindex={at.column + 2}>
                    {row.training_set.name}, {column.measure.name}
                  </span>
                </div>
              )}
            </div>
          </div>
        </div>
        <Overview first={first} count={count} total={total} head={headHeight} jump={port.jump} />
      </div>
      <Tip place={place} />
      <Foot first={first} last={Math.min(total, first + count) - 1} total={total} />
    </>
  );
}

/** Names of the columns, upright where they are narrow; press one to sort by it. */
function HeatHead(props: {
  shown: readonly Column[];
  left: number;
  columnWidth: number;
  headHeight: number;
}) {
  const { shown, left, columnWidth, headHeight } = props;
  const longest = Math.max(...shown.map((each) => each.title.length));
  const upright = columnWidth < longest * UPRIGHT + 8;
  const every = Math.ceil(17 / Math.max(0.1, columnWidth));
  return (
    // biome-ignore lint/a11y/useSemanticElements: the head of a canvas
    <div
      class={`heat-head ${upright ? "upright" : ""}`}
      role="row"
      tabIndex={-1}
      aria-rowindex={1}
      style={{ height: `${headHeight}px` }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div
        class="corner"
        role="columnheader"
        tabIndex={-1}
        aria-colindex={1}
        style={{ width: `${left}px` }}
      >
        <Corner columns={shown} />
      </div>
      {shown.map((column, place) => {
        if (place % every !== 0) return null;
        const { name, metric } = column.measure;
        const now = sorting.value;
        const arrow = now.field === name ? (now.turned ? " ▴" : " ▾") : "";
        return (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <div
            key={name}
            class="heat-column"
            role="columnheader"
            tabIndex={-1}
            aria-colindex={place + 2}
          >
            <button
              type="button"
              class={`link ${now.field === name ? "sorted" : ""} ${view.value.measure === name ? "chosen" : ""}`}
              title={`${name}, ${metric.direction} is better. Click to sort rows by it.`}
              style={{
                left: `${left + place * columnWidth}px`,
                width: `${Math.max(16, columnWidth * every)}px`,
              }}
              onClick={() => go({ sort: pressed(name, now), measure: name })}
            >
              <span>
                {column.title}
                {arrow}
              </span>
            </button>
          </div>
        );
      })}
    </div>
  );
}
