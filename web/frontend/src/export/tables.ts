/** Tables as CSV and JSON, in parts, so that a million rows never are one text. */
import type { Table, Value } from "./types";

const ROWS_AT_ONCE = 10_000;
/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** The parts of a CSV file (RFC 4180); missing is empty, numbers have all their digits. */
export function* csvParts(table: Table): Generator<string> {
  yield line(table.columns);
  for (const rows of batches(table.rows)) yield rows.map(line).join("");
}

/** The parts of a JSON document: what the table is about, its columns, and rows as lists. */
export function* jsonParts(table: Table): Generator<string> {
  const about = JSON.stringify(table.about ?? {}).slice(1, -1);
  yield `{${about}${about && ","}"columns":${JSON.stringify(table.columns)},"rows":[\n`;
  let first = true;
  for (const rows of batches(table.rows)) {
    yield (first ? "" : ",\n") + rows.map((row) => JSON.stringify(row)).join(",\n");
    first = false;
  }
  yield "\n]}\n";
}

function line(values: readonly Value[]): string {
  return `${values.map(field).join(",")}\r\n`;
}

/** Text that looks like a formula gets an apostrophe before it, so that no spreadsheet runs it. */
export function field(value: Value): string {
  if (value === null) return "";
  if (typeof value !== "string") return `${value}`;
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function* batches<T>(rows: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < ROWS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
