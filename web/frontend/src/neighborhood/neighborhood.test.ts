import { describe, expect, it } from "vitest";
import type { MissingNeighbor, Neighbor } from "../api/types";
import { spanOf } from "./deltabar";
import { type StarFrame, starLayout } from "./layout";
import { byDelta, sorted } from "./utils";

const FRAME: StarFrame = { width: 600, slot: 60, row: 100, margin: 40 };

function change(added: string[], removed: string[]): MissingNeighbor {
  const name = [...added, ...removed].join("");
  const one = added.length + removed.length === 1;
  return {
    move: one ? { kind: added.length ? "add" : "remove", object: name } : null,
    training_set: { key: `~${name}`, name, rank: 1 },
    distance: 1,
    added,
    removed,
  };
}

function neighbor(added: string[], removed: string[], value: number | null): Neighbor {
  const delta = {
    status: "exact" as const,
    value,
    effect: null,
    standard_error: null,
    low: null,
    high: null,
    level: 0.9,
    method: null,
    replicates: 1,
    note: null,
  };
  return { ...change(added, removed), cells: [], deltas: [delta] };
}

describe("neighbors", () => {
  const found = [neighbor(["a"], [], null), neighbor([], ["b"], -1), neighbor(["c"], [], 2)];

  it("are sorted from the best to the worst by the metric's direction, unknown ones last", () => {
    const names = (higher: boolean) => sorted(found, higher).map((each) => each.training_set.name);
    expect(names(true)).toEqual(["c", "b", "a"]);
    expect(names(false)).toEqual(["b", "c", "a"]);
  });

  it("with a declared score come after the measured ones", () => {
    const declared = neighbor(["d"], [], 5);
    const cell = { mean: 5, standard_error: null, replicates: 1, origin: "declared" as const };
    const all = [{ ...declared, cells: [cell] }, ...found];
    for (const higher of [true, false]) {
      const names = sorted(all, higher).map((each) => each.training_set.name);
      expect(names.slice(2)).toEqual(["d", "a"]);
    }
  });

  it("of more than one object are no moves", () => {
    const swapped = [...found, neighbor(["d"], ["e"], 9)];
    expect(byDelta(swapped, true).map(({ move }) => move.object)).toEqual(["c", "b", "a"]);
  });
});

describe("the star", () => {
  it("puts larger sets above the center and smaller ones below, best first", () => {
    const found = [neighbor(["a"], [], 1), neighbor(["c"], [], 2), neighbor([], ["b"], -1)];
    const { center, ends, height } = starLayout(found, [change([], ["d"])], true, FRAME);
    expect(center).toEqual({ x: 300, y: 140 });
    expect(height).toBe(280);
    expect(ends.map(({ x, y, offset, kind }) => [x, y, offset, kind])).toEqual([
      [154, 40, 1, "stored"],
      [446, 40, 1, "stored"],
      [154, 240, -1, "stored"],
      [446, 240, -1, "missing"],
    ]);
    const first = ends[0];
    expect(first?.kind === "stored" && first.neighbor.training_set.name).toBe("c");
  });

  it("keeps the best and the worst of a row that is too long, and counts the others", () => {
    const many = Array.from({ length: 40 }, (_, i) => neighbor([`o${i}`], [], i));
    const absent = [change(["x"], []), change(["y"], [])];
    const { ends } = starLayout(many, absent, true, FRAME);
    expect(ends).toHaveLength(9);
    const said = ends.map((end) =>
      end.kind === "stored"
        ? end.neighbor.deltas[0]?.value
        : end.kind === "more"
          ? `${end.count} ${end.of}`
          : "one missing",
    );
    expect(said).toEqual([39, 38, 37, 36, "33 stored", 2, 1, 0, "2 missing"]);
    expect(4 + 33 + 3).toBe(many.length);
  });

  it("keeps the place of the center free in the row of swaps", () => {
    const swaps = ["b", "c", "d"].map((each, place) => neighbor([each], ["a"], -place));
    const { center, ends } = starLayout(swaps, [], true, FRAME);
    expect(ends.every(({ y }) => y === center.y)).toBe(true);
    expect(Math.min(...ends.map(({ x }) => Math.abs(x - center.x)))).toBeGreaterThan(
      FRAME.slot / 2,
    );
  });
});

describe("bars", () => {
  it("span all changes and their intervals, and no change", () => {
    const [one, other] = [neighbor(["a"], [], 0.2), neighbor(["b"], [], 0.5)];
    expect(spanOf([one.deltas[0], other.deltas[0]])).toEqual([0, 0.5]);
    expect(spanOf(one.deltas.map((delta) => ({ ...delta, low: -0.1, high: 0.6 })))).toEqual([
      -0.1, 0.6,
    ]);
    expect(spanOf([])).toEqual([-1, 1]);
  });
});
