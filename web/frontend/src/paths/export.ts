/** Paths, fronts and orders as pictures, tables and graphs. */
import type { Path, Tradeoffs, TrainingSet } from "../api/types";
import { aboutLattice, allOf, filterLine, latticeLine, measureLine } from "../export/about";
import { SET_COLUMNS, setValues } from "../export/cells";
import { everyPage } from "../export/pages";
import { pictureOf } from "../export/picture";
import type { Extent, Picture, Table, Task, Value } from "../export/types";
import { count, counted } from "../scales";
import { view } from "../state";
import { filter, nameOf, objectNames } from "../state/answers";
import { asPath } from "./alternatives";
import {
  cursor,
  frontUrl,
  orders,
  partUrl,
  shownPath,
  tradeoffs,
  tradeoffsCursor,
} from "./answers";
import { takesFilter, usedOptions } from "./options";
import { MODE_TITLES, OBJECTIVES } from "./types";
import { chipsOf } from "./utils";
import { curvesGraph, curvesTable, frontTable, stepsGraph, stepsTable, type Walk } from "./written";

const PART = 1_000;

// ---------------------------------------------------------------- pictures

export async function pathsPicture(): Promise<Picture | null> {
  const { mode } = view.peek();
  return pictureOf([
    latticeLine(),
    `${MODE_TITLES[mode]}: ${endsLine()}`,
    measureLine(),
    takesFilter(mode) ? filterLine() : null,
    optionsLine(),
  ]);
}

function endsLine(): string {
  const { from, to } = view.peek();
  const found = orders.peek().content;
  const isOrder = view.peek().mode === "withdraw" || view.peek().mode === "acquire";
  if (isOrder && found) return `${found.source.name} → ${found.target.name}`;
  const [start, end] = [from, to].map((key) => (key === null ? "any set" : nameOf(key)));
  return `${start} → ${end}`;
}

/** What the path is best at, and what holds on the way, as the form says it. */
function optionsLine(): string | null {
  const { mode, options } = view.peek();
  const wanted = OBJECTIVES.find(({ name }) => name === (options.objective?.[0] ?? "fewest"));
  const chips = chipsOf(mode, options).filter(({ unused }) => unused === null);
  const objective = mode === "path" && wanted ? [wanted.title] : [];
  return [...objective, ...chips.map(({ text }) => text)].join(", ") || null;
}

function chosenOptions(): Record<string, string> {
  const { mode, options } = view.peek();
  const used = Object.entries(usedOptions(mode, options, null));
  return Object.fromEntries(used.map(([name, values]) => [name, (values ?? []).join(", ")]));
}

// ---------------------------------------------------------------- data

export async function pathsExtents(): Promise<readonly Extent[]> {
  const { mode } = view.peek();
  if (mode === "tradeoffs") return frontExtents();
  if (mode === "withdraw" || mode === "acquire") return orderExtents();
  return pathExtents();
}

function about(more: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  const { mode } = view.peek();
  return {
    ...aboutLattice(),
    filter: takesFilter(mode) ? filter.peek() : null,
    question: mode,
    ...chosenOptions(),
    ...more,
  };
}

function pathExtents(): Extent[] {
  const { whole: first, part } = shownPath.peek();
  const whole = first.peek().content;
  const shown = part.peek().content;
  if (!whole || !shown) return [];
  if (!whole.found) return toTrain(whole);
  const others = whole.alternatives.map(
    (each, place): Walk => ({
      path: place + 2,
      start: 0,
      of: asPath(whole, each, objectNames.peek()),
    }),
  );
  const of =
    others.length > 0
      ? ` of the best path and of the ${counted(others.length, "next best one")}`
      : "";
  const extent = (walks: (task: Task) => Promise<Walk[]>) => ({
    table: async (task: Task): Promise<Table> => {
      const all = await walks(task);
      return stepsTable(all, about(pathAbout(whole)));
    },
    graph: async (task: Task) => stepsGraph(await walks(task)),
  });
  const says = `${allOf((whole.moves ?? 0) + 1, "set")} on the way${of}`;
  const best: Walk = { path: 1, start: 0, of: whole };
  if (whole.next === null) {
    return [{ says, ...extent(async () => [best, ...others]) }];
  }
  const start = cursor.peek();
  const last = start + shown.steps.length - 1;
  return [
    {
      says,
      ...extent(async (task) => [{ ...best, of: await wholePath(whole, task) }, ...others]),
    },
    {
      says: `Steps ${count(start)} to ${count(last)}, which are drawn`,
      part: "drawn",
      ...extent(async () => [{ path: 1, start, of: shown }]),
    },
  ];
}

/** A path with all of its steps, asked for part by part. */
async function wholePath(whole: Path, task: Task): Promise<Path> {
  const total = (whole.moves ?? 0) + 1;
  const parts = await everyPage<Path>(
    partUrl,
    ({ steps }) => ({ rows: steps.length, total }),
    task,
  );
  return { ...whole, steps: parts.flatMap(({ steps }) => steps), next: null };
}

function pathAbout(path: Path): Record<string, Value> {
  const { objective, measure, status, moves, value, floor, ends_floor, optima, counted } = path;
  return {
    measure,
    from: path.source.name,
    to: path.target.name,
    objective,
    status,
    moves,
    value,
    floor,
    ends_floor,
    optima,
    optima_are_all: counted,
  };
}

/** Where there is no path, what would make one. */
function toTrain({ why }: Path): Extent[] {
  const sets = why?.to_train ?? [];
  if (sets.length === 0) return [];
  return [
    {
      says: `${counted(sets.length, "set")} to train that would make a path`,
      part: "to-train",
      table: async () => setsTable(sets),
      graph: "There is no such path, so there is no graph of it.",
    },
  ];
}

function setsTable(sets: readonly TrainingSet[]): Table {
  return { columns: SET_COLUMNS, rows: sets.map(setValues), about: about({}) };
}

// ---------------------------------------------------------------- trade-offs

function frontExtents(): Extent[] {
  const found = tradeoffs.peek().content;
  if (!found || found.items.length === 0) return [];
  const start = tradeoffsCursor.peek();
  const isWhole = start === 0 && found.next === null;
  const whole = async (task: Task): Promise<Tradeoffs> => {
    if (isWhole) return found;
    const read = ({ items, total }: Tradeoffs) => ({ rows: items.length, total });
    const parts = await everyPage<Tradeoffs>(frontUrl, read, task);
    return { ...found, items: parts.flatMap(({ items }) => items) };
  };
  const long = found.items.some(({ path }) => path.next !== null);
  const extent = (front: (task: Task) => Promise<Tradeoffs>, first: number) => ({
    table: async (task: Task) => frontTable(await front(task), first, about(frontAbout(found))),
    graph: async (task: Task) => stepsGraph(walksOf(await front(task), first)),
  });
  const extents: Extent[] = [
    { says: `${allOf(found.total, "path")} of the front`, ...extent(whole, 0) },
    {
      says: `Every step of ${found.total === 1 ? "it" : `the ${counted(found.total, "path")}`}${long ? `; the first ${count(PART)} steps of each` : ""}`,
      part: "steps",
      ...extent(whole, 0),
      table: async (task) => stepsTable(walksOf(await whole(task), 0), about(frontAbout(found))),
    },
  ];
  if (isWhole) return extents;
  return [
    ...extents,
    {
      says: `The ${counted(found.items.length, "path")} that are drawn`,
      part: "drawn",
      ...extent(async () => found, start),
    },
  ];
}

function walksOf({ items }: Tradeoffs, first: number): Walk[] {
  return items.map(({ path }, place) => ({ path: first + place + 1, start: 0, of: path }));
}

function frontAbout({ measure, first, second, source, target, total, complete }: Tradeoffs) {
  return { measure, from: source.name, to: target.name, first, second, total, complete };
}

// ---------------------------------------------------------------- orders

function orderExtents(): Extent[] {
  const found = orders.peek().content;
  if (!found) return [];
  const { together, apart, synergy } = found;
  const more = {
    measure: found.measure,
    direction: found.direction,
    from: found.source.name,
    to: found.target.name,
    orders: found.orders,
    orders_with_every_score: found.complete,
    together: together.value,
    apart: apart.value,
    synergy: synergy.value,
  };
  return [
    {
      says: `All curves, over ${counted(found.units.length, "unit")}: their sets, scores and changes`,
      table: async () => curvesTable(found, about(more)),
      graph: async () => curvesGraph(found),
    },
  ];
}
