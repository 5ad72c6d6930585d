/** Counts of sets per rank and score: a million sets in one small answer. */
import { computed, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { following } from "../../api";
import type { Levels } from "../../api/types";
import { registerExport } from "../../export/registry";
import { higherIsBetter, measuredOf, scoreColors } from "../../scales";
import { addFilter, hovered, pin, toggleInTray, view } from "../../state";
import {
  drawsDensity,
  filter,
  histogram,
  latticeUrl,
  measure,
  objectNames,
  path,
} from "../../state/answers";
import { onPaper, type Theme, theme } from "../../state/theme";
import { positionsOf, spell } from "../../subsets";
import { HOME_CAMERA, zoomed } from "../camera";
import { markedSets } from "../drawn";
import { nearest, ranksOf } from "../layouts";
import { paint, prepare } from "../paint";
import { useLongPress } from "../press";
import { axesScene, type Frame, gridScene, pointerScene, type SceneData } from "../scene";
import { lastSelection, surface, tool } from "../tool";
import { Tooltip } from "../tooltip";
import type { CameraLike, Layout, Primitive, Size } from "../types";
import { scoreTitle, sizeOf, soon, trayKeys } from "../view";
import { cellsScene, cursorScene, levelsScene } from "./scene";
import { LevelsTable } from "./table";
import type { CellPlace, Picture } from "./types";
import { cellAt, cellPredicate, cellSays, countAt, pictureOf, rectOf, stepped } from "./utils";

const REACH = 10;
const NO_LAYOUT: Layout = {
  x: new Float64Array(),
  y: new Float64Array(),
  axes: null,
  scales: null,
};
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/** What the scores of each rank are like. */
export const levels = following<Levels>(
  computed(() => {
    if (view.value.view !== "map" || !drawsDensity.value) return null;
    return latticeUrl(["levels"], { measure: measure.value?.name, filter: filter.value });
  }),
);

/** Axes, cells and levels, where the camera is. */
function densityScene(drawn: Picture, seen: CameraLike, colors: Theme): Primitive[] {
  const under = { layout: NO_LAYOUT, camera: seen, size: drawn.size, theme: colors };
  const axes = drawn.axes(seen);
  return [
    gridScene(axes, under),
    ...axesScene(axes, under),
    ...cellsScene(drawn, seen, colors),
    ...levelsScene(drawn, seen, colors),
  ];
}

/** The marked sets as a scene: they are drawn over the counts at their rank and score. */
function markedScene(): SceneData | null {
  const shown = markedSets.value;
  const found = histogram.value.content;
  const chosen = measure.value;
  if (!shown || !found || !chosen) return null;
  const { edges } = found;
  const names = objectNames.value;
  const measured = measuredOf(shown.columns);
  return {
    table: shown.table,
    scores: shown.columns.means,
    measured,
    colors: measured,
    colorOf: scoreColors([edges[0] ?? 0, edges.at(-1) ?? 1], higherIsBetter(chosen)),
    inside: shown.table.keys.length,
    measure: chosen,
    nameOf: (row) => spell(names, positionsOf(shown.table, row)),
    objectNames: names,
    moves: null,
  };
}

export function DensityView() {
  const holder = useRef<HTMLDivElement>(null);
  const ground = useRef<HTMLCanvasElement>(null);
  const pointer = useRef<HTMLCanvasElement>(null);
  const size = useSignal<Size | null>(null);
  const camera = useSignal<CameraLike>(view.peek().camera ?? HOME_CAMERA);
  const cursor = useSignal<CellPlace | null>(null);
  const spoken = useSignal("");
  const marked = useComputed(markedScene);
  const picture = useComputed<Picture | null>(() => {
    const found = histogram.value.content;
    if (!found || !size.value || found.measure !== measure.value?.name) return null;
    const over = marked.value;
    const ranks = over ? [...ranksOf(over.table)] : [];
    const said = levels.value;
    const known = said.loading || said.content?.total !== found.total ? null : said.content;
    return pictureOf(found, known, over?.measured ?? [], ranks, scoreTitle(), size.value);
  });
  const frame = useComputed<Frame | null>(() => {
    const drawn = picture.value;
    const over = marked.value;
    if (!drawn || !over) return null;
    const { scales } = drawn;
    const layout: Layout = {
      x: Float64Array.from(ranksOf(over.table), (rank) => scales.xOf(rank)),
      y: Float64Array.from(over.measured, (score) =>
        score === null ? (scales.strip?.middle ?? 0) : scales.yOf(score),
      ),
      axes: null, // they are under the cells
      scales,
    };
    return { layout, camera: HOME_CAMERA, size: drawn.size, theme: theme.value };
  });
  const rows = useComputed(() => {
    const table = marked.value?.table;
    const rowOf = (key: string | null) => (key === null ? -1 : (table?.rowOfKey.get(key) ?? -1));
    const steps = path.value.content?.steps ?? [];
    const there = (keys: readonly string[]) => keys.map(rowOf).filter((row) => row >= 0);
    return {
      pinned: rowOf(view.value.set),
      hovered: rowOf(hovered.value),
      path: there(steps.map((step) => step.training_set.key)),
      tray: there(trayKeys()),
      baseline: rowOf(view.value.baseline),
    };
  });

  const paintGround = (drawn: Picture, seen: CameraLike, colors: Theme) => {
    const context = ground.current && prepare(ground.current, drawn.size);
    if (!context) return;
    paint(context, densityScene(drawn, seen, colors));
    if (pointer.current) pointer.current.dataset.ready = "true";
  };

  useSignalEffect(() => {
    const drawn = picture.value;
    const seen = camera.value;
    const colors = theme.value;
    if (!drawn) return undefined;
    return soon(() => paintGround(drawn, seen, colors));
  });

  useSignalEffect(() => {
    const drawn = picture.value;
    const shown = frame.value;
    const over = marked.value;
    const seen = camera.value;
    const place = cursor.value;
    const marks = rows.value;
    if (!drawn || !shown || !over) return undefined;
    return soon(() => {
      const context = pointer.current && prepare(pointer.current, drawn.size);
      if (!context) return;
      if (place) paint(context, cursorScene(drawn, place, seen, shown.theme));
      paint(context, pointerScene(over, { ...shown, camera: seen }, marks));
    });
  });

  useEffect(() =>
    onPaper(() => {
      const [drawn, shown, over] = [picture.peek(), frame.peek(), marked.peek()];
      const seen = camera.peek();
      if (!drawn || !shown || !over) return;
      const context = ground.current && prepare(ground.current, drawn.size);
      if (!context) return;
      // One canvas: printers know no transparent ones.
      paint(context, densityScene(drawn, seen, shown.theme));
      paint(context, pointerScene(over, { ...shown, camera: seen }, rows.peek()), undefined, false);
    }),
  );

  useEffect(() => sizeOf(holder.current, (found) => (size.value = found)), [size]);
  useEffect(() => zoomed(pointer.current, camera), [camera]);
  useEffect(
    () =>
      registerExport({
        title: "map",
        scene: () => {
          const drawn = picture.peek();
          const shown = frame.peek();
          const over = marked.peek();
          if (!drawn || !shown || !over) return null;
          const seen = camera.peek();
          return {
            size: drawn.size,
            background: shown.theme.paper,
            layers: [
              { primitives: densityScene(drawn, seen, shown.theme) },
              { primitives: pointerScene(over, { ...shown, camera: seen }, rows.peek()) },
            ],
          };
        },
        extents: () => import("../../export/sets").then((found) => found.mapExtents()),
      }),
    [picture, frame, marked, rows, camera],
  );
  useEffect(() => {
    const canvas = pointer.current;
    if (!canvas) return undefined;
    surface.value = {
      kind: "density",
      canvas,
      size: () => size.peek(),
      camera: () => camera.peek(),
      picture: () => picture.peek(),
    };
    return () => {
      surface.value = null;
    };
  }, [size, camera, picture]);
  // Another histogram has other cells.
  useSignalEffect(() => {
    histogram.value.content;
    cursor.value = null;
  });

  const at = (event: MouseEvent): { place: CellPlace | null; key: string | null } => {
    const drawn = picture.peek();
    const layout = frame.peek()?.layout;
    const box = pointer.current?.getBoundingClientRect();
    if (!drawn || !layout || !box) return { place: null, key: null };
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const row = nearest(layout, camera.peek(), x, y, REACH);
    const key = marked.peek()?.table.keys[row] ?? null;
    return { key, place: key === null ? cellAt(drawn, camera.peek(), x, y) : null };
  };
  const point = (event: MouseEvent) => {
    const { place, key } = at(event);
    hovered.value = key;
    cursor.value = place;
  };
  const press = useLongPress(point);
  const drill = (place: CellPlace | null) => {
    const drawn = picture.peek();
    if (!drawn || !place || countAt(drawn, place) === 0) return;
    const predicate = cellPredicate(drawn, place);
    lastSelection.value = { predicate, says: cellSays(drawn, place) };
    addFilter(predicate);
  };
  const drawn = picture.value;
  const place = cursor.value;

  return (
    <div
      class="map"
      ref={holder}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: cells are walked with the arrow keys.
      tabIndex={0}
      role="application"
      aria-roledescription="density"
      data-testid="density"
      aria-label={`How many training sets of ${view.value.lattice} have which rank and score. Arrow keys move over the cells, Enter shows the sets of one.`}
      onKeyDown={(event) => {
        const before = picture.peek();
        if (!before) return;
        if (ARROWS.includes(event.key)) {
          const next = stepped(before, cursor.peek(), event.key);
          cursor.value = next;
          spoken.value = next ? cellSays(before, next) : "";
        } else if (event.key === "Enter" && cursor.peek()) drill(cursor.peek());
        else if (event.key === "Escape" && cursor.peek()) cursor.value = null;
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
      onBlur={() => {
        cursor.value = null;
      }}
    >
      <canvas ref={ground} class="ground" />
      <canvas
        ref={pointer}
        class="pointer"
        data-testid="map-canvas"
        data-tool={tool.value}
        onPointerDown={press.start}
        onPointerUp={press.stop}
        onPointerCancel={press.stop}
        onPointerMove={(event) => {
          press.move(event);
          if (event.pointerType === "touch") return;
          if (event.buttons === 0) point(event);
          else cursor.value = null;
        }}
        onPointerLeave={(event) => {
          if (event.pointerType === "touch") return;
          cursor.value = null;
          hovered.value = null;
        }}
        onContextMenu={press.menu}
        onClick={(event) => {
          if (press.ended(event)) return;
          const found = at(event);
          if (found.key !== null && event.shiftKey) toggleInTray(found.key);
          else if (found.key !== null) pin(found.key);
          else if (!event.shiftKey) drill(found.place);
        }}
      />
      <p class="hidden" aria-live="polite" data-testid="density-spoken">
        {spoken.value}
      </p>
      {drawn && place && <CellTooltip picture={drawn} place={place} camera={camera.value} />}
      <Tooltip
        data={marked.value}
        shown={markedSets.value}
        frame={frame.value}
        camera={camera.value}
        row={rows.value.hovered}
      />
      {levels.value.content && <LevelsTable levels={levels.value.content} />}
    </div>
  );
}

function CellTooltip(props: { picture: Picture; place: CellPlace; camera: CameraLike }) {
  const { picture, place, camera } = props;
  const [left, top, width, height] = rectOf(picture, place, camera);
  const toLeft = left + width + 260 > picture.size.width;
  const down = top < 80;
  const found = countAt(picture, place);
  return (
    <div
      class="tooltip"
      role="tooltip"
      data-testid="cell-tooltip"
      style={{
        left: toLeft ? "auto" : `${left + width + 10}px`,
        right: toLeft ? `${picture.size.width - left + 10}px` : "auto",
        top: down ? `${top + height + 6}px` : "auto",
        bottom: down ? "auto" : `${picture.size.height - top + 6}px`,
      }}
    >
      <strong>{cellSays(picture, place)}</strong>
      <span>{found > 0 ? "Click or Enter shows only these" : "no set has such a score"}</span>
    </div>
  );
}
