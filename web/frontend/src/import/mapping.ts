/**
 * The mapping as TOML text, and changes to it: pure. A change keeps what else the text says,
 * comments included, wherever the result can be shown to mean the same.
 */
import { parse, stringify } from "smol-toml";

export type Content = Record<string, unknown>;

/** An entry of `[[metrics]]`. */
export interface MetricEntry {
  readonly name?: string;
  readonly direction?: string;
}

/** The content of a text, or why it is no TOML. */
export interface ReadMapping {
  readonly content: Content | null;
  readonly complaint: string;
}

export function readMapping(text: string): ReadMapping {
  try {
    return { content: parse(text), complaint: "" };
  } catch (error) {
    const said = error instanceof Error ? error.message : "";
    return { content: null, complaint: said.replace("Invalid TOML document: ", "").trim() };
  }
}

/** The text under a key, as a form shows it; blank where there is none. */
export function textAt(content: Content | null, table: string | null, key: string): string {
  const within = table === null ? content : content?.[table];
  const value = isTable(within) ? within[key] : undefined;
  return typeof value === "string" ? value : "";
}

export function metricsOf(content: Content | null): MetricEntry[] {
  const entries = content?.metrics;
  return Array.isArray(entries) ? entries.filter(isTable) : [];
}

/** The text with a key of a table (null: of the top level) set, or taken away. */
export function withValue(
  text: string,
  table: string | null,
  key: string,
  value: unknown | undefined,
): string {
  const before = parse(text);
  const within = table === null ? before : isTable(before[table]) ? before[table] : {};
  const changed = { ...within, [key]: value };
  if (value === undefined) delete changed[key];
  const wanted: Content = table === null ? changed : { ...before, [table]: changed };
  if (table !== null && Object.keys(changed).length === 0) delete wanted[table];
  const line = value === undefined ? null : stringify({ [key]: value }).trim();
  return settled(wanted, [lineChanged(text, table, key, line), tableDropped(text, table, wanted)]);
}

/** The text with one entry of `[[metrics]]` in place of another; new names come last. */
export function withMetric(text: string, place: number, entry: MetricEntry): string {
  const before = parse(text);
  const entries = metricsOf(before);
  const filled = Object.fromEntries(Object.entries(entry).filter(([, value]) => value));
  const metrics = [...entries.slice(0, place), filled, ...entries.slice(place + 1)].filter(
    (each) => Object.keys(each).length > 0,
  );
  if (metrics.length === 0) return withValue(text, null, "metrics", undefined);
  return settled({ ...before, metrics }, [appended(text, stringify({ metrics: [filled] }))]);
}

/** The text with more lines of mapping, which win where both say something. */
export function withLines(text: string, lines: string): string {
  const news = parse(lines);
  const wanted = merged(parse(text), news);
  let changed = text;
  for (const [name, value] of Object.entries(news)) {
    if (!isTable(value)) continue;
    for (const [key, each] of Object.entries(value)) changed = withValue(changed, name, key, each);
  }
  return settled(wanted, [changed, appended(text, lines)]);
}

/** A manifest as a mapping of files that were chosen by hand. */
export function withoutFiles(text: string): string {
  return readMapping(text).content?.files === undefined
    ? text
    : withValue(text, null, "files", undefined);
}

// ---------------------------------------------------------------- inside

/** The first text that means what is wanted, or else one written anew. */
function settled(wanted: Content, candidates: readonly string[]): string {
  const meaning = canonical(wanted);
  const found = candidates.find((each) => {
    const { content } = readMapping(each);
    return content !== null && canonical(content) === meaning;
  });
  return (found ?? stringify(wanted)).replace(/^\n+/, "");
}

/** One text for one meaning: keys in order, numbers as texts since JSON has no infinity. */
function canonical(content: unknown): string {
  return JSON.stringify(content, (_, value: unknown) => {
    if (typeof value === "number" || typeof value === "bigint") return `number ${value}`;
    if (!isTable(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** The text with a line changed, added or taken away within its table. */
function lineChanged(text: string, table: string | null, key: string, line: string | null): string {
  const lines = text.split("\n");
  const isHeader = (each: string) => /^\s*\[/.test(each);
  const start = table === null ? 0 : lines.findIndex((each) => each.trim() === `[${table}]`) + 1;
  if (table !== null && start === 0) {
    return line === null ? text : appended(text, `[${table}]\n${line}`);
  }
  const next = lines.findIndex((each, place) => place >= start && isHeader(each));
  const end = next < 0 ? lines.length : next;
  const place = lines.findIndex(
    (each, at) => at >= start && at < end && each.split("=")[0]?.trim() === key,
  );
  if (place >= 0) {
    lines.splice(place, 1, ...(line === null ? [] : [line]));
  } else if (line !== null) {
    let last = end;
    while (last > start && lines[last - 1]?.trim() === "") last -= 1;
    lines.splice(last, 0, line, ...(last === end && end < lines.length ? [""] : []));
  }
  return lines.join("\n");
}

/** The text without the header of a table that is empty by now. */
function tableDropped(text: string, table: string | null, wanted: Content): string {
  if (table === null || wanted[table] !== undefined) return text;
  const lines = text.split("\n");
  const start = lines.findIndex((each) => each.trim() === `[${table}]`);
  const next = lines.findIndex((each, place) => place > start && /^\s*\[/.test(each));
  const kept = [...lines.slice(0, Math.max(0, start)), ...(next < 0 ? [] : lines.slice(next))];
  return kept.join("\n");
}

function appended(text: string, lines: string): string {
  return `${text.trimEnd()}\n\n${lines.trim()}\n`;
}

/** Tables within tables; entries of lists are told apart by their name or column. */
function merged(old: Content, news: Content): Content {
  const answer = { ...old };
  for (const [key, value] of Object.entries(news)) {
    const before = answer[key];
    if (isTable(before) && isTable(value)) answer[key] = merged(before, value);
    else if (areEntries(before) && areEntries(value)) answer[key] = mergedEntries(before, value);
    else answer[key] = value;
  }
  return answer;
}

function mergedEntries(old: readonly Content[], news: readonly Content[]): Content[] {
  const named = (entry: Content) => entry.name ?? entry.column;
  const entries = [...old];
  for (const entry of news) {
    const place = entries.findIndex((each) => named(each) === named(entry));
    if (place < 0) entries.push(entry);
    else entries[place] = { ...entries[place], ...entry };
  }
  return entries;
}

function isTable(value: unknown): value is Content {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

function areEntries(value: unknown): value is Content[] {
  return Array.isArray(value) && value.every(isTable);
}
