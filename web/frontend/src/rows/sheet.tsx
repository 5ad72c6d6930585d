/** A table of any number of rows: only those that are seen are drawn; all are reached by keys. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { count } from "../scales";
import { hovered, pin, toggleInTray, view } from "../state";
import { TrayToggle } from "../tray/toggle";
import type { SetOf, SheetColumn, Spot } from "./types";
import { stepBy } from "./utils";
import type { Viewport } from "./viewport";

const SCROLLBAR = 16;

export interface SheetProps<Row> {
  readonly label: string;
  readonly testid: string;
  readonly rowTestid: string;
  readonly cellTestid: string;
  readonly total: number;
  readonly view: Viewport;
  readonly headHeight: number;
  readonly nameWidth: number;
  readonly corner: ComponentChildren;
  readonly columns: readonly SheetColumn<Row>[];
  readonly row: (at: number) => Row | null;
  readonly setOf: SetOf<Row>;
  readonly busy: boolean;
  readonly onPoint?: (spot: Spot | null, element: HTMLElement | null) => void;
  readonly rowClass?: (row: Row, at: number) => string;
}

export function Sheet<Row>(props: SheetProps<Row>) {
  const { columns, view: port, total, nameWidth, headHeight } = props;
  const { first, count: seen, shift } = port.window;
  const [active, setActive] = useState<Spot>({ row: 0, column: -1 });
  const inside = useRef(false);
  const moved = useRef(false);
  const last = Math.min(total - 1, first + seen - 1);
  // The tab stop is always drawn: where the active row is out of sight, the first one takes it.
  const stop = active.row < 0 || (active.row >= first && active.row <= last) ? active.row : first;

  useEffect(() => setActive((now) => ({ ...now, row: Math.min(now.row, total - 1) })), [total]);
  // Where the room shrinks (the tray opens), the row that has the keyboard stays in sight.
  useEffect(() => {
    if (inside.current && active.row >= 0) port.reveal(active.row);
  }, [port.extent.viewHeight]);
  useLayoutEffect(() => {
    const box = port.box.current;
    if (!box) return;
    if (moved.current) {
      moved.current = false;
      const cell = box.querySelector<HTMLElement>(`[data-spot="${active.row}:${active.column}"]`);
      cell?.focus({ preventScroll: true });
      showColumn(box, props, active.column);
    } else if (inside.current && document.activeElement === document.body) {
      box.focus({ preventScroll: true });
    }
  });

  const keyed = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey) return;
    const at = active;
    const row = at.row >= 0 ? props.row(at.row) : null;
    const set = row === null ? null : props.setOf(row).key;
    if (event.key === "Enter" && set !== null) pin(set);
    else if (event.key === " " && set !== null) toggleInTray(set);
    else {
      const page = Math.max(1, seen - 2);
      const to = stepBy(event.key, event.ctrlKey, at, {
        rows: total,
        columns: columns.length,
        page,
      });
      if (to === null) return;
      moved.current = true;
      setActive(to);
      if (to.row >= 0) port.reveal(to.row);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const spotOf = (event: Event): [Spot | null, HTMLElement | null] => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("[data-spot]");
    const [row, column] = (cell?.dataset.spot ?? "").split(":").map(Number);
    return cell && row !== undefined && column !== undefined
      ? [{ row, column }, cell]
      : [null, null];
  };
  const pointed = (event: Event) => {
    const [spot, cell] = spotOf(event);
    const row = spot && spot.row >= 0 ? props.row(spot.row) : null;
    hovered.value = row === null ? null : props.setOf(row).key;
    props.onPoint?.(spot, cell);
  };
  const clicked = (event: MouseEvent) => {
    const [spot] = spotOf(event);
    if (!spot || spot.row < 0) return;
    setActive(spot);
    const row = props.row(spot.row);
    if (row === null) return;
    const { key } = props.setOf(row);
    if (event.shiftKey) toggleInTray(key);
    else pin(key);
  };
  const width = nameWidth + columns.reduce((sum, column) => sum + column.width, 0);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its cells are what is pressed; they are many and come and go
    <div
      class="sheet"
      data-picture
      style={{ maxWidth: `${width + SCROLLBAR}px` }}
      ref={port.box}
      tabIndex={-1}
      onKeyDown={keyed}
      onPointerMove={pointed}
      onPointerLeave={() => {
        hovered.value = null;
        props.onPoint?.(null, null);
      }}
      onClick={clicked}
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      onFocusIn={(event) => {
        inside.current = true;
        const [spot, cell] = spotOf(event);
        if (spot) setActive(spot);
        if (spot && (event.target as HTMLElement).matches(":focus-visible")) {
          props.onPoint?.(spot, cell);
        }
      }}
      onFocusOut={(event) => {
        // A row that is scrolled away takes its focus with it: that is no leaving.
        if (event.relatedTarget !== null) inside.current = false;
        props.onPoint?.(null, null);
      }}
    >
      <div class="sizer" style={{ height: `${port.height}px`, width: `${width}px` }}>
        <div class="pane" style={{ height: `${port.extent.viewHeight}px` }}>
          <table
            // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table whose cells are walked by keys
            role="grid"
            class="rows"
            data-testid={props.testid}
            aria-label={props.label}
            aria-rowcount={total + 1}
            aria-colcount={columns.length + 1}
            aria-busy={props.busy}
            style={{ width: `${width}px`, marginTop: `${-shift}px` }}
          >
            <colgroup>
              <col style={{ width: `${nameWidth}px` }} />
              {columns.map((column) => (
                <col key={column.id} style={{ width: `${column.width}px` }} />
              ))}
            </colgroup>
            <thead>
              <tr aria-rowindex={1} style={{ height: `${headHeight}px` }}>
                <th
                  scope="col"
                  class="corner"
                  data-spot="-1:-1"
                  tabIndex={stop === -1 && active.column === -1 ? 0 : -1}
                >
                  {props.corner}
                </th>
                {columns.map((column, at) => (
                  <Head
                    key={column.id}
                    column={column}
                    at={at}
                    focusable={stop === -1 && active.column === at}
                  />
                ))}
              </tr>
            </thead>
            <tbody>
              {Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => {
                const at = first + offset;
                const row = props.row(at);
                return (
                  <SheetRow
                    key={at}
                    at={at}
                    row={row}
                    columns={columns}
                    setOf={props.setOf}
                    height={port.extent.rowHeight}
                    focused={stop === at ? active.column : null}
                    testid={props.rowTestid}
                    cellTestid={props.cellTestid}
                    extra={row === null ? "" : (props.rowClass?.(row, at) ?? "")}
                  />
                );
              })}
            </tbody>
          </table>
        </div>
      </div>
    </div>
  );
}

/** Scroll a column into view, beside the row headers that stay. */
function showColumn<Row>(box: HTMLElement, props: SheetProps<Row>, column: number): void {
  if (column < 0) return;
  const left = props.columns.slice(0, column).reduce((sum, each) => sum + each.width, 0);
  const right = left + (props.columns[column]?.width ?? 0);
  const room = box.clientWidth - props.nameWidth;
  if (left < box.scrollLeft) box.scrollLeft = left;
  else if (right > box.scrollLeft + room) box.scrollLeft = right - room;
}

const ARROWS = { ascending: "▲", descending: "▼", none: "" } as const;

function Head<Row>(props: { column: SheetColumn<Row>; at: number; focusable: boolean }) {
  const { column, at, focusable } = props;
  const { sorted } = column;
  return (
    <th
      scope="col"
      class={`${column.class ?? ""} ${column.chosen ? "chosen" : ""}`}
      aria-sort={sorted === null ? undefined : sorted}
    >
      <button
        type="button"
        class="link"
        data-spot={`-1:${at}`}
        title={column.hint}
        tabIndex={focusable ? 0 : -1}
        disabled={!column.onHead}
        onClick={column.onHead}
      >
        <span>{column.title}</span>
        {sorted !== null && sorted !== "none" && <i aria-hidden="true">{ARROWS[sorted]}</i>}
      </button>
    </th>
  );
}

function SheetRow<Row>(props: {
  at: number;
  row: Row | null;
  columns: readonly SheetColumn<Row>[];
  setOf: SetOf<Row>;
  height: number;
  focused: number | null;
  testid: string;
  cellTestid: string;
  extra: string;
}) {
  const { at, row, columns, focused } = props;
  const style = { height: `${props.height}px` };
  if (row === null) {
    return (
      <tr class="unread" aria-rowindex={at + 2} style={style}>
        <th scope="row" data-spot={`${at}:-1`} tabIndex={focused === null ? -1 : 0}>
          <span class="bone" />
          <span class="hidden">row {count(at + 1)} is being read</span>
        </th>
        {columns.map((column) => (
          <td key={column.id}>
            <span class="bone" />
          </td>
        ))}
      </tr>
    );
  }
  const set = props.setOf(row);
  const { set: pinned, tray } = view.value;
  return (
    <tr
      class={`${set.key === pinned ? "pinned" : ""} ${tray.includes(set.key) ? "in-tray" : ""} ${props.extra}`}
      aria-rowindex={at + 2}
      aria-selected={set.key === pinned}
      data-testid={props.testid}
      style={style}
    >
      <th scope="row" title={set.name} data-spot={`${at}:-1`} tabIndex={focused === -1 ? 0 : -1}>
        <span class="name">{set.name}</span>
        <TrayToggle of={set.key} name={set.name} />
      </th>
      {columns.map((column, place) => {
        const look = column.cell(row);
        return (
          <td
            key={column.id}
            class={`${column.class ?? ""} ${look.class ?? ""}`}
            style={look.style}
            data-spot={`${at}:${place}`}
            data-testid={props.cellTestid}
            tabIndex={focused === place ? 0 : -1}
          >
            {look.content}
          </td>
        );
      })}
    </tr>
  );
}
