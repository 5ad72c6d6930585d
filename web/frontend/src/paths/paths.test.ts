import { describe, expect, it } from "vitest";
import type { Cell, NoPath, Optimism, Path, PathStep } from "../api/types";
import { unused, usedOptions } from "./options";
import {
  apartOf,
  changeOf,
  chartValue,
  chipsOf,
  completions,
  departures,
  endsFor,
  fitting,
  gapText,
  isWithin,
  large,
  moveBetween,
  moveText,
  optimismText,
  scoreText,
  shortened,
  summary,
  trainList,
  withoutValue,
  worstStep,
} from "./utils";

const cell = (mean: number, error: number | null = null, origin: Cell["origin"] = "measured") =>
  ({ mean, standard_error: error, replicates: 1, origin }) as Cell;
const set = (name: string, key = name) => ({ name, key, rank: name.length });
const step = (more: Partial<PathStep>): PathStep => ({
  training_set: set("A"),
  move: null,
  cells: [],
  deltas: [],
  cumulative: [],
  jump: null,
  ...more,
});

describe("words", () => {
  const path = {
    moves: 4,
    objective: "least-loss",
    value: 0.01375,
    optima: 1,
    counted: true,
    floor: 0.509583,
    ends_floor: 0.508333,
    steps: [],
  } as unknown as Path;

  it("sum up a path", () => {
    expect(summary(path)).toBe(
      "4 moves; losses add up to 0.0138; the only best path; worst score between the ends 0.5096; worse end 0.5083",
    );
    const many = { ...path, objective: "fewest", value: 4, optima: 24, counted: false } as Path;
    expect(summary({ ...many, floor: null, ends_floor: null })).toBe(
      "4 moves; at least 24 paths are equally good",
    );
  });

  it("say that the worse end is only declared", () => {
    const steps = [step({ cells: [cell(0, null, "declared")] })];
    expect(summary({ ...path, ends_floor: 0, steps })).toContain("worse end 0 (declared)");
  });

  it("do not tell sums of floats to their last digit", () => {
    expect(summary({ ...path, value: 1.1e-16 })).toContain("losses add up to 0;");
  });

  it("tell counts of any size", () => {
    expect(large(7_570)).toBe("7,570");
    expect(large(2.432902e18)).toBe("about 2.4 × 10^18");
  });

  it("sign moves and list all objects of a jump", () => {
    expect(moveText(step({ move: { kind: "remove", object: "B" } }))).toBe("−B");
    const jump = { added: ["C", "D"], removed: ["A"], objects: 3 };
    expect(moveText(step({ jump }))).toBe("+C +D −A");
  });

  it("tell what a cell is, never 0 for nothing", () => {
    expect(scoreText(null)).toBe("no score");
    expect(scoreText(cell(0, null, "declared"))).toBe("0 declared");
    expect(scoreText(cell(0.53, 0.0042))).toBe("0.53 ±\u00a00.0042");
  });

  it("tell optimism by held-out blocks, or why not", () => {
    const known = { blocks: 30, apparent: 0.591, cross_fitted: 0.568, resamples: 100, same: 67 };
    expect(optimismText({ ...known, note: null } as Optimism, "path")).toBe(
      "Chosen by the scores that judge it, it is worth 0.591; when one half of the 30 blocks chooses and the other half scores, 0.568. 67 of 100 resamples of the blocks choose the same path.",
    );
    const note = "chosen on the same scores: optimistic";
    const unknown = { blocks: 1, apparent: 1, cross_fitted: null, resamples: 0, same: null, note };
    expect(optimismText(unknown, "path")).toBe("Chosen on the same scores: optimistic.");
  });

  it("keep both ends of long names", () => {
    expect(shortened("abcdefghij", 7)).toBe("abc…hij");
    expect(shortened("abc", 7)).toBe("abc");
  });

  it("say what keeps two sets apart and what to train", () => {
    const why = {
      source: set("AB"),
      target: set("ACD"),
      around_source: 2,
      around_target: 1,
      components: 2,
      nearest: { here: set("ABC"), there: set("ACD"), objects: 2 },
    } as NoPath;
    expect(gapText(why)).toEqual([
      "Usable sets that moves reach from AB: 2; from which they reach ACD: 1 (the ends count).",
      "All usable sets fall into 2 parts that no move connects.",
      "The two sides come nearest at ABC and ACD, 2 objects apart.",
    ]);
    expect(trainList([set("AC"), set("AD")])).toBe("AC\nAD");
  });
});

describe("values for charts", () => {
  it("have one standard error to either side, where it is known", () => {
    expect(chartValue(cell(0.5, 0.25))).toEqual({ value: 0.5, low: 0.25, high: 0.75 });
    expect(chartValue(cell(0.5))).toEqual({ value: 0.5 });
    expect(chartValue(null)).toEqual({ value: null });
    expect(chartValue(cell(0, null, "declared"))).toEqual({ value: 0, aside: true });
  });
});

describe("paths compared", () => {
  it("name the sets that only one has", () => {
    const [one, other] = ["A AB ABC", "A AC ABC"].map((text) => text.split(" ").map((n) => set(n)));
    expect([...departures(one ?? [], other ?? [])]).toEqual([1]);
  });

  it("find moves in keys beyond the first byte", () => {
    const names = [..."abcdefghij"];
    expect(moveBetween("~07", "~0f", names)).toBe("+d");
    expect(moveBetween("~0701", "~07", names)).toBe("−i");
    expect(moveBetween("~", "~0002", names)).toBe("+j");
    expect(moveBetween("~03", "~05", names)).toBe("−b +c");
  });

  it("mark the step that loses most, by the direction", () => {
    expect(worstStep([0.5, 0.6, 0.55, 0.4], true)).toBe(3);
    expect(worstStep([0.5, 0.6, 0.55, 0.4], false)).toBe(1);
    expect(worstStep([0.1, 0.2, null, 0.1], true)).toBeNull();
    expect(changeOf(null, 0.5)).toBeNull();
  });
});

describe("ends", () => {
  it("lie within each other where units leave or join", () => {
    expect(isWithin("~03", "~0f", 4)).toBe(true);
    expect(isWithin("~0001", "~ff", 9)).toBe(false);
    expect(endsFor("withdraw", "~0f", "~03", 4)).toEqual({ from: "~0f", to: "~03" });
    expect(endsFor("withdraw", "~03", "~0f", 4)).toEqual({ from: "~0f", to: "~03" });
    expect(endsFor("acquire", "~0f", "~03", 4)).toEqual({ from: "~03", to: "~0f" });
    expect(endsFor("acquire", "~05", "~03", 4)).toEqual({ from: null, to: null });
    expect(endsFor("path", "~05", "~03", 4)).toEqual({ from: "~05", to: "~03" });
  });
});

describe("options", () => {
  const options = { objective: ["widest"], k: ["3"], keep: ["A", "B"], floor: ["acc/A=0.5"] };

  it("wait in the link where the objective does not take them", () => {
    expect(unused("path", options, "k")).toBe("only for fewest, least-loss, cheapest");
    expect(usedOptions("path", options, "acc")).toEqual({
      objective: ["widest"],
      keep: ["A", "B"],
      floor: ["acc/A=0.5"],
    });
    expect(usedOptions("path", { ...options, objective: ["fewest"] }, "acc").k).toEqual(["3"]);
    expect(usedOptions("withdraw", options, "acc")).toEqual({});
    expect(unused("tradeoffs", { second: ["cheapest"] }, "cost")).toBeNull();
    expect(unused("tradeoffs", {}, "cost")).toBe("only for cheapest");
  });

  it("list the followed measure first among those that are drawn", () => {
    expect(usedOptions("path", { profile: ["b", "a"] }, "a").profile).toEqual(["a", "b"]);
    expect(usedOptions("path", {}, "a").profile).toBeUndefined();
  });

  it("are chips in words, one for each value, struck where they wait", () => {
    const chips = chipsOf("path", { ...options, evaluated: ["true"], cost: ["-A=2"] });
    expect(chips.map(({ text, unused: waits }) => [text, waits !== null])).toEqual([
      ["3 best paths", true],
      ["removing A=2", true],
      ["with A", false],
      ["with B", false],
      ["acc/A no worse than 0.5", false],
      ["evaluated sets only", false],
    ]);
  });

  it("are taken back one by one", () => {
    expect(withoutValue(options, "keep", "A").keep).toEqual(["B"]);
    expect("k" in withoutValue(options, "k", "3")).toBe(false);
  });
});

describe("suggestions", () => {
  it("begin with what is typed before they hold it", () => {
    expect(fitting("s", ["books", "science", "news"], 8)).toEqual(["science", "books", "news"]);
  });

  it("complete the last name of a sum with what is not in it yet", () => {
    const names = ["books", "science", "scripts"];
    expect(completions("books+sc", [], names)).toEqual(["books+science", "books+scripts"]);
    expect(completions("^b", ["all", "books"], names)).toEqual(["^books"]);
    expect(completions("science+", [], names)).toEqual([]);
    expect(completions("A", ["AB", "BA", "C"], ["A", "B", "C"])).toEqual(["AB", "BA"]);
  });
});

describe("ends", () => {
  it("are as far apart as objects differ", () => {
    expect(apartOf("empty", "all", 20)).toBe(20);
    expect(apartOf("~0f", "~3c", 6)).toBe(4);
    expect(apartOf("~", "~01", 4)).toBe(1);
    expect(apartOf("books", "all", 4)).toBeNull();
  });
});
