import { describe, expect, it } from "vitest";
import type { Delta, MissingNeighbor, Neighbor, Neighborhood, Square } from "../api/types";
import { neighborsTable, pairsTable, starGraph } from "./written";

const delta = {
  status: "exact",
  value: -0.25,
  effect: "worse",
  standard_error: null,
  low: null,
  high: null,
  level: 0.9,
} as Delta;
const neighbor = {
  training_set: { key: "~03", name: "AB", rank: 2 },
  cells: [{ mean: 0.5, standard_error: null, replicates: 1, origin: "measured" }],
  deltas: [delta],
  distance: 1,
  added: ["B"],
  removed: [],
} as unknown as Neighbor;
const missing = {
  training_set: { key: "~06", name: "BC", rank: 2 },
  distance: 3,
  added: ["B", "C"],
  removed: ["A"],
} as unknown as MissingNeighbor;

describe("the sets around a set", () => {
  it("are rows, those that are not stored without any number", () => {
    const { columns, rows } = neighborsTable([neighbor], [missing], "acc", {});
    const [first, second] = [...rows].map((row) =>
      Object.fromEntries(columns.map((name, place) => [name, row[place]])),
    );
    expect(first).toMatchObject({ training_set: "AB", stored: true, added: "B", removed: null });
    expect(first).toMatchObject({
      acc: 0.5,
      delta: -0.25,
      effect: "worse",
      low: null,
      level: null,
    });
    expect(second).toMatchObject({ training_set: "BC", stored: false, added: "B+C", removed: "A" });
    expect(second).toMatchObject({ acc: null, "acc replicates": 0, delta: null });
  });

  it("are a star whose edges say what changes", () => {
    const center = {
      training_set: { key: "~01", name: "A", rank: 1 },
      measures: ["acc"],
      cells: [{ mean: 0.75, standard_error: 0.1, replicates: 4, origin: "measured" }],
    } as unknown as Neighborhood;
    const graph = starGraph(center, [neighbor], [missing]);
    expect([...graph.nodes].map(({ id, attributes }) => [id, attributes.stored])).toEqual([
      ["A", true],
      ["AB", true],
      ["BC", false],
    ]);
    const [stored, hollow] = [...graph.edges];
    expect(stored).toMatchObject({ source: "A", target: "AB" });
    expect(stored?.attributes).toMatchObject({ kind: "add", added: "B", "delta: acc": -0.25 });
    expect(hollow?.attributes).toMatchObject({ kind: "swap", distance: 3 });
    expect(hollow?.attributes).not.toHaveProperty("delta: acc");
  });
});

describe("pairs of objects", () => {
  it("are rows with their four scores, where these are known", () => {
    const square = {
      objects: ["A", "B"],
      corners: [0.9, 0.8, 0.7, null].map((mean) => ({ cells: [mean === null ? null : { mean }] })),
      interactions: [{ ...delta, value: null }],
      readings: [null],
    } as unknown as Square;
    const { columns, rows } = pairsTable([square], {});
    expect([...rows]).toEqual([
      ["A", "B", null, null, null, null, null, null, 0.9, 0.8, 0.7, null],
    ]);
    expect(columns.at(-1)).toBe("score_without_both");
  });
});
