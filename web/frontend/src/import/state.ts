/** The state of the import page and all that it does: upload, check, import, undo. */
import { computed, signal } from "@preact/signals";
import { apiUrl, ask, Refusal, token } from "../api";
import type { ImportJob, UndoReport, Upload } from "../api/types";
import { lattices } from "../state/answers";
import { readMapping, withoutFiles } from "./mapping";
import type { Activity, Chosen, OnConflict } from "./types";
import { columnsOf, heard, isOver, isReady, linesOf, questionOf, sizeText } from "./utils";

const PAUSE = 300;
const BEGINNING = 64 * 1024;

// ---------------------------------------------------------------- what there is

export const files = signal<readonly Chosen[]>([]);

/** The mapping: the one place that says how the files are read. */
export const mapping = signal("");
export const onConflict = signal<OnConflict>("refuse");

export const activity = signal<Activity>(null);

/** The check or import that is under way. */
export const running = signal<ImportJob | null>(null);

/** The last one that is over. */
export const job = signal<ImportJob | null>(null);
export const refusal = signal<Refusal | null>(null);

/** What a screen reader says next. */
export const said = signal("");

/** What undoing would remove, until that is confirmed. */
export const planned = signal<readonly UndoReport[] | null>(null);
export const undone = signal<readonly UndoReport[] | null>(null);

const asked = computed(() => questionOf(files.value, mapping.value, onConflict.value, true));
const checked = signal("");

/** Whether the files, the mapping or the conflicts have changed since they were checked. */
export const isStale = computed(() => JSON.stringify(asked.value) !== checked.value);

export const canImport = computed(
  () => activity.value === null && !isStale.value && isReady(job.value),
);
export const isImported = computed(() => job.value?.status === "done" && !job.value.dry_run);

export const content = computed(() => readMapping(mapping.value));

/** What was understood, where it is a single result set. */
export const found = computed(() => {
  const all = job.value?.report?.imported ?? [];
  return all.length === 1 ? (all[0] ?? null) : null;
});

/** The same as a mapping. */
export const understood = computed(() => found.value?.mapping ?? "");

// ---------------------------------------------------------------- what is done

/** Take more files; a mapping among them is read here. Then check. */
export async function choose(added: readonly File[]): Promise<void> {
  if (added.length === 0) return;
  if (isImported.peek()) reset();
  await doing("uploading", async () => {
    for (const file of added) {
      if (file.name.toLowerCase().endsWith(".toml"))
        mapping.value = withoutFiles(await file.text());
      else await upload(file);
    }
  });
  if (refusal.peek() === null && files.peek().length > 0) await check();
}

/** Leave a file out again. */
export async function leaveOut(id: string): Promise<void> {
  files.value = files.peek().filter((file) => file.id !== id);
  if (files.peek().length > 0) await check();
  else reset();
}

/** See what an import would do. */
export const check = () => run(true);

/** Import. */
export async function importFiles(): Promise<void> {
  await run(false);
  lattices.retry();
}

/** End what is running; nothing is changed then. */
export async function cancel(): Promise<void> {
  const id = running.peek()?.id;
  if (id !== undefined) await tell(["imports", id, "cancel"], {});
}

/** See what undoing the import would remove. */
export async function planUndo(): Promise<void> {
  await doing("undoing", async () => {
    planned.value = await undoAll(true);
  });
}

/** Undo the import. */
export async function undo(): Promise<void> {
  await doing("undoing", async () => {
    undone.value = await undoAll(false);
    planned.value = null;
    said.value = "The import is undone.";
  });
  lattices.retry();
}

/** Begin anew. */
export function reset(): void {
  files.value = [];
  mapping.value = "";
  onConflict.value = "refuse";
  job.value = refusal.value = planned.value = undone.value = null;
  said.value = checked.value = "";
}

/** Refuse something before the server is asked. */
export function complain(detail: string, hint: string): void {
  refusal.value = refused(detail, hint);
}

// ---------------------------------------------------------------- inside

function refused(detail: string, hint: string): Refusal {
  return new Refusal({ type: "/problems/file", title: "File", status: 400, detail, hint });
}

/** Do one thing at a time, and keep why it was refused. */
async function doing(what: Activity, work: () => Promise<void>): Promise<void> {
  activity.value = what;
  refusal.value = null;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refusal.value = error;
  } finally {
    activity.value = running.value = null;
  }
}

async function upload(file: File): Promise<void> {
  const largest = Number(token()?.dataset.largestUpload);
  if (file.size > largest) {
    throw refused(
      `${file.name} has ${sizeText(file.size)}; ${sizeText(largest)} can be uploaded.`,
      "Import it with lattice import.",
    );
  }
  said.value = `Uploading ${file.name}`;
  const beginning = await file
    .slice(0, BEGINNING)
    .text()
    .catch(() => {
      throw refused(
        `${file.name} cannot be read.`,
        "Choose the files of a folder, not the folder.",
      );
    });
  const kept = await ask<Upload>(apiUrl(["imports", "uploads"], { name: file.name }), undefined, {
    method: "POST",
    body: file,
    headers: writing("application/octet-stream"),
  });
  const others = files.peek().filter((each) => each.name !== kept.name);
  files.value = [...others, { ...kept, columns: columnsOf(beginning), lines: linesOf(beginning) }];
}

async function run(dryRun: boolean): Promise<void> {
  const question = asked.peek();
  await doing(dryRun ? "checking" : "importing", async () => {
    said.value = dryRun ? "Checking" : "Importing";
    let found = await tell<ImportJob>(["imports"], { ...question, dry_run: dryRun });
    while (!isOver(found)) {
      running.value = found;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      found = await ask<ImportJob>(apiUrl(["imports", found.id]));
    }
    job.value = found;
    checked.value = found.status === "done" ? JSON.stringify(question) : "";
    if (found.problem) throw new Refusal(found.problem);
    said.value = found.status === "done" ? heard(found) : "Cancelled; nothing was changed.";
  });
}

async function undoAll(dryRun: boolean): Promise<UndoReport[]> {
  const reports: UndoReport[] = [];
  for (const each of [...(job.peek()?.report?.imported ?? [])].reverse()) {
    if (each.result_set === null) continue;
    const path = ["lattices", each.lattice, "results", `#${each.result_set}`, "undo"];
    reports.push(await tell<UndoReport>(path, { dry_run: dryRun }));
  }
  return reports;
}

function tell<T>(path: readonly string[], body: object): Promise<T> {
  return ask<T>(apiUrl(path), undefined, {
    method: "POST",
    body: JSON.stringify(body),
    headers: writing("application/json"),
  });
}

function writing(type: string): Record<string, string> {
  return { "Content-Type": type, "X-Lattice-Token": token()?.content ?? "" };
}
