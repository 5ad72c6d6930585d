/** Training sets and counts of the map as tables and graphs. */
import { askSubgraph, type PackedSubgraph } from "../api/packed";
import type { Histogram, Subgraph } from "../api/types";
import { count, counted } from "../scales";
import { view } from "../state";
import {
  drawsDensity,
  filter,
  histogram,
  latticeUrl,
  MOST_DRAWN,
  measure,
  objectNames,
  sets,
} from "../state/answers";
import { movesWithin, positionsOf, type SetTable, setTable, spell } from "../subsets";
import { everySetOf } from "./about";
import { everyPage } from "./pages";
import type { Extent, Graph, Table, Task, Value } from "./types";

export interface SetColumns {
  readonly table: SetTable;
  readonly columns: Subgraph;
}

/** What the map shows, as data: everything that matches, and what of it is drawn. */
export async function mapExtents(): Promise<readonly Extent[]> {
  const shown = sets.peek();
  const counts = histogram.peek().content;
  if (drawsDensity.peek() && counts) {
    const all = counted(counts.total, "training set");
    return [
      {
        says: `Counts of ${all} by rank and score`,
        part: "counts",
        table: async () => countsTable(counts),
      },
      every(counts.total),
    ];
  }
  if (!shown) return [];
  const { columns } = shown;
  const drawn = {
    table: async () => setsTable(shown, objectNames.peek()),
    graph: async () => setsGraph(shown, objectNames.peek()),
  };
  if (columns.shown === columns.total) return [{ says: everySetOf(columns.total), ...drawn }];
  const says = `The ${counted(columns.shown, "set")} that are drawn, sampled per rank`;
  return [every(columns.total), { says, part: "drawn", ...drawn }];
}

function every(total: number): Extent {
  const name = view.peek().lattice ?? "";
  const graph =
    total > MOST_DRAWN
      ? `A browser can hold a graph of up to ${count(MOST_DRAWN)} sets. For all of them: lattice export ${name} ${name}.graphml`
      : async (task: Task) => setsGraph(await everySet(task), objectNames.peek());
  return {
    says: everySetOf(total),
    table: async (task) => setsTable(await everySet(task), objectNames.peek()),
    graph,
  };
}

/** All sets that match, asked for part by part. */
async function everySet(task: Task): Promise<SetColumns> {
  const urlOf = (cursor: number) =>
    latticeUrl(["subgraph"], {
      measure: measure.peek()?.name,
      filter: filter.peek(),
      cursor,
    });
  const sizeOf = ({ shown, total }: Subgraph) => ({ rows: shown, total });
  const parts = await everyPage<PackedSubgraph>(urlOf, sizeOf, task, askSubgraph);
  const first = parts[0];
  if (!first) throw new Error("There is no training set.");
  const words = new Uint32Array(parts.reduce((sum, part) => sum + part.words.length, 0));
  let at = 0;
  for (const part of parts) {
    words.set(part.words, at);
    at += part.words.length;
  }
  const columns: Subgraph = {
    ...first,
    shown: parts.reduce((sum, part) => sum + part.shown, 0),
    keys: parts.flatMap((part) => part.keys),
    means: parts.flatMap((part) => part.means),
    standard_errors: parts.flatMap((part) => part.standard_errors),
    replicates: parts.flatMap((part) => part.replicates),
    declared: parts.flatMap((part) => part.declared),
  };
  return { columns, table: setTable(columns.keys, objectNames.peek().length, words) };
}

/** One row per set; the score's column is named by its measure. */
export function setsTable({ table, columns }: SetColumns, names: readonly string[]): Table {
  const { measure: score } = columns;
  const scored = score === null ? [] : [score, "standard_error", "replicates", "origin"];
  return {
    columns: ["training_set", "key", "rank", ...scored],
    about: about(columns),
    rows: rowsOf(table, (row) => {
      const positions = positionsOf(table, row);
      const own = [spell(names, positions), columns.keys[row] ?? "", positions.length];
      return score === null ? own : [...own, ...cellOf(columns, row)];
    }),
  };
}

function* rowsOf(table: SetTable, rowAt: (row: number) => readonly Value[]) {
  for (let row = 0; row < table.keys.length; row += 1) yield rowAt(row);
}

function cellOf(columns: Subgraph, row: number): Value[] {
  const mean = columns.means[row] ?? null;
  const origin = mean === null ? null : columns.declared[row] ? "declared" : "measured";
  return [mean, columns.standard_errors[row] ?? null, columns.replicates[row] ?? 0, origin];
}

/** Sets and the moves between them; the attributes are those of `lattice export` and two more. */
export function setsGraph({ table, columns }: SetColumns, names: readonly string[]): Graph {
  const nameOf = (row: number) => spell(names, positionsOf(table, row));
  const ids = table.keys.map((_, row) => nameOf(row));
  const score = columns.measure;
  const moves = movesWithin(table, Number.POSITIVE_INFINITY) ?? new Uint32Array(0);
  return {
    nodes: ids.map((id, row) => {
      const [mean = null, error = null, replicates = 0, origin = null] = cellOf(columns, row);
      const rank = positionsOf(table, row).length;
      const scored =
        score === null || mean === null
          ? {}
          : { [`score: ${score}`]: mean, [`standard error: ${score}`]: error, replicates, origin };
      return { id, attributes: { key: columns.keys[row] ?? "", rank, ...scored } };
    }),
    edges: Array.from({ length: moves.length / 2 }, (_, move) => {
      const [lower = 0, upper = 0] = [moves[2 * move], moves[2 * move + 1]];
      const [before, after] = [columns.means[lower] ?? null, columns.means[upper] ?? null];
      const held = new Set(positionsOf(table, lower));
      const added = positionsOf(table, upper).find((position) => !held.has(position)) ?? 0;
      const delta = before === null || after === null ? null : after - before;
      return {
        source: ids[lower] ?? "",
        target: ids[upper] ?? "",
        attributes: {
          object: names[added] ?? "",
          ...(score === null ? {} : { [`delta: ${score}`]: delta }),
        },
      };
    }),
  };
}

/** One row per rank and bin that holds sets; declared and missing scores have rows without bounds. */
export function countsTable(found: Histogram): Table {
  const rows: Value[][] = [];
  found.ranks.forEach((rank, place) => {
    found.counts[place]?.forEach((sets, bin) => {
      if (sets === 0) return;
      rows.push([rank, "measured", found.edges[bin] ?? null, found.edges[bin + 1] ?? null, sets]);
    });
    const declared = found.declared[place] ?? 0;
    if (declared > 0) rows.push([rank, "declared", null, null, declared]);
    const missing = found.missing[place] ?? 0;
    if (missing > 0) rows.push([rank, null, null, null, missing]);
  });
  return {
    columns: ["rank", "origin", `${found.measure} from`, `${found.measure} below`, "training_sets"],
    about: { ...about({ measure: found.measure, total: found.total, shown: found.total }) },
    rows,
  };
}

function about({ measure: score, total, shown }: Pick<Subgraph, "measure" | "total" | "shown">) {
  const { lattice } = view.peek();
  return { lattice, measure: score, filter: filter.peek(), matching: total, written: shown };
}
