/** The page of a set as a picture, tables and a graph. */
import type { ColumnMove, GroupValue, Nearest, Neighborhood, Square } from "../api/types";
import { aboutLattice, allOf, latticeLine, measureLine } from "../export/about";
import { cellColumns, cellValues, SET_COLUMNS, setValues } from "../export/cells";
import { everyItem, everyPage, LARGEST_PAGE } from "../export/pages";
import { pictureOf } from "../export/picture";
import type { Extent, Picture, Task, Value } from "../export/types";
import { count, counted } from "../scales";
import { latticeUrl } from "../state/answers";
import * as asked from "./questions";
import { withWorst } from "./utils";
import {
  columnsTable,
  groupsTable,
  neighborsTable,
  pairsTable,
  scoresTable,
  starGraph,
} from "./written";

const NO_GRAPH = "These numbers are no graph: the sets around it are, chosen above.";

export async function setPicture(): Promise<Picture | null> {
  return pictureOf([latticeLine(), measureLine()]);
}

export async function setExtents(): Promise<readonly Extent[]> {
  const near = asked.nearest.peek().content;
  if (asked.absent.peek()) return near ? [nearestExtent(near)] : [];
  const content = asked.chosen.value.content;
  if (!content) return [];
  return [
    ...aroundExtents(content),
    ...scoreExtents(),
    ...groupExtents(content),
    ...pairExtents(content),
    ...columnExtents(),
  ];
}

function about(of: Neighborhood, more: Record<string, Value> = {}) {
  return {
    ...aboutLattice(),
    measure: of.measures[0] ?? null,
    set: of.training_set.name,
    score: of.cells[0]?.mean ?? null,
    ...more,
  };
}

// ---------------------------------------------------------------- the sets around it

function aroundExtents(content: Neighborhood): Extent[] {
  const { neighbors, missing, total, missing_total: absent, radius, next } = content;
  const more = asked.missing.peek().content;
  const fits = more?.training_set.key === content.training_set.key && more.radius === radius;
  const hollow = fits ? more.missing : missing;
  const far = radius === 1 ? "one move away" : `up to ${radius} moves away`;
  const numbers = { radius, moves: content.moves.join(", "), stored: total, not_stored: absent };
  const extent = (read: (task: Task) => Promise<Neighborhood["neighbors"]>) => ({
    table: async (task: Task) =>
      neighborsTable(
        await read(task),
        hollow,
        content.measures[0] ?? null,
        about(content, numbers),
      ),
    graph: async (task: Task) => starGraph(content, await read(task), hollow),
  });
  const all = `${allOf(total, "stored set")} ${far}${notStored(hollow.length, absent)}`;
  if (next === null) return [{ says: all, part: "around", ...extent(async () => neighbors) }];
  const drawn = withWorst(content);
  return [
    { says: all, part: "around", ...extent((task) => everyNeighbor(task)) },
    {
      says: `The ${counted(drawn.length, "stored set")} that the star draws from`,
      part: "drawn",
      ...extent(async () => drawn),
    },
  ];
}

function notStored(known: number, all: number | null): string {
  if (all === 0) return "";
  if (known === all) return `, and ${count(all)} not stored`;
  return `, and the first ${count(known)} of ${all === null ? "more than 2^53" : count(all)} not stored`;
}

async function everyNeighbor(task: Task): Promise<Neighborhood["neighbors"]> {
  const read = ({ neighbors, total }: Neighborhood) => ({ rows: neighbors.length, total });
  const pages = await everyPage<Neighborhood>(asked.pageUrl, read, task);
  return pages.flatMap(({ neighbors }) => neighbors);
}

// ---------------------------------------------------------------- open sections

function scoreExtents(): Extent[] {
  const found = asked.scores.peek().content;
  if (!found) return [];
  const said = { ...aboutLattice(), set: found.training_set.name };
  return [
    {
      says: `Its scores under ${counted(found.measures.length, "measure")}`,
      part: "scores",
      table: async () => scoresTable(found, said),
      graph: NO_GRAPH,
    },
  ];
}

function groupExtents(around: Neighborhood): Extent[] {
  const found = asked.groups.peek().content;
  if (!found) return [];
  const every = (task: Task) =>
    found.items.length === found.total
      ? Promise.resolve(found.items)
      : everyItem<GroupValue, GroupValue>(asked.groupsUrl, (item) => item, task);
  return [
    {
      says: `What it loses without each of ${counted(found.total, "group")}`,
      part: "groups",
      table: async (task) => groupsTable(await every(task), about(around)),
      graph: NO_GRAPH,
    },
  ];
}

function pairExtents(around: Neighborhood): Extent[] {
  const first = asked.complements.peek().content;
  if (!first) return [];
  const last = asked.substitutes.peek().content;
  const tail = last?.training_set.key === first.training_set.key ? last.items : [];
  const shown = [...first.items, ...tail];
  const urlOf = (cursor: number) =>
    latticeUrl(["squares"], {
      set: first.training_set.key,
      measure: first.measures[0],
      sort: first.sort,
      limit: LARGEST_PAGE,
      cursor,
    });
  const every = async (task: Task) =>
    shown.length === first.total
      ? shown
      : everyItem<Square, Square>(urlOf, (square) => square, task);
  const extents: Extent[] = [
    {
      says: `${allOf(first.total, "pair")} of its objects`,
      part: "pairs",
      table: async (task) => pairsTable(await every(task), about(around)),
      graph: NO_GRAPH,
    },
  ];
  if (shown.length === first.total) return extents;
  return [
    ...extents,
    {
      says: `The ${counted(shown.length, "pair")} that are shown`,
      part: "pairs-shown",
      table: async () => pairsTable(shown, about(around)),
      graph: NO_GRAPH,
    },
  ];
}

function columnExtents(): Extent[] {
  const found = asked.columns.peek().content;
  if (!found || found.total === 0) return [];
  const urlOf = (cursor: number) =>
    latticeUrl(["columns"], { set: found.training_set.key, limit: LARGEST_PAGE, cursor });
  const every = async (task: Task) =>
    found.next === null
      ? found.items
      : everyItem<ColumnMove, ColumnMove>(urlOf, (item) => item, task);
  return [
    {
      says: `What one object more in the evaluation set changes: ${counted(found.total, "column")}`,
      part: "columns",
      table: async (task) =>
        columnsTable(await every(task), { ...aboutLattice(), set: found.training_set.name }),
      graph: NO_GRAPH,
    },
  ];
}

// ---------------------------------------------------------------- a set that is not stored

function nearestExtent(near: Nearest): Extent {
  const measure = near.measures[0];
  return {
    says: `The ${counted(near.items.length, "stored set")} nearest to it`,
    part: "nearest",
    table: async () => ({
      columns: [
        ...SET_COLUMNS,
        ...["distance", "added", "removed"],
        ...(measure === undefined ? [] : cellColumns(measure)),
      ],
      about: { ...aboutLattice(), set: near.training_set.name, stored: near.stored },
      rows: near.items.map(({ training_set, distance, add, remove, cells }) => [
        ...setValues(training_set),
        ...[distance, add.join("+") || null, remove.join("+") || null],
        ...(measure === undefined ? [] : cellValues(cells[0])),
      ]),
    }),
    graph: "The set is not stored, so no move leads to it.",
  };
}
