/** The draw list: pure functions from data, layout and view to primitives in drawing order. */
import type { Measure } from "../api/types";
import { effectOf, signed } from "../scales";
import type { Theme } from "../state/theme";
import type { SetTable } from "../subsets";
import { type Step, stepsFrom } from "../subsets";
import { type Box, boxAt, dots, free, label, lines, shortened, textWidth } from "./primitives";
import type { Axes, CameraLike, Layout, Primitive, Size } from "./types";

const COLOR_BINS = 48;
const MOST_LABELS = 14;
export const LABELLED_NODES = 64;

/** What a scene is about. */
export interface SceneData {
  readonly table: SetTable;
  /** Mean scores; null where there is none. */
  readonly scores: readonly (number | null)[];
  /** The same without scores that are declared, not measured: what is placed and colored. */
  readonly measured: readonly (number | null)[];
  readonly colorOf: (score: number) => string;
  readonly measure: Measure | null;
  readonly nameOf: (row: number) => string;
  readonly objectNames: readonly string[];
  /** Moves as pairs of rows; null where there are too many to draw. */
  readonly moves: Uint32Array | null;
}

export interface Frame {
  readonly layout: Layout;
  readonly camera: CameraLike;
  readonly size: Size;
  readonly theme: Theme;
}

/** What may fade behind what is pointed at: moves and sets. */
export function groundScene(data: SceneData, frame: Frame, dimmed: boolean): Primitive[] {
  return [...movesScene(data, frame, dimmed), ...dotsScene(data, frame, dimmed)];
}

/** What is on top: axes, the path, the pinned set, and the moves of the set under the pointer. */
export function pointerScene(
  data: SceneData,
  frame: Frame,
  shown: { pinned: number; hovered: number; path: readonly number[] },
): Primitive[] {
  const { pinned, hovered, path } = shown;
  const focus = hovered >= 0 ? hovered : path.length > 0 ? -1 : pinned;
  const steps = focus >= 0 ? stepsFrom(data.table, focus) : [];
  const axes = frame.layout.axes?.(frame.camera) ?? null;
  const scene: Primitive[] = axes ? axesScene(axes, frame) : [];
  if (path.length > 0) scene.push(...pathScene(data, frame, path));
  else if (data.table.keys.length <= LABELLED_NODES) {
    scene.push(...nameScene(data, frame, new Set(steps.map((step) => step.row))));
  }
  if (focus >= 0) scene.push(...focusScene(data, frame, focus, steps));
  if (pinned >= 0) {
    const points = at(frame, pinned);
    scene.push(dots(points, 8.5, { stroke: frame.theme.paper, width: 4 }));
    scene.push(dots(points, 8.5, { stroke: frame.theme.accent, width: 2.5 }));
  }
  return scene;
}

function axesScene(axes: Axes, { size, theme }: Frame): Primitive[] {
  const bottom = size.height - 44;
  const grid = lines(
    [
      ...axes.left.flatMap(({ at: y }) => [56, y, size.width - 20, y]),
      ...axes.bottom.flatMap(({ at: x }) => [x, 28, x, bottom]),
    ],
    theme.line,
    { opacity: 0.55 },
  );
  const quiet = { color: theme.muted, size: 12 };
  const scene: Primitive[] = [
    grid,
    ...axes.left.map(({ at: y, text }) => label(50, y, text, { ...quiet, align: "right" })),
    ...axes.bottom.map(({ at: x, text }) =>
      label(x, bottom + 6, text, { ...quiet, align: "center", baseline: "top" }),
    ),
    label(size.width - 20, bottom + 24, `${axes.bottomTitle} →`, {
      ...quiet,
      align: "right",
      baseline: "top",
    }),
    label(8, 12, `↑ ${axes.leftTitle}`, { ...quiet, baseline: "middle" }),
  ];
  if (axes.unscored !== null) {
    const y = axes.unscored;
    scene.push(lines([56, y - 15, size.width - 20, y - 15], theme.muted, { dash: [2, 4] }));
    scene.push(label(60, y + 13, "not measured", quiet));
  }
  return scene;
}

function movesScene(data: SceneData, frame: Frame, dimmed: boolean): Primitive[] {
  if (!data.moves) return [];
  const points: number[] = [];
  const unplaced = (row: number) => frame.layout.axes !== null && data.measured[row] === null;
  for (let index = 0; index < data.moves.length; index += 2) {
    // Where height is the score, a line to a set without one would look like a fall.
    if (unplaced(data.moves[index] ?? 0) || unplaced(data.moves[index + 1] ?? 0)) continue;
    points.push(...at(frame, data.moves[index] ?? 0), ...at(frame, data.moves[index + 1] ?? 0));
  }
  const few = data.moves.length <= 2 * 400;
  const opacity = (few ? 0.9 : 0.32) * (dimmed ? 0.45 : 1);
  return [lines(points, frame.theme.line, { opacity, width: few ? 1.25 : 1 })];
}

/** Dots in a few dozen colors, so that a frame sets few styles. */
function dotsScene(data: SceneData, frame: Frame, dimmed: boolean): Primitive[] {
  const radius = radiusFor(data.table.keys.length);
  const bins = new Map<string, number[]>();
  const hollow: number[] = [];
  data.measured.forEach((score, row) => {
    const [x, y] = at(frame, row);
    if (x < -20 || y < -20 || x > frame.size.width + 20 || y > frame.size.height + 20) return;
    if (score === null) {
      hollow.push(x, y);
      return;
    }
    const color = data.colorOf(score);
    const bin = bins.get(color);
    if (bin) bin.push(x, y);
    else bins.set(color, [x, y]);
  });
  const opacity = dimmed ? 0.3 : 1;
  const stroke = data.table.keys.length <= 4096 ? frame.theme.shadow : null;
  const scene: Primitive[] = [];
  for (const [fill, points] of bins) {
    scene.push(dots(points, radius, { fill, stroke, width: 0.75, opacity }));
  }
  if (hollow.length > 0) {
    scene.push(
      dots(hollow, radius, { fill: frame.theme.paper, stroke: frame.theme.muted, opacity }),
    );
  }
  return scene;
}

/** Names beside their sets, where there is room; `without` have a label of their own. */
function nameScene(data: SceneData, frame: Frame, without: ReadonlySet<number>): Primitive[] {
  const taken: Box[] = [];
  const scene: Primitive[] = [];
  for (let row = 0; row < data.table.keys.length; row += 1) {
    if (without.has(row)) continue;
    const [x, y] = at(frame, row);
    const text = shortened(data.nameOf(row), 24);
    const width = textWidth(text, 12);
    const spots = [
      [x + 12, y],
      [x + 12, y - 13],
      [x + 12, y + 13],
      [x - 12 - width, y],
    ] as const;
    const fits = (left: number) => left > 0 && left + width < frame.size.width;
    const spot = spots.find(
      ([left, middle]) => fits(left) && free(taken, boxAt(left, middle, width)),
    );
    if (!spot) continue;
    taken.push(boxAt(spot[0], spot[1], width));
    scene.push(label(spot[0], spot[1], text, { color: frame.theme.ink, halo: frame.theme.paper }));
  }
  return scene;
}

/** The moves of one set, each with what it changes: solid adds, dashed removals, the sign in text. */
function focusScene(
  data: SceneData,
  frame: Frame,
  row: number,
  moves: readonly Step[],
): Primitive[] {
  const { theme } = frame;
  const own = data.scores[row] ?? null;
  const named = data.table.keys.length <= LABELLED_NODES;
  const steps = moves.map((step) => {
    const other = data.scores[step.row] ?? null;
    const change = own === null || other === null ? null : other - own;
    const effect = change === null || !data.measure ? "equal" : effectOf(change, data.measure);
    const color = effect === "equal" ? theme.muted : theme[effect];
    return { ...step, change, color };
  });
  const scene: Primitive[] = steps.map((step) =>
    lines([...at(frame, row), ...at(frame, step.row)], step.color, {
      width: 1.75,
      dash: step.adds ? [] : [5, 4],
    }),
  );
  for (const step of steps) {
    scene.push(
      dots(at(frame, step.row), 5.5, {
        fill: fillOf(data, frame, step.row),
        stroke: step.color,
        width: 2,
      }),
    );
  }
  const taken: Box[] = [];
  const loudest = [...steps].sort((a, b) => Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0));
  for (const step of loudest.slice(0, MOST_LABELS)) {
    const [x, y] = at(frame, step.row);
    const name = shortened(data.objectNames[step.position] ?? "", 16);
    const move = `${step.adds ? "+" : "−"}${name} ${step.change === null ? "?" : signed(step.change)}`;
    const text = named ? `${shortened(data.nameOf(step.row), 20)}  ${move}` : move;
    const width = textWidth(text, 12);
    const onLeft =
      x < at(frame, row)[0] - 4 ? x - 11 - width > 8 : x + 11 + width > frame.size.width - 8;
    const left = onLeft ? x - 12 - width : x + 11;
    const middle = [0, 14, -14, 27, -27]
      .map((dy) => y + dy)
      .find((spot) => free(taken, boxAt(left, spot, width)));
    if (middle === undefined) continue;
    taken.push(boxAt(left, middle, width));
    scene.push(label(left, middle, text, { color: theme.ink, halo: theme.paper }));
  }
  scene.push(dots(at(frame, row), 7, { fill: theme.ink, stroke: theme.paper, width: 2 }));
  return scene;
}

function pathScene(data: SceneData, frame: Frame, path: readonly number[]): Primitive[] {
  const { theme } = frame;
  const points: number[] = [];
  for (let step = 1; step < path.length; step += 1) {
    points.push(...at(frame, path[step - 1] ?? 0), ...at(frame, path[step] ?? 0));
  }
  const scene: Primitive[] = [
    lines(points, theme.paper, { width: 7 }),
    lines(points, theme.accent, { width: 3.5 }),
  ];
  const taken: Box[] = [];
  for (const row of path) {
    const [x, y] = at(frame, row);
    scene.push(
      dots([x, y], 6.5, { fill: fillOf(data, frame, row), stroke: theme.accent, width: 2.5 }),
    );
    const text = shortened(data.nameOf(row), 24);
    const width = textWidth(text, 13) + 4;
    const left = x + 12 + width > frame.size.width - 8 ? x - 12 - width : x + 12;
    const middle = [-11, 13, 0, 27]
      .map((dy) => y + dy)
      .find((spot) => free(taken, boxAt(left, spot, width)));
    if (middle === undefined) continue;
    taken.push(boxAt(left, middle, width));
    scene.push(
      label(left, middle, text, { color: theme.ink, halo: theme.paper, size: 13, bold: true }),
    );
  }
  return scene;
}

function fillOf(data: SceneData, frame: Frame, row: number): string {
  const score = data.measured[row] ?? null;
  return score === null ? frame.theme.paper : data.colorOf(score);
}

/** Dots shrink as sets become many. */
export function radiusFor(sets: number): number {
  return sets <= LABELLED_NODES ? 7 : sets <= 300 ? 5.5 : sets <= 2_000 ? 4 : 2.5;
}

/** Colors in a few dozen steps: see dotsScene. */
export function binned(
  colorOf: (score: number) => string,
  [low, high]: readonly [number, number],
): (score: number) => string {
  const colors = Array.from({ length: COLOR_BINS }, (_, bin) =>
    colorOf(low + ((bin + 0.5) / COLOR_BINS) * (high - low)),
  );
  const width = (high - low) / COLOR_BINS || 1;
  return (score) =>
    colors[Math.max(0, Math.min(COLOR_BINS - 1, Math.floor((score - low) / width)))] ?? "";
}

/** A landscape without words, for cards. */
export function thumbnailScene(
  layout: Layout,
  scores: readonly (number | null)[],
  colorOf: (score: number) => string,
  theme: Theme,
): Primitive[] {
  const radius = scores.length > 300 ? 1.75 : 4;
  return scores.map((score, row) =>
    dots([layout.x[row] ?? 0, layout.y[row] ?? 0], radius, {
      fill: score === null ? theme.paper : colorOf(score),
      stroke: scores.length > 300 ? null : theme.shadow,
      width: 0.75,
    }),
  );
}

function at({ layout, camera }: Frame, row: number): [number, number] {
  return [(layout.x[row] ?? 0) * camera.k + camera.x, (layout.y[row] ?? 0) * camera.k + camera.y];
}
