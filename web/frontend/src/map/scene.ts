/** The draw list: pure functions from data, layout and view to primitives in drawing order. */
import type { Measure } from "../api/types";
import { effectOf, signed } from "../scales";
import type { Theme } from "../state/theme";
import type { SetTable } from "../subsets";
import { positionsOf, type Step, stepsFrom } from "../subsets";
import { marksScene, nameScene, obstacles } from "./labels";
import { type Box, boxAt, dots, fitted, free, label, lines, textWidth } from "./primitives";
import type { Axes, CameraLike, Layout, Primitive, Size } from "./types";

const COLOR_BINS = 48;
const MOST_LABELS = 14;
const AXIS_SIZE = 12;
/** From the middle of a set to its label: beyond the ring of the tray. */
const BESIDE = 15;
const LONGEST_STEP = 170;
export const LABELLED_NODES = 64;

/** What a scene is about. */
export interface SceneData {
  readonly table: SetTable;
  /** Mean scores; null where there is none. */
  readonly scores: readonly (number | null)[];
  /** The same without scores that are declared, not measured: what is placed and colored. */
  readonly measured: readonly (number | null)[];
  /** What colors the sets: the same, or the scores of another measure. */
  readonly colors: readonly (number | null)[];
  readonly colorOf: (score: number) => string;
  /** From this row on, sets are drawn only because they are pinned, in the tray or on the path. */
  readonly inside: number;
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

/**
 * What may fade behind what is pointed at: moves and sets. It is painted with a camera, so that
 * a list made once serves while the camera moves.
 */
export function groundScene(data: SceneData, frame: Frame, dimmed: boolean): Primitive[] {
  return [...movesScene(data, frame, dimmed), ...dotsScene(data, frame, dimmed)];
}

/** What is marked: rows, -1 where there is none. */
export interface Marked {
  readonly pinned: number;
  readonly hovered: number;
  readonly path: readonly number[];
  readonly tray?: readonly number[];
  readonly baseline?: number;
}

/** What is on top: axes, the path, the pinned set, and the moves of the set under the pointer. */
export function pointerScene(data: SceneData, frame: Frame, shown: Marked): Primitive[] {
  const { pinned, hovered, path } = shown;
  const focus = hovered >= 0 ? hovered : path.length > 0 ? -1 : pinned;
  const steps = focus >= 0 ? stepsFrom(data.table, focus) : [];
  const axes = frame.layout.axes?.(frame.camera) ?? null;
  const scene: Primitive[] = axes ? axesScene(axes, frame) : [];
  // What matters most finds room first: moves, then marks, then the names of the others.
  const taken: Box[] = [...obstacles(data, frame), ...(axes ? axesBoxes(axes, frame) : [])];
  const moves = focus >= 0 ? focusScene(data, frame, focus, steps, taken) : [];
  if (path.length > 0) scene.push(...pathScene(data, frame, path, taken));
  const named = new Set([...steps.map((step) => step.row), ...path]);
  const marks = marksScene(data, frame, shown, named, taken);
  if (path.length === 0) scene.push(...nameScene(data, frame, named, taken));
  scene.push(...moves, ...marks);
  if (pinned >= 0) {
    const points = at(frame, pinned);
    scene.push(dots(points, 8.5, { stroke: frame.theme.paper, width: 4 }));
    scene.push(dots(points, 8.5, { stroke: frame.theme.accent, width: 2.5 }));
  }
  return scene;
}

/** What is under everything, where the camera is: lines at the ticks. */
export function underScene(frame: Frame): Primitive[] {
  const axes = frame.layout.axes?.(frame.camera) ?? null;
  return axes ? [gridScene(axes, frame)] : [];
}

/** Lines at the ticks. */
export function gridScene(axes: Axes, { size, theme }: Frame): Primitive {
  const bottom = size.height - 44;
  return lines(
    [
      ...axes.left.flatMap(({ at: y }) => [56, y, size.width - 20, y]),
      ...axes.bottom.flatMap(({ at: x }) => [x, 28, x, bottom]),
    ],
    theme.line,
    { opacity: 0.55 },
  );
}

/** Numbers and titles of the axes, and the strip of sets without a score. */
export function axesScene(axes: Axes, { size, theme }: Frame): Primitive[] {
  const bottom = size.height - 44;
  const quiet = { color: theme.muted, size: AXIS_SIZE };
  const scene: Primitive[] = [
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
    scene.push(label(60, y + 15, "not measured", quiet));
  }
  return scene;
}

/** Where the words of the axes stand: labels of sets keep off them. */
function axesBoxes(axes: Axes, { size }: Frame): Box[] {
  const numbers = axes.left.map(({ at: y, text }): Box => {
    const width = textWidth(text, AXIS_SIZE);
    return boxAt(50 - width, y, width);
  });
  const across = textWidth(`${axes.bottomTitle} →`, AXIS_SIZE);
  return [
    ...numbers,
    boxAt(8, 12, textWidth(`↑ ${axes.leftTitle}`, AXIS_SIZE)),
    boxAt(size.width - 20 - across, size.height - 14, across),
  ];
}

function movesScene(data: SceneData, frame: Frame, dimmed: boolean): Primitive[] {
  if (!data.moves) return [];
  const points: number[] = [];
  const unplaced = (row: number) => frame.layout.scales !== null && data.measured[row] === null;
  for (let index = 0; index < data.moves.length; index += 2) {
    // Where height is the score, a line to a set without one would look like a fall.
    if (unplaced(data.moves[index] ?? 0) || unplaced(data.moves[index + 1] ?? 0)) continue;
    points.push(...at(frame, data.moves[index] ?? 0), ...at(frame, data.moves[index + 1] ?? 0));
  }
  const few = data.moves.length <= 2 * 400;
  const opacity = (few ? 0.9 : 0.32) * (dimmed ? 0.45 : 1);
  return [lines(Float64Array.from(points), frame.theme.line, { opacity, width: few ? 1.25 : 1 })];
}

/** Dots in a few dozen colors, so that a frame sets few styles. */
function dotsScene(data: SceneData, frame: Frame, dimmed: boolean): Primitive[] {
  const radius = radiusFor(data.table.keys.length);
  const bins = new Map<string, number[]>();
  const hollow: number[] = [];
  data.colors.forEach((score, row) => {
    if (row >= data.inside) return;
    const [x, y] = at(frame, row);
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
    scene.push(dots(Float64Array.from(points), radius, { fill, stroke, width: 0.75, opacity }));
  }
  if (hollow.length > 0) {
    scene.push(
      dots(hollow, radius, { fill: frame.theme.paper, stroke: frame.theme.muted, opacity }),
    );
  }
  return scene;
}

/** The moves of one set, each with what it changes: solid adds, dashed removals, the sign in text. */
function focusScene(
  data: SceneData,
  frame: Frame,
  row: number,
  moves: readonly Step[],
  taken: Box[],
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
  if (!named) {
    const [x, y] = at(frame, row);
    taken.push([x - 9, y - 9, x + 9, y + 9]);
  }
  const loudest = [...steps].sort((a, b) => Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0));
  for (const step of loudest.slice(0, MOST_LABELS)) {
    const [x, y] = at(frame, step.row);
    const name = fitted(data.objectNames[step.position] ?? "", 110, 12);
    const move = `${step.adds ? "+" : "−"}${name} ${step.change === null ? "?" : signed(step.change)}`;
    const text = named ? `${fitted(data.nameOf(step.row), 130, 12)}  ${move}` : move;
    const width = textWidth(text, 12);
    const sides = [x + BESIDE, x - BESIDE - width];
    // Away from the set whose moves these are, if there is room.
    if (x < at(frame, row)[0] - 4) sides.reverse();
    const inside = sides.filter((left) => left > 8 && left + width < frame.size.width - 8);
    // Among many sets the other side is where the moves are.
    const spot = (named ? inside : inside.slice(0, 1))
      .flatMap((left) => [0, 14, -14, 27, -27].map((dy) => [left, y + dy] as const))
      .find(([left, middle]) => free(taken, boxAt(left, middle, width)));
    if (!spot) continue;
    const [left, middle] = spot;
    taken.push(boxAt(left, middle, width));
    scene.push(label(left, middle, text, { color: theme.ink, halo: theme.paper }));
  }
  scene.push(dots(at(frame, row), 7, { fill: theme.ink, stroke: theme.paper, width: 2 }));
  return scene;
}

function pathScene(
  data: SceneData,
  frame: Frame,
  path: readonly number[],
  taken: Box[],
): Primitive[] {
  const { theme } = frame;
  const points: number[] = [];
  for (let step = 1; step < path.length; step += 1) {
    points.push(...at(frame, path[step - 1] ?? 0), ...at(frame, path[step] ?? 0));
  }
  const scene: Primitive[] = [
    lines(points, theme.paper, { width: 7 }),
    lines(points, theme.accent, { width: 3.5 }),
  ];
  for (const [step, row] of path.entries()) {
    const [x, y] = at(frame, row);
    scene.push(
      dots([x, y], 6.5, { fill: fillOf(data, frame, row), stroke: theme.accent, width: 2.5 }),
    );
    const text = stepName(data, path, step);
    const width = textWidth(text, 13, true);
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

/** The name of a step's set, or where that is too long what the step changed. */
function stepName(data: SceneData, path: readonly number[], step: number): string {
  const name = data.nameOf(path[step] ?? 0);
  if (step === 0 || textWidth(name, 13, true) <= LONGEST_STEP) {
    return fitted(name, LONGEST_STEP, 13, true);
  }
  const [here, before] = [path[step] ?? 0, path[step - 1] ?? 0].map((row) =>
    positionsOf(data.table, row),
  );
  const change = (sign: string, from: number[] = [], without: number[] = []) =>
    from
      .filter((position) => !without.includes(position))
      .map((position) => `${sign}${data.objectNames[position] ?? "?"}`);
  const moves = [...change("−", before, here), ...change("+", here, before)];
  return fitted(moves.join(" "), LONGEST_STEP, 13, true);
}

export function fillOf(data: SceneData, frame: Frame, row: number): string {
  const score = data.colors[row] ?? null;
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
      stroke: score === null ? theme.muted : scores.length > 300 ? null : theme.shadow,
      width: 0.75,
    }),
  );
}

export function at({ layout, camera }: Frame, row: number): [number, number] {
  return [(layout.x[row] ?? 0) * camera.k + camera.x, (layout.y[row] ?? 0) * camera.k + camera.y];
}
