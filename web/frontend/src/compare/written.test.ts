import { describe, expect, it } from "vitest";
import type { Comparison } from "../api/types";
import type { Row } from "./utils";
import { comparisonTable } from "./written";

const cell = (mean: number) => ({ mean, standard_error: null, replicates: 1, origin: "measured" });
const found = {
  baseline: {
    training_set: { key: "~03", name: "AB", rank: 2 },
    stored: true,
    cells: [cell(0.5), null],
  },
  sets: [
    {
      training_set: { key: "~05", name: "AC", rank: 2 },
      stored: true,
      cells: [cell(0.75), cell(2)],
      added: ["C"],
      removed: ["B"],
      deltas: [
        { value: 0.25, standard_error: 0.1, low: 0.05, high: 0.45, level: 0.9, effect: "better" },
        { value: null, standard_error: null, low: null, high: null, level: 0.9, effect: null },
      ],
      replicates: [{ before: 1, after: 1, paired: 1, kinds: ["shared"] }],
    },
  ],
} as unknown as Comparison;
const rows = ["acc", "loss"].map((name, place) => ({
  measure: { name },
  place,
})) as unknown as Row[];

describe("a comparison as rows", () => {
  const table = comparisonTable(found, rows, {});
  const all = [...table.rows].map((row) =>
    Object.fromEntries(table.columns.map((name, place) => [name, row[place]])),
  );

  it("has the baseline first under each measure, without a difference", () => {
    expect(all.map((row) => [row.measure, row.training_set, row.is_baseline])).toEqual([
      ["acc", "AB", true],
      ["acc", "AC", false],
      ["loss", "AB", true],
      ["loss", "AC", false],
    ]);
    expect(all[0]).toMatchObject({ score: 0.5, difference: null });
  });

  it("has differences with their errors, and null where a score is missing", () => {
    expect(all[1]).toMatchObject({
      added: "C",
      removed: "B",
      score: 0.75,
      difference: 0.25,
      difference_standard_error: 0.1,
      effect: "better",
      paired_replicates: 1,
    });
    expect(all[2]).toMatchObject({ score: null, replicates: 0 });
    expect(all[3]).toMatchObject({ score: 2, difference: null, paired_replicates: null });
  });
});
