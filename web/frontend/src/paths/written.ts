/** Paths and orders as rows and graphs: pure, so that tests can read them. */
import type { Order, Orders, Path, PathStep, Tradeoffs } from "../api/types";
import {
  cellColumns,
  cellValues,
  deltaAttributes,
  deltaColumns,
  deltaValues,
  nodeAttributes,
  SET_COLUMNS,
  setValues,
} from "../export/cells";
import type { Attributes, Graph, Table, Value } from "../export/types";
import { isDeclared } from "./utils";

type About = Readonly<Record<string, Value>>;

/** A path that is written down: its number, and that of its first step. */
export interface Walk {
  readonly path: number;
  readonly start: number;
  readonly of: Path;
}

/** One row per step of every path. */
export function stepsTable(walks: readonly Walk[], about: About): Table {
  const measures = [...new Set(walks.flatMap(({ of }) => of.measures))];
  const isFitted = walks.some(({ of }) => of.optimism?.cross_fitted_profile);
  return {
    columns: [
      ...["path", "step", "added", "removed"],
      ...SET_COLUMNS,
      ...measures.flatMap((name) => [
        ...cellColumns(name),
        ...deltaColumns(name),
        `${name} since_start`,
      ]),
      ...(isFitted ? ["cross_fitted"] : []),
    ],
    about,
    rows: walks.flatMap(({ path, start, of }) =>
      of.steps.map((step, place) => [
        path,
        start + place,
        ...changesOf(step),
        ...setValues(step.training_set),
        ...measures.flatMap((name) => stepValues(step, of.measures.indexOf(name))),
        ...(isFitted ? [of.optimism?.cross_fitted_profile?.[place] ?? null] : []),
      ]),
    ),
  };
}

function stepValues(step: PathStep, place: number): Value[] {
  return [
    ...cellValues(step.cells[place]),
    ...deltaValues(step.deltas[place]),
    step.cumulative[place] ?? null,
  ];
}

/** Names of the objects that a step adds and removes, empty where it does not. */
function changesOf({ move, jump }: PathStep): [added: string | null, removed: string | null] {
  if (jump) return [jump.added.join("+") || null, jump.removed.join("+") || null];
  if (!move) return [null, null];
  return move.kind === "add" ? [move.object, null] : [null, move.object];
}

/** All sets of the paths, and their steps in the direction in which they are walked. */
export function stepsGraph(walks: readonly Walk[]): Graph {
  const nodes = new Map<string, Attributes>();
  const edges = new Map<string, Edge>();
  for (const { path, of } of walks) {
    const measure = of.measures[0] ?? null;
    for (const [place, step] of of.steps.entries()) {
      const { name } = step.training_set;
      const known = nodes.get(name) ?? {};
      nodes.set(name, { ...nodeAttributes(step.training_set, measure, step.cells[0]), ...known });
      const before = of.steps[place - 1];
      if (before) {
        const [added, removed] = changesOf(step);
        const delta = deltaAttributes(measure, step.deltas[0]);
        edgeOf(edges, before.training_set.name, name, `${path}`, { added, removed, ...delta });
      }
    }
  }
  return graphOf(nodes, edges, "paths");
}

interface Edge {
  readonly source: string;
  readonly target: string;
  readonly attributes: Attributes;
  readonly walks: string[];
}

/** A step that several paths share is one edge that names them; the first one knows most of it. */
function edgeOf(
  edges: Map<string, Edge>,
  source: string,
  target: string,
  walk: string,
  attributes: Attributes,
): void {
  const key = JSON.stringify([source, target]);
  const known = edges.get(key);
  if (known) known.walks.push(walk);
  else edges.set(key, { source, target, attributes, walks: [walk] });
}

function graphOf(
  nodes: ReadonlyMap<string, Attributes>,
  edges: ReadonlyMap<string, Edge>,
  walksName: string,
): Graph {
  return {
    nodes: [...nodes].map(([id, attributes]) => ({ id, attributes })),
    edges: [...edges.values()].map(({ source, target, attributes, walks }) => ({
      source,
      target,
      attributes: { ...attributes, [walksName]: walks.join(", ") },
    })),
  };
}

/** One row per path of a front. */
export function frontTable(found: Tradeoffs, first: number, about: About): Table {
  return {
    columns: ["path", found.first, found.second, "moves", "floor", "ends_floor", "training_sets"],
    about,
    rows: found.items.map(({ first: one, second: other, path }, place) => [
      first + place + 1,
      one,
      other,
      path.moves,
      path.floor,
      path.ends_floor,
      path.next === null ? path.steps.map((step) => step.training_set.name).join(" > ") : null,
    ]),
  };
}

const CURVES = ["best", "worst", "greedy_best", "greedy_worst"] as const;

function curvesOf(found: Orders): { name: string; order: Order }[] {
  return CURVES.flatMap((name) => {
    const order = found[name];
    return order ? [{ name: name.replace("_", " "), order }] : [];
  });
}

/** One row per curve and number of units that moved; the average of all orders is one of them. */
export function curvesTable(found: Orders, about: About): Table {
  const score = cellColumns(found.measure);
  return {
    columns: [
      ...["curve", "after", "unit"],
      ...SET_COLUMNS,
      ...score,
      ...deltaColumns(),
      ...["since_start", "deviation", "lowest", "highest", "sets", "sets_with_a_score"],
    ],
    about,
    rows: [
      ...curvesOf(found).flatMap(({ name, order }) =>
        order.steps.map((step, after) => [
          name,
          after,
          step.unit,
          ...setValues(step.training_set),
          ...cellValues(step.cell),
          ...deltaValues(step.delta),
          step.cumulative,
          ...[null, null, null, null, null],
        ]),
      ),
      ...found.average.sizes.map((size) => [
        "average",
        size.moved,
        ...[null, null, null, null],
        ...[size.mean, null, null, isDeclared(found, size.moved) ? "declared" : null],
        ...deltaColumns().map(() => null),
        ...[null, size.deviation, size.low, size.high, size.sets, size.scored],
      ]),
    ],
  };
}

/** The listed orders as chains of sets. */
export function curvesGraph(found: Orders): Graph {
  const nodes = new Map<string, Attributes>();
  const edges = new Map<string, Edge>();
  for (const { name, order } of curvesOf(found)) {
    for (const [place, { training_set: set, cell, unit, delta }] of order.steps.entries()) {
      nodes.set(set.name, nodeAttributes(set, found.measure, cell));
      const before = order.steps[place - 1];
      if (!before) continue;
      const attributes = { unit, ...deltaAttributes(found.measure, delta) };
      edgeOf(edges, before.training_set.name, set.name, name, attributes);
    }
  }
  return graphOf(nodes, edges, "curves");
}
