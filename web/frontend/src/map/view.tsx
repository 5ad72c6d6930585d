/** The map: two canvases, one for what stands still and one for what follows the pointer. */
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { extentOf, higherIsBetter, measuredOf, scoreColors } from "../scales";
import { hovered, pin, toggleInTray, view } from "../state";
import { layout as layoutName, measure, objectNames, path, sets } from "../state/answers";
import { theme } from "../state/theme";
import { movesWithin, positionsOf, spell } from "../subsets";
import { centerOn, HOME_CAMERA, zoomed } from "./camera";
import { landscape, lattice, nearest } from "./layouts";
import { paint, prepare } from "./paint";
import { binned, type Frame, groundScene, pointerScene, type SceneData } from "./scene";
import { Tooltip } from "./tooltip";
import type { CameraLike, Layout, Size } from "./types";

const MOST_MOVES = 6_000;
const REACH = 18;
declare global {
  interface Window {
    /** Read-only, for automation: where a set is drawn, in CSS pixels of the page. */
    __lattice?: { position: (key: string) => { x: number; y: number } | null };
  }
}

/** The title of the score axis: metric, evaluation set, unit, and which way is better. */
export function scoreTitle(): string {
  const chosen = measure.value;
  if (!chosen) return "no measure";
  const unit = chosen.metric.unit ? ` (${chosen.metric.unit})` : "";
  return `${chosen.name}${unit}, ${chosen.metric.direction} is better`;
}

/** What is drawn, as pure data; null until the answers are there. */
export function sceneData(): SceneData | null {
  const shown = sets.value;
  if (!shown) return null;
  const scores = shown.columns.means;
  const measured = measuredOf(shown.columns);
  const extent = extentOf(measured) ?? [0, 1];
  const names = objectNames.value;
  const chosen = measure.value;
  return {
    table: shown.table,
    scores,
    measured,
    colorOf: binned(scoreColors(extent, chosen ? higherIsBetter(chosen) : true), extent),
    measure: chosen,
    nameOf: (row) => spell(names, positionsOf(shown.table, row)),
    objectNames: names,
    moves: movesWithin(shown.table, MOST_MOVES),
  };
}

export function placed(data: SceneData, name: string, title: string, size: Size): Layout {
  return name === "lattice"
    ? lattice(data.table, size)
    : landscape(data.table, data.measured, title, size);
}

export function MapView() {
  const holder = useRef<HTMLDivElement>(null);
  const ground = useRef<HTMLCanvasElement>(null);
  const pointer = useRef<HTMLCanvasElement>(null);
  const size = useSignal<Size | null>(null);
  const camera = useSignal<CameraLike>(view.peek().camera ?? HOME_CAMERA);
  const data = useComputed(sceneData);
  const frame = useComputed<Frame | null>(() => {
    if (!data.value || !size.value) return null;
    const layout = placed(data.value, layoutName.value, scoreTitle(), size.value);
    return { layout, camera: HOME_CAMERA, size: size.value, theme: theme.value };
  });
  const rows = useComputed(() => {
    const table = sets.value?.table;
    const rowOf = (key: string | null) => (key === null ? -1 : (table?.rowOfKey.get(key) ?? -1));
    const steps = path.value.content?.steps ?? [];
    return {
      pinned: rowOf(view.value.set),
      hovered: rowOf(hovered.value),
      path: steps.map((step) => rowOf(step.training_set.key)).filter((row) => row >= 0),
    };
  });
  const focused = useComputed(
    () => rows.value.path.length === 0 && (rows.value.hovered >= 0 || rows.value.pinned >= 0),
  );
  const following = useComputed(() => rows.value.path.length > 0);

  useSignalEffect(() => {
    const shown = frame.value;
    const seen = camera.value;
    const dimmed = following.value;
    if (!shown || !data.value || !ground.current) return undefined;
    const drawn = data.value;
    return soon(() => {
      const canvas = ground.current;
      const context = canvas && prepare(canvas, shown.size);
      if (!canvas || !context) return;
      paint(context, groundScene(drawn, { ...shown, camera: seen }, dimmed));
      if (pointer.current) pointer.current.dataset.ready = "true";
    });
  });

  useSignalEffect(() => {
    const shown = frame.value;
    const seen = camera.value;
    const marked = rows.value;
    const drawn = data.value;
    if (!shown || !drawn) return undefined;
    return soon(() => {
      const context = pointer.current && prepare(pointer.current, shown.size);
      if (context) paint(context, pointerScene(drawn, { ...shown, camera: seen }, marked));
    });
  });

  useEffect(() => measured(holder.current, (found) => (size.value = found)), [size]);
  useEffect(() => zoomed(pointer.current, camera), [camera]);

  useEffect(() => {
    window.__lattice = {
      position: (key) => {
        const row = sets.peek()?.table.rowOfKey.get(key);
        const box = pointer.current?.getBoundingClientRect();
        const layout = frame.peek()?.layout;
        if (row === undefined || !box || !layout) return null;
        const { x, y, k } = camera.peek();
        return {
          x: box.left + (layout.x[row] ?? 0) * k + x,
          y: box.top + (layout.y[row] ?? 0) * k + y,
        };
      },
    };
    return () => {
      delete window.__lattice;
    };
  }, [frame, camera]);

  const keyAt = (event: MouseEvent): string | null => {
    const shown = frame.peek();
    const box = pointer.current?.getBoundingClientRect();
    if (!shown || !box) return null;
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const row = nearest(shown.layout, camera.peek(), x, y, REACH);
    return sets.peek()?.table.keys[row] ?? null;
  };

  return (
    <div class={`map ${focused.value ? "focused" : ""}`} ref={holder}>
      <canvas ref={ground} class="ground" />
      <canvas
        ref={pointer}
        class="pointer"
        data-testid="map-canvas"
        role="img"
        aria-label={`${layoutName.value} of the training sets of ${view.value.lattice}; the grid is its table`}
        onPointerMove={(event) => {
          hovered.value = event.buttons === 0 ? keyAt(event) : null;
        }}
        onPointerLeave={() => {
          hovered.value = null;
        }}
        onClick={(event) => {
          const key = keyAt(event);
          if (key !== null && event.shiftKey) toggleInTray(key);
          else if (key !== null) pin(key);
        }}
        onDblClick={(event) => {
          const key = keyAt(event);
          if (key !== null) centerOn(pointer.current, frame.peek()?.layout ?? null, key);
        }}
      />
      <Tooltip
        data={data.value}
        frame={frame.value}
        camera={camera.value}
        row={rows.value.hovered}
      />
    </div>
  );
}

// ---------------------------------------------------------------- side effects

/** Run in the next frame; the returned function takes it back. */
function soon(work: () => void): () => void {
  const request = requestAnimationFrame(work);
  return () => cancelAnimationFrame(request);
}

function measured(element: HTMLElement | null, tell: (size: Size) => void): () => void {
  if (!element) return () => undefined;
  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const { width, height } = entry.contentRect;
    if (width > 0 && height > 0) tell({ width, height });
  });
  observer.observe(element);
  return () => observer.disconnect();
}
