import { describe, expect, it } from "vitest";
import { Refusal } from "../api";
import type { ComparedSet, Comparison, Measure } from "../api/types";
import { entriesOf, without } from "../tray/utils";
import { bySize, commonMatch, matchText, rowsOf } from "./utils";

function measure(metric: string, on: string): Measure {
  return {
    name: `${metric}/${on}`,
    metric: { name: metric, direction: "higher", low: null, high: null, unit: null },
    evaluation_set: { name: on, label: null, size: null, members: null },
    protocol: { name: "default", digest: "", definition: {} },
    domain: null,
  };
}

const MEASURES = [measure("accuracy", "A"), measure("accuracy", "B"), measure("loss", "A")];

function compared(values: readonly (number | null)[]): ComparedSet {
  const match = { before: 1, after: 1, paired: 0, kinds: ["unlabelled" as const] };
  return {
    training_set: { key: "~01", name: "A", rank: 1 },
    stored: true,
    cells: values.map(() => null),
    added: [],
    removed: [],
    distance: 1,
    deltas: values.map((value) => ({
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
    })),
    replicates: values.map(() => match),
  };
}

function comparison(...sets: ComparedSet[]): Comparison {
  const corner = { training_set: { key: "~", name: "empty", rank: 0 }, stored: true, cells: [] };
  return {
    measures: MEASURES.map(({ name }) => name),
    protocols: MEASURES.map(() => "default"),
    baseline: corner,
    sets,
    held: [],
    meet: corner,
    join: corner,
    notes: [],
  };
}

describe("the rows of a comparison", () => {
  const found = comparison(compared([0, -0.2, 30]), compared([0, 0.1, -15]));

  it("come by the share of the metric's largest change", () => {
    const rows = bySize(rowsOf(found, MEASURES));
    expect(rows.map(({ measure: each }) => each.name)).toEqual([
      "accuracy/B",
      "loss/A",
      "accuracy/A",
    ]);
    expect(rows.map(({ size }) => size)).toEqual([1, 1, 0]);
  });

  it("share the span of their metric", () => {
    expect(rowsOf(found, MEASURES).map(({ span }) => span)).toEqual([
      [-0.2, 0.1],
      [-0.2, 0.1],
      [-15, 30],
    ]);
  });

  it("differ unless every change is known and 0", () => {
    expect(rowsOf(found, MEASURES).map(({ differs }) => differs)).toEqual([false, true, true]);
    const unknown = comparison(compared([null, 0, 0]));
    expect(rowsOf(unknown, MEASURES).map(({ differs }) => differs)).toEqual([true, false, false]);
    expect(rowsOf(unknown, MEASURES)[0]?.size).toBe(-1);
  });
});

describe("replicates", () => {
  const match = (before: number, after: number, paired: number) => ({
    before,
    after,
    paired,
    kinds: ["shared" as const, "independent" as const],
  });

  it("are said to be paired, partly paired, or not", () => {
    expect(matchText(match(30, 30, 30))).toBe("30 replicates, all paired");
    expect(matchText(match(5, 8, 3))).toBe("replicates 5 and 8, 3 paired");
    expect(matchText(match(5, 5, 0))).toBe("replicates 5 each, shared and independent: not paired");
    expect(matchText(match(1, 1, 0))).toBe("1 replicate each");
    expect(matchText(match(1, 0, 0))).toBe("a score is missing");
  });

  it("are said once where all sets have the same", () => {
    expect(commonMatch([match(5, 5, 5), match(5, 5, 5)])).toBe("5 replicates, all paired");
    expect(commonMatch([match(5, 5, 5), match(5, 1, 1)])).toBeNull();
  });
});

describe("the tray", () => {
  const refusal = new Refusal({
    type: "/problems/bad-spelling",
    title: "Bad spelling",
    status: 400,
    detail: "No such object.",
    hint: "Its objects are A and B.",
  });
  const readings: Record<string, string | Refusal | null> = { AB: "~03", "~03": "~03", X: refusal };

  it("says what is read twice, refused, or still being read", () => {
    const found = entriesOf(["~03", "AB", "X", "later"], (text) => readings[text] ?? null);
    expect(found.map(({ key }) => key)).toEqual(["~03", "~03", null, null]);
    expect(found.map(({ problem }) => problem)).toEqual([
      null,
      "It is in the tray twice; a set does not differ from itself.",
      "No such object. Its objects are A and B.",
      null,
    ]);
  });

  it("loses one entry at a time, and the baseline with the last of its kind", () => {
    expect(without(["~03", "~03", "~01"], "~03", 1)).toEqual({
      tray: ["~03", "~01"],
      baseline: "~03",
    });
    expect(without(["~03", "~01"], "~03", 0)).toEqual({ tray: ["~01"], baseline: null });
  });
});
