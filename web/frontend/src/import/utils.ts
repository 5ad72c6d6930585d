/** Pure helpers of the import page: the question that is asked, and answers in words. */
import type { ImportedResults, ImportJob, UndoReport } from "../api/types";
import { count, counted } from "../scales";
import { readMapping } from "./mapping";
import type { Chosen, OnConflict, Question } from "./types";

const MOST_NAMED = 30;
const MOST_LINES = 6;
const LONGEST_LINE = 500;
const DELIMITERS = [",", "\t", ";", "|"];

/**
 * What the server is asked. A mapping that only names the lattice leaves each file a result set of
 * its own, as the command line's `--into` does.
 */
export function questionOf(
  files: readonly Chosen[],
  mapping: string,
  on_conflict: OnConflict,
  dry_run: boolean,
): Question {
  const { content } = readMapping(mapping);
  const keys = Object.keys(content ?? {});
  const only = keys.length === 1 && typeof content?.lattice === "string" ? content.lattice : null;
  const says = content === null || keys.length > 0;
  return {
    uploads: files.map((file) => file.id),
    into: only,
    mapping: says && only === null ? mapping : "",
    on_conflict,
    dry_run,
  };
}

/** The names of the columns in a table's first line; none where it is no table. */
export function columnsOf(beginning: string): string[] {
  const line = beginning.replace(/^\uFEFF/, "").split(/\r?\n/, 1)[0] ?? "";
  const parts = DELIMITERS.map((each) => line.split(each)).sort((a, b) => b.length - a.length)[0];
  if (!parts || parts.length < 2 || parts.length > 1000 || /^\s*[{[]/.test(line)) return [];
  if (/\p{Cc}/u.test(line.replaceAll("\t", ""))) return [];
  return parts.map((each) => each.trim().replace(/^"(.*)"$/, "$1")).filter(Boolean);
}

/** The first lines of a text, to look at; none of what is no text. */
export function linesOf(beginning: string): string[] {
  const lines = beginning.split(/\r?\n/).slice(0, MOST_LINES);
  return /[\0\uFFFD]/.test(lines.join("")) ? [] : lines.map((line) => line.slice(0, LONGEST_LINE));
}

/** Whether what was checked can be imported, and brings anything. */
export function isReady(job: ImportJob | null): boolean {
  const found = job?.report?.imported ?? [];
  return (
    found.every((each) => each.refused_count + each.refused.length === 0) &&
    !isKnown(found) &&
    found.length > 0
  );
}

/** Whether all of it was imported before. */
export function isKnown(found: readonly ImportedResults[]): boolean {
  return found.length > 0 && found.every((each) => each.already_imported);
}

export function isOver(job: ImportJob): boolean {
  return job.status !== "waiting" && job.status !== "running";
}

/** How far an import is, in words. */
export function progressText(job: ImportJob): string {
  if (job.status === "waiting") return "waiting for another import";
  const parts = [job.stage];
  if (job.total > 0) parts.push(`${Math.floor((100 * job.done) / job.total)}%`);
  const left = job.rate ? (job.total - job.done) / job.rate : 0;
  if (left >= 1) parts.push(`about ${duration(left)} left`);
  return parts.join(", ");
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** A file's size for people. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return counted(bytes, "byte");
  const units = ["kB", "MB", "GB"];
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power - 1]}`;
}

/** One line of a report: what it is about, and what was found. */
export type Fact = readonly [name: string, said: string];

/** What was understood of one result set, line by line. */
export function factsOf(found: ImportedResults): Fact[] {
  const more = found.object_names.length - MOST_NAMED;
  const names = found.object_names.slice(0, MOST_NAMED).join(", ");
  const facts: Fact[] = [
    ["Understood", found.understood.join("; ")],
    [
      "Objects",
      `${count(found.object_names.length)}${fresh(found.objects)}: ${names}${
        more > 0 ? ` and ${count(more)} more` : ""
      }`,
    ],
    ["Training sets", `${count(found.read_sets)}${fresh(found.training_sets)}`],
    ["Moves", `${count(found.moves)} new`],
    ["Scores", count(found.evaluations)],
    ["Replicates", replicates(found)],
  ];
  if (found.conflicts > 0) {
    facts.push(["Conflicts", `${counted(found.conflicts, "score")} disagreed with stored ones`]);
  }
  return facts.filter(([, said]) => said !== "");
}

function fresh(number: number): string {
  return ` (${count(number)} new)`;
}

function replicates(found: ImportedResults): string {
  if (found.replicates === 0) return "none are labelled";
  return `${counted(found.replicates, "label")}, ${found.replicate_kind}`;
}

/** One sentence on a report, for those who hear it. */
export function heard(job: ImportJob): string {
  const found = job.report?.imported ?? [];
  const sum = (of: (each: ImportedResults) => number) =>
    found.reduce((all, each) => all + of(each), 0);
  if (isKnown(found)) return "These files were imported before.";
  return [
    `${job.dry_run ? "Checked" : "Imported"} ${counted(job.files.length, "file")}: ${counted(
      sum((each) => each.evaluations),
      "score",
    )} of ${counted(
      sum((each) => each.read_sets),
      "training set",
    )}`,
    ...[
      [sum((each) => each.refused_count), "row that cannot be read", "rows that cannot be read"],
      [sum((each) => each.questions.length), "open question", "open questions"],
    ]
      .filter(([number]) => number !== 0)
      .map(([number, one, many]) => `${number} ${number === 1 ? one : many}`),
  ].join("; ");
}

/** What undoing takes away, or took. */
export function undoText(reports: readonly UndoReport[]): string {
  const sum = (of: (each: UndoReport) => number) =>
    reports.reduce((all, each) => all + of(each), 0);
  const parts = [
    counted(
      sum((each) => each.evaluations),
      "score",
    ),
    counted(
      sum((each) => each.training_sets),
      "training set",
    ),
    counted(
      sum((each) => each.moves),
      "move",
    ),
    counted(
      sum((each) => each.measures.length),
      "measure",
    ),
  ];
  const revived = sum((each) => each.revived);
  const gone = reports.filter((each) => each.lattice_removed).map((each) => each.lattice);
  return [
    `${parts.join(", ")}.`,
    revived > 0 ? `${counted(revived, "score")} that they replaced count again.` : "",
    gone.length > 0 ? `Nothing else is in ${gone.join(", ")}: the lattice goes with it.` : "",
  ]
    .filter(Boolean)
    .join(" ");
}
