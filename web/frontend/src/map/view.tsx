/** The map: two canvases, one for what stands still and one for what follows the pointer. */
import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { registerExport } from "../export/registry";
import { extentOf, higherIsBetter, measuredOf, scoreColors } from "../scales";
import { hovered, pin, toggleInTray, view } from "../state";
import { colorMeasure, layout as layoutName, measure, objectNames, path } from "../state/answers";
import { isOnPaper, onPaper, theme } from "../state/theme";
import { movesWithin, positionsOf, spell } from "../subsets";
import { centerOn, HOME_CAMERA, zoomed } from "./camera";
import { drawn } from "./drawn";
import { landscape, lattice, nearest, rankRows } from "./layouts";
import { paint, paintUnder, prepare } from "./paint";
import { useLongPress } from "./press";
import {
  binned,
  type Frame,
  groundScene,
  type Marked,
  pointerScene,
  type SceneData,
  underScene,
} from "./scene";
import { surface, tool } from "./tool";
import { Tooltip } from "./tooltip";
import type { CameraLike, Layout, Primitive, Size } from "./types";

const MOST_MOVES = 6_000;
const REACH = 18;
/** As in the style sheet: what is behind the set that is pointed at, or behind the pinned one. */
const OPACITY = { pointed: 0.45, marked: 0.75, plain: 1 } as const;

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

/** The tray, and the baseline, which is one of it. */
export function trayKeys(): readonly string[] {
  const { tray, baseline } = view.value;
  return baseline === null || tray.includes(baseline) ? tray : [baseline, ...tray];
}

/** What is drawn, as pure data; null until the answers are there. */
export function sceneData(): SceneData | null {
  const shown = drawn.value;
  if (!shown) return null;
  const scores = shown.columns.means;
  const colors = measuredOf(shown.colors);
  const extent = extentOf(colors.slice(0, shown.inside)) ?? [0, 1];
  const names = objectNames.value;
  const coloring = colorMeasure.value;
  return {
    table: shown.table,
    scores,
    measured: measuredOf(shown.columns),
    colors,
    colorOf: binned(scoreColors(extent, coloring ? higherIsBetter(coloring) : true), extent),
    inside: shown.inside,
    measure: measure.value,
    nameOf: (row) => spell(names, positionsOf(shown.table, row)),
    objectNames: names,
    moves: movesWithin(shown.table, MOST_MOVES),
  };
}

export function placed(data: SceneData, name: string, title: string, size: Size): Layout {
  if (name === "rows") return rankRows(data.table, data.measured, size);
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
    const table = drawn.value?.table;
    const rowOf = (key: string | null) => (key === null ? -1 : (table?.rowOfKey.get(key) ?? -1));
    const steps = path.value.content?.steps ?? [];
    return {
      pinned: rowOf(view.value.set),
      hovered: rowOf(hovered.value),
      path: steps.map((step) => rowOf(step.training_set.key)).filter((row) => row >= 0),
      tray: trayKeys()
        .map(rowOf)
        .filter((row) => row >= 0),
      baseline: rowOf(view.value.baseline),
    };
  });
  const behind = useComputed<keyof typeof OPACITY>(() => {
    const { path, hovered, pinned } = rows.value;
    if (path.length > 0) return "plain";
    return hovered >= 0 ? "pointed" : pinned >= 0 ? "marked" : "plain";
  });
  const following = useComputed(() => rows.value.path.length > 0);

  // Made when the data change, not when the camera does.
  const standing = useComputed(() => {
    const shown = frame.value;
    const drawn = data.value;
    return shown && drawn ? groundScene(drawn, shown, following.value) : null;
  });

  const paintGround = (shown: Frame, scene: readonly Primitive[], seen: CameraLike) => {
    const context = ground.current && prepare(ground.current, shown.size);
    if (!context) return;
    paint(context, scene, seen);
    paintUnder(context, underScene({ ...shown, camera: seen }));
    if (pointer.current) pointer.current.dataset.ready = "true";
  };
  const paintPointer = (drawn: SceneData, shown: Frame, marked: Marked) => {
    const context = pointer.current && prepare(pointer.current, shown.size);
    if (context) paint(context, pointerScene(drawn, shown, marked));
  };

  useSignalEffect(() => {
    const shown = frame.value;
    const seen = camera.value;
    const scene = standing.value;
    if (!shown || !scene || !ground.current) return undefined;
    return soon(() => paintGround(shown, scene, seen));
  });

  useSignalEffect(() => {
    const shown = frame.value;
    const seen = camera.value;
    const marked = rows.value;
    const drawn = data.value;
    if (!shown || !drawn) return undefined;
    return soon(() => paintPointer(drawn, { ...shown, camera: seen }, marked));
  });

  useEffect(() =>
    onPaper(() => {
      const [shown, scene, drawn] = [frame.peek(), standing.peek(), data.peek()];
      const seen = camera.peek();
      const context = shown && ground.current && prepare(ground.current, shown.size);
      if (!context || !scene || !drawn) return;
      // One canvas, from the lowest to the highest: printers know no transparent ones.
      const here = { ...shown, camera: seen };
      paint(context, underScene(here));
      paint(context, scene, seen, false);
      paint(context, pointerScene(drawn, here, rows.peek()), undefined, false);
    }),
  );

  useEffect(() => sizeOf(holder.current, (found) => (size.value = found)), [size]);
  useEffect(
    () =>
      registerExport({
        title: "map",
        scene: () => {
          const shown = frame.peek();
          const drawn = data.peek();
          const ground = standing.peek();
          if (!shown || !drawn || !ground) return null;
          const seen = camera.peek();
          const here = { ...shown, camera: seen };
          const over = pointerScene(drawn, here, rows.peek());
          const opacity = OPACITY[behind.peek()];
          return {
            size: shown.size,
            background: shown.theme.paper,
            layers: [
              { primitives: underScene(here), opacity },
              { primitives: ground, camera: seen, opacity },
              { primitives: over },
            ],
          };
        },
        extents: () => import("../export/sets").then((found) => found.mapExtents()),
      }),
    [frame, data, standing, camera, rows, behind],
  );

  useEffect(() => zoomed(pointer.current, camera), [camera]);

  useEffect(() => {
    const canvas = pointer.current;
    if (!canvas) return undefined;
    surface.value = {
      kind: "sets",
      canvas,
      size: () => size.peek(),
      camera: () => camera.peek(),
      data: () => data.peek(),
      layout: () => frame.peek()?.layout ?? null,
    };
    return () => {
      surface.value = null;
    };
  }, [size, camera, data, frame]);

  useEffect(() => {
    window.__lattice = {
      position: (key) => {
        const row = drawn.peek()?.table.rowOfKey.get(key);
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
    return drawn.peek()?.table.keys[row] ?? null;
  };
  const press = useLongPress((event) => {
    hovered.value = keyAt(event);
  });

  return (
    <div class={`map ${behind.value}`} ref={holder}>
      <canvas ref={ground} class="ground" />
      <canvas
        ref={pointer}
        class="pointer"
        data-testid="map-canvas"
        role="img"
        aria-label={`${layoutName.value} of the training sets of ${view.value.lattice}; the grid is its table`}
        data-tool={tool.value}
        onPointerDown={press.start}
        onPointerUp={press.stop}
        onPointerCancel={press.stop}
        onPointerMove={(event) => {
          press.move(event);
          if (event.pointerType === "touch") return;
          hovered.value = event.buttons === 0 ? keyAt(event) : null;
        }}
        onPointerLeave={(event) => {
          if (event.pointerType !== "touch") hovered.value = null;
        }}
        onContextMenu={press.menu}
        onClick={(event) => {
          if (press.ended(event)) return;
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
        shown={drawn.value}
        frame={frame.value}
        camera={camera.value}
        row={rows.value.hovered}
      />
    </div>
  );
}

// ---------------------------------------------------------------- side effects

/** Run in the next frame, unless that is paper's; the returned function takes it back. */
export function soon(work: () => void): () => void {
  const request = requestAnimationFrame(() => {
    if (!isOnPaper()) work();
  });
  return () => cancelAnimationFrame(request);
}

export function sizeOf(element: HTMLElement | null, tell: (size: Size) => void): () => void {
  if (!element) return () => undefined;
  const observer = new ResizeObserver(([entry]) => {
    if (!entry) return;
    const { width, height } = entry.contentRect;
    if (width > 0 && height > 0) tell({ width, height });
  });
  observer.observe(element);
  return () => observer.disconnect();
}
