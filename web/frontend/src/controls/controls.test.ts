import { describe, expect, it } from "vitest";
import type { DataObject, Measure } from "../api/types";
import { layoutChoices, nextLayout } from "./layouts";
import { meanings, rampEnds } from "./legend-words";
import { grouped, narrowed } from "./measures";
import { contains, inWords, lacks, quote, readsAsPredicate, within } from "./predicates";
import { matching, measureSuggestions, objectSuggestions, unfinished } from "./suggest";

describe("predicates in words", () => {
  it.each([
    ['contains("B")', "contains B"],
    ['not contains("B")', "without B"],
    ['contains("a", "b")', "contains a and b"],
    ['not contains("a", "b")', "not all of a and b"],
    ['any_of("a", "b", "c")', "contains any of a, b or c"],
    ['any_of("a", "b", "c", "d", "e")', "contains any of a, b or 3 more"],
    ["rank == 3", "rank 3"],
    ["3 <= rank <= 5", "rank 3 to 5"],
    ["(3 <= rank <= 5)", "rank 3 to 5"],
    ["rank >= 3", "rank ≥ 3"],
    ["3 < rank", "rank > 3"],
    ['0.5 <= score("accuracy/A") < 0.75', "accuracy/A 0.5 to below 0.75"],
    ['score("a ""b""") > -1.5', 'a "b" > −1.5'],
    ['evaluated("r2/held-out")', "evaluated: r2/held-out"],
    ['declared("m", "l")', "declared: m and l"],
    ['not declared("m")', "measured: m"],
    ['better_than("m", 0.6)', "m better than 0.6"],
    ['(not evaluated("m") or declared("m"))', "not measured: m"],
    ['rank == 2 and (not evaluated("m") or declared("m"))', "rank 2, not measured: m"],
    ['distance("a+b") <= 2', "distance from a+b ≤ 2"],
    ['among("~01", "~02")', "2 chosen sets"],
    ['between("S", "T")', "between S and T"],
    ['2 <= rank <= 4 and 0.1 <= score("m") <= 0.2', "rank 2 to 4, m 0.1 to 0.2"],
    ['(rank >= 2) and (contains("x and y"))', "rank ≥ 2, contains x and y"],
  ])("%s: %s", (predicate, words) => {
    expect(inWords(predicate)).toBe(words);
  });

  it.each([
    'contains("a") or rank > 3',
    '(not evaluated("m") or declared("l"))',
    'not evaluated("m") or declared("m") and rank > 3',
    'score("a") < score("b")',
    'not declared("a", "b")',
    "rank >",
    "((rank > 3)",
    'not (rank > 3 and contains("a"))',
    'contains("never closed',
    "",
    "(".repeat(50),
  ])("leaves %s as it is", (predicate) => {
    expect(inWords(predicate)).toBe(predicate);
  });

  it("quotes names so that they are read as written", () => {
    expect(quote('say "hi"')).toBe('"say ""hi"""');
    expect(inWords(contains('say "hi"'))).toBe('contains say "hi"');
    expect(inWords(lacks("<b>"))).toBe("without <b>");
  });

  it("says a range with as few signs as it needs", () => {
    expect(within("rank", 2, 2)).toBe("rank == 2");
    expect(within("rank", null, 4)).toBe("rank <= 4");
    expect(within("rank", 0, null)).toBe("rank >= 0");
    expect(within("rank", 1, 3)).toBe("1 <= rank <= 3");
    expect(within("rank", null, null)).toBeNull();
  });
});

describe("a text in the search box", () => {
  it.each([
    "rank >= 3",
    "3 < rank",
    'contains("a")',
    'not owner( "Ada" )',
    'score("m") = 1',
    "COST<5",
    'declared("m")',
  ])("%s is a predicate", (text) => expect(readsAsPredicate(text)).toBe(true));
  it.each(["ABD", "^B", "books+science", "accuracy/A", "rank", "scores", "containsfoo"])(
    "%s is a name",
    (text) => expect(readsAsPredicate(text)).toBe(false),
  );

  it("finds what begins with it first, and says how many more there are", () => {
    const names = ["xab", "abc", "ABx", "zz", "ab"];
    expect(matching(names, (name) => [name], "ab", 2)).toEqual({ items: ["ab", "abc"], more: 2 });
    expect(matching(names, (name) => [name], " ", 2)).toEqual({ items: [], more: 0 });
  });

  it("never lists all of 5,000 objects", () => {
    const objects = Array.from({ length: 5_000 }, (_, i) => object(`o${i}`));
    const found = objectSuggestions(objects, "o", (name) => name);
    expect(found.items).toHaveLength(5);
    expect(found.more).toBe(4_995);
  });

  it("goes on with a set that is being written", () => {
    expect(unfinished("books+sc")).toEqual({ before: "books+", part: "sc" });
    const objects = [object("books"), object("science"), object("so,so")];
    const texts = (text: string) =>
      objectSuggestions(objects, text, (name) =>
        name.includes(",") ? quote(name) : name,
      ).items.map((item) => item.title);
    expect(texts("books+sc")).toEqual(["books+science"]);
    expect(texts("books+so")).toEqual(['books+"so,so"']);
    expect(texts("books+science")).toEqual([]);
    expect(texts("books")).toEqual(["contains books", "without books"]);
  });

  it("offers measures that are not shown already", () => {
    const found = measureSuggestions([measure("acc/A"), measure("acc/B")], "acc", "acc/A");
    expect(found.items.map((item) => item.title)).toEqual(["acc/B"]);
  });
});

describe("measures", () => {
  it("stand in groups where there are several protocols or metrics", () => {
    const two = [measure("r2/x@linear", "linear"), measure("r2/y@linear", "linear")];
    const all = [...two, measure("r2/x@tree", "tree")];
    expect(grouped(all).map((group) => [group.title, group.measures.length])).toEqual([
      ["linear", 2],
      ["tree", 1],
    ]);
    expect(grouped(two)).toEqual([{ title: null, measures: two }]);
  });

  it("are narrowed by every word, and keep the chosen one", () => {
    const all = ["accuracy/news en", "accuracy/news de", "loss/web en"].map((name) =>
      measure(name),
    );
    const names = (text: string) => narrowed(all, text, "loss/web en").map((each) => each.name);
    expect(names("acc DE")).toEqual(["accuracy/news de", "loss/web en"]);
    expect(names("")).toHaveLength(3);
  });
});

describe("layouts and legend", () => {
  const few = { lattice: true, rows: true, measured: true, known: true };

  it("turn through those that can be had", () => {
    expect(nextLayout(layoutChoices(few), "density")).toBe("lattice");
    const many = layoutChoices({ ...few, lattice: false, rows: false });
    expect(nextLayout(many, "landscape")).toBe("density");
    expect(nextLayout(many, "density")).toBe("landscape");
    expect(many.filter((each) => each.why !== null).map((each) => each.name)).toEqual([
      "lattice",
      "rows",
    ]);
  });

  it("say what position means, and that a density counts", () => {
    const shown = { measure: measure("loss/x", "p", "lower"), color: null };
    const said = (layout: Parameters<typeof meanings>[0]["layout"]) =>
      meanings({ ...shown, layout }).map(({ of, text }) => `${of}: ${text}`);
    expect(said("landscape")).toContain("Up: loss/x; lower is better");
    expect(said("density").join()).toContain("how many sets");
    expect(said("lattice").join()).toContain("Parallel lines");
  });

  it("leads the ramp from the worst to the best", () => {
    expect(rampEnds([1, 3], true)).toMatchObject({ left: 1, right: 3 });
    expect(rampEnds([1, 3], false)).toMatchObject({ left: 3, right: 1 });
  });
});

function object(name: string): DataObject {
  return { name, label: null } as DataObject;
}

function measure(name: string, protocol = "p", direction = "higher"): Measure {
  return {
    name,
    metric: { name: name.split("/")[0], direction, unit: null },
    evaluation_set: { name: name.split("/")[1], label: null },
    protocol: { name: protocol },
  } as Measure;
}
