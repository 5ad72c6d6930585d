import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import {
  metricsOf,
  readMapping,
  textAt,
  withLines,
  withMetric,
  withoutFiles,
  withValue,
} from "./mapping";

const SAID = `# how the May runs are read
lattice = "mixes" # not the old one

[columns]
training_set = "mix"
ignore = [
    "run",
    "[x]",
]

[replicates]
kind = "shared"
`;

describe("a form field", () => {
  it("shows what the text says, and nothing where it says nothing", () => {
    const { content } = readMapping(SAID);
    expect(textAt(content, null, "lattice")).toBe("mixes");
    expect(textAt(content, "columns", "training_set")).toBe("mix");
    expect(textAt(content, "columns", "ignore")).toBe("");
    expect(textAt(content, "sets", "separator")).toBe("");
    expect(textAt(readMapping("lattice = ").content, null, "lattice")).toBe("");
  });

  it("changes its own line and leaves the others alone", () => {
    expect(withValue(SAID, "columns", "training_set", "subset")).toBe(
      SAID.replace('"mix"', '"subset"'),
    );
    expect(withValue(SAID, null, "format", "long")).toBe(
      SAID.replace("old one\n", 'old one\nformat = "long"\n'),
    );
    expect(withValue(SAID, "columns", "seed", "split")).toBe(
      SAID.replace("]\n\n[rep", ']\nseed = "split"\n\n[rep'),
    );
  });

  it("makes its table, and takes it away with its last key", () => {
    const more = withValue(SAID, "sets", "separator", "; ");
    expect(more).toBe(`${SAID}\n[sets]\nseparator = "; "\n`);
    expect(parse(withValue(more, "sets", "separator", undefined))).toEqual(parse(SAID));
    expect(withValue(SAID, "replicates", "kind", undefined)).not.toContain("[replicates]");
    expect(withValue('[sets]\nseparator = ";"', "sets", "separator", undefined)).toBe("");
  });

  it("writes into an empty text", () => {
    expect(withValue("", null, "lattice", "a")).toBe('lattice = "a"\n');
    expect(withValue("", "sets", "spelling", "names")).toBe('[sets]\nspelling = "names"\n');
  });

  it("means the same however the text is written", () => {
    for (const text of [
      'columns = { training_set = "mix" }',
      'columns.training_set = "mix"',
      '[ columns ]\n  "training_set" = "mix"',
      '[columns]\ntraining_set = """\nmix"""',
      '[columns]\nx = 1\n[columns.y]\ntraining_set = "no"',
    ]) {
      const before = parse(text) as { columns: object };
      expect(parse(withValue(text, "columns", "training_set", 'a "b"'))).toEqual({
        columns: { ...before.columns, training_set: 'a "b"' },
      });
    }
  });

  it("keeps what JSON has no word for", () => {
    const text = 'metrics = [{ name = "r2", direction = "higher", range = [-inf, 1.5] }]\n';
    const changed = withValue(text, null, "lattice", "a");
    expect(parse(changed)).toEqual({ ...parse(text), lattice: "a" });
    expect(changed).toContain("-inf");
  });
});

describe("a metric", () => {
  it("is added behind what is there", () => {
    const text = withMetric(SAID, 0, { name: "f1", direction: "higher" });
    expect(text).toBe(`${SAID}\n[[metrics]]\nname = "f1"\ndirection = "higher"\n`);
    const two = withMetric(text, 1, { name: "loss", direction: "lower" });
    expect(two.startsWith(text.trimEnd())).toBe(true);
    expect(metricsOf(parse(two)).map((each) => each.name)).toEqual(["f1", "loss"]);
  });

  it("is changed in its place, with all that it says besides", () => {
    const text =
      'metrics = [{ name = "f1", direction = "higher", range = [0, 1] }, { name = "b" }]';
    const [entry] = metricsOf(parse(text));
    const changed = metricsOf(parse(withMetric(text, 0, { ...entry, direction: "lower" })));
    expect(changed).toEqual([{ name: "f1", direction: "lower", range: [0, 1] }, { name: "b" }]);
  });

  it("goes when nothing is left of it", () => {
    const text = withMetric("", 0, { name: "f1" });
    expect(parse(text)).toEqual({ metrics: [{ name: "f1" }] });
    expect(withMetric(text, 0, { name: "" }).trim()).toBe("");
  });
});

describe("lines that settle a question", () => {
  it("go into the table that is there", () => {
    const text = withLines(SAID, '[replicates]\nkind = "independent"');
    expect(text).toBe(SAID.replace('"shared"', '"independent"'));
    expect(withLines(SAID, "[replicates]\nsorted = true")).toBe(`${SAID}sorted = true\n`);
  });

  it("are put behind where there is no such table", () => {
    expect(withLines(SAID, '[sets]\nseparator = "/"')).toBe(`${SAID}\n[sets]\nseparator = "/"\n`);
    expect(withLines("", '[sets]\nseparator = "/"')).toBe('[sets]\nseparator = "/"\n');
  });

  it("win over an entry of the same name, and keep the others", () => {
    const text = withLines(
      'metrics = [{ name = "a", direction = "higher", unit = "s" }, { name = "b" }]',
      '[[metrics]]\nname = "a"\ndirection = "lower"',
    );
    expect(parse(text)).toEqual({
      metrics: [{ name: "a", direction: "lower", unit: "s" }, { name: "b" }],
    });
  });

  it("may bring a comment along", () => {
    const text = withLines("", '[[evaluation_sets]]\nname = "..."  # once for each column');
    expect(text).toContain("# once for each column");
  });
});

describe("a text that is no TOML", () => {
  it("says where", () => {
    const { content, complaint } = readMapping('a = 1\nb = "');
    expect(content).toBeNull();
    expect(complaint).toContain("2:");
    expect(complaint).not.toContain("Invalid TOML document");
  });
});

describe("a manifest", () => {
  it("loses its list of files, since they are chosen by hand", () => {
    const text = 'title = "t"\nfiles = ["a*.csv"]\n\n[sets]\nspelling = "names"\n';
    expect(withoutFiles(text)).toBe(text.replace('files = ["a*.csv"]\n', ""));
    expect(withoutFiles(SAID)).toBe(SAID);
    expect(withoutFiles("files = [")).toBe("files = [");
  });
});
