import { describe, expect, it } from "vitest";
import type { LatticeSummary, Neighborhood } from "../api/types";
import { stepsOf, strongestRemoval } from "./steps";

const around = {
  training_set: { key: "~0f", name: "ABCD", rank: 4 },
  measures: ["accuracy/A", "accuracy/B"],
  cells: [cell(0.92), cell(0.88)],
  neighbors: [
    neighbor("D", "~07", "ABC", [-0.4, -0.08]),
    neighbor("B", "~0d", "ACD", [-0.15, -0.33]),
  ],
  missing: [{ training_set: { key: "~0e", name: "BCD" } }],
} as unknown as Neighborhood;

describe("the walk through leave-one-out", () => {
  it("is about the removal that changes most over all measures, the first of equal ones", () => {
    const found = strongestRemoval(around);
    expect(found?.removal.move?.object).toBe("D"); // 0.48 in sum, as B, which is second
    expect(found?.measure).toBe(0);
  });

  it("has nothing to show where nothing can be removed", () => {
    expect(strongestRemoval({ ...around, neighbors: [] })).toBeNull();
  });

  it("says the numbers of the answers", () => {
    const [removal] = [around.neighbors[1]].filter((each) => each !== undefined);
    if (!removal) throw new Error("no removal");
    const steps = stepsOf({
      summary: { name: "toy", objects: 4, training_sets: 4 } as LatticeSummary,
      objects: ["A", "B", "C", "D"],
      around,
      removal,
      measure: 1,
      path: null,
    });
    const said = steps.map((step) => step.text).join(" ");
    expect(steps).toHaveLength(5);
    expect(said).toContain("Of the 16 training sets that they allow, 4 are stored");
    expect(said).toContain("from 0.88 to 0.55: −0.33, for the worse");
    expect(said).toContain("leave-one-out value of B in ABCD is +0.33");
    expect(said).toContain("−0.15, −0.33");
    expect(said).toContain("12 of the 16 training sets were never trained");
    expect(said).toContain("BCD, one move from ABCD");
  });
});

function cell(mean: number) {
  return { mean, standard_error: null, replicates: 1, origin: "measured" };
}

function neighbor(object: string, key: string, name: string, changes: readonly number[]) {
  return {
    move: { kind: "remove", object },
    training_set: { key, name, rank: 3 },
    cells: changes.map((change, index) => cell([0.92, 0.88][index] ?? 0).mean + change).map(cell),
    deltas: changes.map((value) => ({ value, effect: "worse" })),
  };
}
