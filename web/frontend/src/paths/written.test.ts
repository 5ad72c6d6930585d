import { describe, expect, it } from "vitest";
import type { Cell, Delta, Order, Orders, Path, PathStep } from "../api/types";
import { curvesGraph, curvesTable, frontTable, stepsGraph, stepsTable } from "./written";

const cell = (mean: number): Cell => ({
  mean,
  standard_error: 0.01,
  replicates: 3,
  origin: "measured",
});
const delta = (value: number): Delta => ({
  status: "exact",
  value,
  effect: value > 0 ? "better" : "worse",
  standard_error: 0.02,
  low: value - 0.03,
  high: value + 0.03,
  level: 0.9,
  method: "paired",
  replicates: 3,
  note: null,
});
const set = (name: string) => ({ key: `~${name}`, name, rank: name.length });

function step(name: string, more: Partial<PathStep> = {}): PathStep {
  const own = { training_set: set(name), move: null, cells: [], deltas: [], cumulative: [] };
  return { ...own, jump: null, ...more };
}

const BEST = {
  measures: ["acc"],
  steps: [
    step("A", { cells: [cell(0.5)], cumulative: [0] }),
    step("AB", {
      move: { kind: "add", object: "B" },
      cells: [null],
      deltas: [{ ...delta(0), status: "unavailable", value: null, effect: null }],
      cumulative: [null],
    }),
    step("B", {
      move: { kind: "remove", object: "A" },
      cells: [cell(0.7)],
      deltas: [delta(0.1)],
      cumulative: [0.2],
    }),
  ],
  optimism: null,
  next: null,
} as unknown as Path;

const OTHER = {
  ...BEST,
  steps: [BEST.steps[0], step("B", { jump: { added: ["B"], removed: ["A"], objects: 2 } })],
} as Path;

describe("paths as rows", () => {
  const table = stepsTable(
    [
      { path: 1, start: 10, of: BEST },
      { path: 2, start: 0, of: OTHER },
    ],
    {},
  );
  const rows = [...table.rows].map((row) =>
    Object.fromEntries(table.columns.map((name, place) => [name, row[place]])),
  );

  it("number paths and steps, and say what each step changes", () => {
    expect(rows.map((row) => [row.path, row.step])).toEqual([
      [1, 10],
      [1, 11],
      [1, 12],
      [2, 0],
      [2, 1],
    ]);
    expect(rows.map((row) => [row.added, row.removed])).toEqual([
      [null, null],
      ["B", null],
      [null, "A"],
      [null, null],
      ["B", "A"],
    ]);
  });

  it("have scores and changes with errors; what is missing is null", () => {
    expect(rows[1]).toMatchObject({ acc: null, "acc standard_error": null, "acc delta": null });
    expect(rows[2]).toMatchObject({
      acc: 0.7,
      "acc standard_error": 0.01,
      "acc replicates": 3,
      "acc origin": "measured",
      "acc delta": 0.1,
      "acc delta_standard_error": 0.02,
      "acc effect": "better",
      "acc since_start": 0.2,
    });
    expect(new Set([...table.rows].map((row) => row.length))).toEqual(
      new Set([table.columns.length]),
    );
  });
});

describe("paths as a graph", () => {
  it("have each set once, and name the paths of every step", () => {
    const graph = stepsGraph([
      { path: 1, start: 0, of: BEST },
      { path: 2, start: 0, of: OTHER },
      { path: 3, start: 0, of: BEST },
    ]);
    expect([...graph.nodes].map(({ id }) => id)).toEqual(["A", "AB", "B"]);
    const edges = [...graph.edges];
    expect(edges.map(({ source, target }) => `${source} ${target}`)).toEqual([
      "A AB",
      "AB B",
      "A B",
    ]);
    expect(edges.map(({ attributes }) => attributes.paths)).toEqual(["1, 3", "1, 3", "2"]);
    expect(edges[1]?.attributes).toMatchObject({ removed: "A", "delta: acc": 0.1 });
    expect(edges[0]?.attributes).not.toHaveProperty("delta: acc");
  });
});

describe("a front", () => {
  it("has a row per path, numbered from where the part begins", () => {
    const found = {
      first: "widest",
      second: "fewest",
      items: [
        { first: 0.4, second: null, path: { ...BEST, moves: 2, floor: 0.4, ends_floor: 0.5 } },
      ],
    } as unknown as Parameters<typeof frontTable>[0];
    const { columns, rows } = frontTable(found, 100, {});
    expect(columns.slice(0, 3)).toEqual(["path", "widest", "fewest"]);
    expect([...rows]).toEqual([[101, 0.4, null, 2, 0.4, 0.5, "A > AB > B"]]);
  });
});

describe("orders", () => {
  const order = {
    steps: [
      { unit: null, training_set: set("AB"), cell: cell(0.9), delta: null, cumulative: 0 },
      { unit: "B", training_set: set("A"), cell: null, delta: null, cumulative: null },
    ],
  } as unknown as Order;
  const size = { moved: 1, mean: 0.6, deviation: 0.1, low: 0.5, high: 0.7, sets: 2, scored: 2 };
  const found = {
    measure: "acc",
    best: null,
    worst: null,
    greedy_best: order,
    greedy_worst: order,
    average: { sizes: [{ ...size, status: "exact" }] },
  } as unknown as Orders;

  it("have a row per curve and number of units, the average among them", () => {
    const { columns, rows } = curvesTable(found, {});
    const all = [...rows];
    expect(all.map((row) => [row[0], row[1], row[2]])).toEqual([
      ["greedy best", 0, null],
      ["greedy best", 1, "B"],
      ["greedy worst", 0, null],
      ["greedy worst", 1, "B"],
      ["average", 1, null],
    ]);
    const at = (name: string) => columns.indexOf(name);
    expect(all[4]?.[at("acc")]).toBe(0.6);
    expect(all[4]?.[at("deviation")]).toBe(0.1);
    expect(all[4]?.[at("sets_with_a_score")]).toBe(2);
    expect(all[1]?.[at("acc")]).toBeNull();
    expect(new Set(all.map((row) => row.length))).toEqual(new Set([columns.length]));
  });

  it("are chains of sets", () => {
    const graph = curvesGraph(found);
    expect([...graph.edges]).toEqual([
      { source: "AB", target: "A", attributes: { unit: "B", curves: "greedy best, greedy worst" } },
    ]);
  });
});
