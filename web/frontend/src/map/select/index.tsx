/** Tools of the map: dragging a box or a lasso, and what the last one selected. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { count, counted } from "../../scales";
import { addFilter, go, view } from "../../state";
import { layout, sets } from "../../state/answers";
import { cameraControls } from "../controls";
import { lastSelection, type Surface, surface, type ToolName, tool } from "../tool";
import { BoxIcon, FitIcon, LassoIcon, MinusIcon, PanIcon, PlusIcon } from "./icons";
import { chooseSampled, saysDrawn } from "./sample";
import { Selected } from "./selected";
import { Touched } from "./touched";
import type { Box, Choice, Shape } from "./types";
import { chooseCells, chooseSets } from "./utils";

/** A drag shorter than this many pixels is a click. */
const SHORTEST = 5;
const FAR = 3;

interface Drag {
  readonly shape: Shape;
  readonly choice: Choice;
}

const TOOLS = [
  ["pan", "Move the map", PanIcon],
  ["box", "Select a box (or drag with Shift)", BoxIcon],
  ["lasso", "Select with a lasso", LassoIcon],
] as const satisfies readonly (readonly [ToolName, string, unknown])[];

export function Toolbar() {
  return (
    <div class="map-tools" role="toolbar" aria-label="Map tools" data-testid="map-toolbar">
      {TOOLS.map(([name, title, Icon]) => (
        <button
          key={name}
          type="button"
          title={title}
          aria-label={title}
          aria-pressed={tool.value === name}
          data-testid={`tool-${name}`}
          onClick={() => {
            tool.value = name;
          }}
        >
          <Icon />
        </button>
      ))}
      <span class="gap" />
      <button
        type="button"
        title="Zoom in (+)"
        aria-label="Zoom in"
        data-testid="zoom-in"
        onClick={() => cameraControls.zoomBy(1.5)}
      >
        <PlusIcon />
      </button>
      <button
        type="button"
        title="Zoom out (−)"
        aria-label="Zoom out"
        data-testid="zoom-out"
        onClick={() => cameraControls.zoomBy(1 / 1.5)}
      >
        <MinusIcon />
      </button>
      <button
        type="button"
        title="Show everything (0)"
        aria-label="Show everything"
        data-testid="zoom-fit"
        onClick={() => cameraControls.fit()}
      >
        <FitIcon />
      </button>
    </div>
  );
}

/** The outline that is being drawn, and a word about what it holds. */
export function Selecting() {
  const drag = useSignal<Drag | null>(null);
  const refusal = useSignal<string | null>(null);
  useSignalEffect(() => {
    const on = surface.value;
    if (!on) return undefined;
    return dragging(on, (shape, done) => {
      if (shape === null) {
        drag.value = null;
        return;
      }
      const choice = chosen(on, shape);
      drag.value = done ? null : { shape, choice };
      if (!done) refusal.value = null;
      else if (choice.predicate !== null) {
        const { predicate, says, listed: instead = null } = choice;
        lastSelection.value = { predicate, says, instead };
        // Sets stay where they are seen: a few of them would otherwise be laid out anew.
        if (on.kind === "sets" && view.peek().layout === null) {
          go({ layout: layout.peek() }, "replace");
        }
        addFilter(choice.predicate);
      } else refusal.value = choice.refusal ?? "No set is in there.";
    });
  });
  const shown = drag.value;
  return (
    <>
      {shown && <Outline drag={shown} />}
      {refusal.value !== null && (
        <p class="selection" role="status" data-testid="selection-refusal">
          <span>{refusal.value}</span>
          <button
            type="button"
            class="quiet"
            onClick={() => {
              refusal.value = null;
            }}
          >
            Close
          </button>
        </p>
      )}
      {!shown && <Touched />}
      {refusal.value === null && !shown && <Selected />}
    </>
  );
}

function chosen(on: Surface, shape: Shape): Choice {
  const none: Choice = { predicate: null, says: "", sets: 0, refusal: null, snapped: null };
  if (on.kind === "density") {
    const picture = on.picture();
    return picture ? chooseCells(picture, on.camera(), shape) : none;
  }
  const [data, layout] = [on.data(), on.layout()];
  const columns = sets.peek()?.columns;
  const sampled = columns !== undefined && columns.shown < columns.total;
  if (!data || !layout) return none;
  return (sampled ? chooseSampled : chooseSets)(data, layout, on.camera(), shape);
}

function Outline({ drag: { shape, choice } }: { drag: Drag }) {
  const box = shape.kind === "box" ? shape.box : boundsOf(shape.points);
  const { snapped } = choice;
  // Towards the middle, where there is room for words.
  const width = surface.peek()?.size()?.width ?? 0;
  const beside =
    box.left + box.right > width
      ? { right: `${Math.max(0, width - box.right)}px` }
      : { left: `${box.left}px` };
  const said = choice.refusal
    ? `${count(choice.sets)} sets: too many for a list`
    : choice.sets === 0
      ? "no set"
      : snapped || shape.kind === "lasso"
        ? `${choice.says}: ${choice.sampled ? saysDrawn(choice.sets) : counted(choice.sets, "set")}`
        : choice.says;
  return (
    <>
      <svg class="outline" aria-hidden="true">
        {snapped && (
          <rect
            class="snapped"
            x={snapped.left}
            y={snapped.top}
            width={Math.max(0, snapped.right - snapped.left)}
            height={Math.max(0, snapped.bottom - snapped.top)}
          />
        )}
        {shape.kind === "box" ? (
          <rect
            x={box.left}
            y={box.top}
            width={box.right - box.left}
            height={box.bottom - box.top}
          />
        ) : (
          <polygon points={shape.points.join(" ")} />
        )}
      </svg>
      <p
        class="outline-says"
        data-testid="outline-says"
        style={{ ...beside, top: `${Math.max(30, box.top) - 28}px` }}
      >
        {said}
      </p>
    </>
  );
}

// ---------------------------------------------------------------- side effects

/** Follow drags on a canvas; `tell` hears the outline, and null where it was given up. */
function dragging(on: Surface, tell: (shape: Shape | null, done: boolean) => void): () => void {
  const { canvas } = on;
  let points: number[] | null = null;
  let kind: "box" | "lasso" = "box";
  let swallow = false;
  const place = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    const within = (value: number, most: number) => Math.max(0, Math.min(most, value));
    return [
      within(event.clientX - box.left, box.width),
      within(event.clientY - box.top, box.height),
    ];
  };
  const shape = (): Shape | null => {
    if (!points) return null;
    const box = boundsOf(kind === "box" ? [...points.slice(0, 2), ...points.slice(-2)] : points);
    if (Math.max(box.right - box.left, box.bottom - box.top) < SHORTEST) return null;
    return kind === "box" ? { kind, box } : { kind, points: [...points] };
  };
  const stop = () => {
    points = null;
    tell(null, false);
  };
  const down = (event: PointerEvent) => {
    swallow = false;
    if (points) return stop(); // a second finger
    if (event.button !== 0 || (tool.peek() === "pan" && !event.shiftKey)) return undefined;
    kind = tool.peek() === "lasso" && !event.shiftKey ? "lasso" : "box";
    points = place(event);
    canvas.setPointerCapture(event.pointerId);
    return undefined;
  };
  const move = (event: PointerEvent) => {
    if (!points) return;
    const [x, y] = place(event);
    const [lastX = 0, lastY = 0] = points.slice(-2);
    if (points.length > 2 && Math.hypot(x - lastX, y - lastY) < FAR) return;
    points.push(x, y);
    const found = shape();
    if (found) tell(found, false);
  };
  const up = (event: PointerEvent) => {
    if (!points) return;
    points.push(...place(event));
    const found = shape();
    points = null;
    swallow = found !== null;
    tell(found, found !== null);
  };
  const click = (event: MouseEvent) => {
    if (!swallow) return;
    swallow = false;
    event.stopImmediatePropagation();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !points) return;
    event.stopImmediatePropagation();
    stop();
  };
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", stop);
  canvas.addEventListener("click", click, { capture: true });
  addEventListener("keydown", key, { capture: true });
  return () => {
    canvas.removeEventListener("pointerdown", down);
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerup", up);
    canvas.removeEventListener("pointercancel", stop);
    canvas.removeEventListener("click", click, { capture: true });
    removeEventListener("keydown", key, { capture: true });
  };
}

function boundsOf(points: readonly number[]): Box {
  const xs = points.filter((_, index) => index % 2 === 0);
  const ys = points.filter((_, index) => index % 2 === 1);
  return {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
}
