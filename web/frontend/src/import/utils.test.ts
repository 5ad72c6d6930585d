import { describe, expect, it } from "vitest";
import type { ImportedResults, ImportJob, UndoReport } from "../api/types";
import type { Chosen } from "./types";
import {
  columnsOf,
  factsOf,
  heard,
  isReady,
  linesOf,
  progressText,
  questionOf,
  sizeText,
  undoText,
} from "./utils";

const FILE: Chosen = { id: "1f", name: "a.csv", size: 10, columns: [], lines: [] };

const FOUND: ImportedResults = {
  lattice: "mixes",
  name: "a",
  understood: ["wide table; 2 score columns"],
  already_imported: false,
  objects: 1,
  training_sets: 3,
  moves: 2,
  measures: 2,
  evaluations: 11,
  notes: [],
  result_set: 1,
  object_names: ["books", "science"],
  read_sets: 4,
  read_measures: [],
  replicates: 2,
  replicate_kind: "unlabelled",
  conflicts: 0,
  refused: [],
  refused_count: 0,
  questions: [],
  mapping: "",
};

const JOB: ImportJob = {
  id: "0",
  dry_run: true,
  files: ["a.csv"],
  status: "done",
  stage: "reading a.csv",
  done: 0,
  total: 0,
  rate: null,
  report: { dry_run: true, imported: [FOUND] },
  problem: null,
};

const UNDONE: UndoReport = {
  dry_run: true,
  lattice: "mixes",
  result_set: { id: 1, name: "a" },
  evaluations: 11,
  revived: 0,
  superseded: 0,
  training_sets: 3,
  moves: 2,
  measures: ["acc/x"],
  objects: [],
  forgotten: [],
  lattice_removed: false,
};

describe("the question", () => {
  const ask = (mapping: string) => {
    const { into, mapping: sent } = questionOf([FILE], mapping, "keep", true);
    return [into, sent];
  };

  it("leaves everything to detection while nothing is said", () => {
    expect(ask("")).toEqual([null, ""]);
    expect(ask("# nothing yet\n")).toEqual([null, ""]);
  });

  it("names the lattice alone as `into`, so that files stay result sets of their own", () => {
    expect(ask('lattice = "b"\n')).toEqual(["b", ""]);
  });

  it("sends the mapping as soon as it says more", () => {
    const text = 'lattice = "b"\nformat = "long"\n';
    expect(ask(text)).toEqual([null, text]);
  });

  it("sends what is no TOML too, so that the server says what is wrong", () => {
    expect(ask("lattice = ")).toEqual([null, "lattice = "]);
    expect(ask("lattice = 3")).toEqual([null, "lattice = 3"]);
  });

  it("carries files, conflicts and whether it is a dry run", () => {
    expect(questionOf([FILE], "", "keep", false)).toMatchObject({
      uploads: ["1f"],
      on_conflict: "keep",
      dry_run: false,
    });
  });
});

describe("the columns of a table", () => {
  it("are those of its first line", () => {
    expect(columnsOf('\uFEFFmix,"acc/x",seed\r\nA,1,2')).toEqual(["mix", "acc/x", "seed"]);
    expect(columnsOf("mix\tacc, of x\tn\n")).toEqual(["mix", "acc, of x", "n"]);
  });

  it("are none where it is no table", () => {
    for (const text of ["", "one column\n1", '{"a": 1, "b": 2}', "PK\u0003\u0004,a,b"]) {
      expect(columnsOf(text)).toEqual([]);
    }
  });
});

describe("the first lines", () => {
  it("are shown of texts only, and not without end", () => {
    expect(linesOf("a,b\r\n1,2\n")).toEqual(["a,b", "1,2", ""]);
    expect(linesOf("x\n".repeat(100))).toHaveLength(6);
    expect(linesOf("x".repeat(9_999))[0]).toHaveLength(500);
    expect(linesOf("PK\u0000\u0001")).toEqual([]);
  });
});

describe("a check", () => {
  it("lets import when every row can be read", () => {
    expect(isReady(JOB)).toBe(true);
    expect(isReady(null)).toBe(false);
    expect(isReady({ ...JOB, report: null })).toBe(false);
    const known = { ...FOUND, already_imported: true };
    expect(isReady({ ...JOB, report: { dry_run: true, imported: [known] } })).toBe(false);
    expect(isReady({ ...JOB, report: { dry_run: true, imported: [known, FOUND] } })).toBe(true);
    const refused = { ...FOUND, refused: ["a.csv, line 3: no number"] };
    expect(isReady({ ...JOB, report: { dry_run: true, imported: [FOUND, refused] } })).toBe(false);
  });

  it("is heard in one sentence", () => {
    expect(heard(JOB)).toBe("Checked 1 file: 11 scores of 4 training sets");
    const open = {
      ...FOUND,
      refused: ["x"],
      refused_count: 41,
      questions: [{ what: "a", say: "b" }],
    };
    const job = { ...JOB, dry_run: false, report: { dry_run: false, imported: [FOUND, open] } };
    expect(heard(job)).toBe(
      "Imported 1 file: 22 scores of 8 training sets; 41 rows that cannot be read; 1 open question",
    );
  });

  it("says what was understood, line by line", () => {
    expect(Object.fromEntries(factsOf(FOUND))).toEqual({
      Understood: "wide table; 2 score columns",
      Objects: "2 (1 new): books, science",
      "Training sets": "4 (3 new)",
      Moves: "2 new",
      Scores: "11",
      Replicates: "2 labels, unlabelled",
    });
    const many = { ...FOUND, object_names: Array.from({ length: 33 }, (_, each) => `o${each}`) };
    expect(factsOf(many)[1]?.[1]).toContain("o29 and 3 more");
  });
});

describe("progress", () => {
  it("is a share, and the time that is left once there is a rate", () => {
    const running: ImportJob = { ...JOB, status: "running", done: 25, total: 100 };
    expect(progressText(running)).toBe("reading a.csv, 25%");
    expect(progressText({ ...running, rate: 5 })).toBe("reading a.csv, 25%, about 15 s left");
    expect(progressText({ ...running, rate: 0.1 })).toBe("reading a.csv, 25%, about 13 min left");
    expect(progressText({ ...running, total: 0 })).toBe("reading a.csv");
    expect(progressText({ ...running, status: "waiting" })).toBe("waiting for another import");
  });
});

describe("an undo", () => {
  it("says what goes, what comes back, and when the lattice goes", () => {
    expect(undoText([UNDONE])).toBe("11 scores, 3 training sets, 2 moves, 1 measure.");
    expect(undoText([UNDONE, { ...UNDONE, revived: 1, lattice_removed: true }])).toBe(
      "22 scores, 6 training sets, 4 moves, 2 measures." +
        " 1 score that they replaced count again." +
        " Nothing else is in mixes: the lattice goes with it.",
    );
  });
});

describe("a size", () => {
  it("is rounded to what people read", () => {
    expect([0, 1, 999, 1234, 268435456, 3e12].map(sizeText)).toEqual([
      "0 bytes",
      "1 byte",
      "999 bytes",
      "1.23 kB",
      "268 MB",
      "3000 GB",
    ]);
  });
});
