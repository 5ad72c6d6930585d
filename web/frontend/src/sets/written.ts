/** What the page of a set tells, as rows and graphs: pure, so that tests can read them. */
import type {
  ColumnMove,
  GroupValue,
  MissingNeighbor,
  Neighbor,
  Neighborhood,
  SetDetail,
  Square,
} from "../api/types";
import {
  cellColumns,
  cellValues,
  contrastValues,
  deltaAttributes,
  deltaColumns,
  deltaValues,
  nodeAttributes,
  SET_COLUMNS,
  setValues,
} from "../export/cells";
import type { Attributes, Graph, Table, Value } from "../export/types";

type About = Readonly<Record<string, Value>>;

/** Several objects in one field, as sets are spelled; none is empty. */
function listed(names: readonly string[]): string | null {
  return names.length > 0 ? names.join("+") : null;
}

/** One row per neighbor, the stored ones first; those that are not stored have no score. */
export function neighborsTable(
  neighbors: readonly Neighbor[],
  missing: readonly MissingNeighbor[],
  measure: string | null,
  about: About,
): Table {
  const scored = measure === null ? [] : [...cellColumns(measure), ...deltaColumns()];
  const row = (each: Neighbor | MissingNeighbor, stored: boolean): Value[] => {
    const own = [...setValues(each.training_set), stored, each.distance];
    const change = [listed(each.added), listed(each.removed)];
    const { cells, deltas } = "cells" in each ? each : { cells: [], deltas: [] };
    const score = measure === null ? [] : [...cellValues(cells[0]), ...deltaValues(deltas[0])];
    return [...own, ...change, ...score];
  };
  return {
    columns: [...SET_COLUMNS, "stored", "distance", "added", "removed", ...scored],
    about,
    rows: [...neighbors.map((each) => row(each, true)), ...missing.map((each) => row(each, false))],
  };
}

/** The star: the set, its neighbors, and how one comes from it to them. */
export function starGraph(
  center: Neighborhood,
  neighbors: readonly Neighbor[],
  missing: readonly MissingNeighbor[],
): Graph {
  const measure = center.measures[0] ?? null;
  const stored = (attributes: Attributes, is: boolean): Attributes => ({
    ...attributes,
    stored: is,
  });
  const source = center.training_set.name;
  return {
    nodes: [
      {
        id: source,
        attributes: stored(nodeAttributes(center.training_set, measure, center.cells[0]), true),
      },
      ...neighbors.map(({ training_set: set, cells }) => ({
        id: set.name,
        attributes: stored(nodeAttributes(set, measure, cells[0]), true),
      })),
      ...missing.map(({ training_set: set }) => ({
        id: set.name,
        attributes: stored(nodeAttributes(set, null, null), false),
      })),
    ],
    edges: [...neighbors, ...missing].map((each) => ({
      source,
      target: each.training_set.name,
      attributes: {
        kind: kindOf(each),
        added: listed(each.added),
        removed: listed(each.removed),
        distance: each.distance,
        ...deltaAttributes(measure, deltaOf(each)),
      },
    })),
  };
}

function deltaOf(each: Neighbor | MissingNeighbor) {
  return "deltas" in each ? each.deltas[0] : null;
}

function kindOf({ added, removed }: Neighbor | MissingNeighbor): string {
  if (removed.length === 0) return "add";
  return added.length === 0 ? "remove" : "swap";
}

/** One row per measure. */
export function scoresTable(detail: SetDetail, about: About): Table {
  return {
    columns: ["measure", "score", "standard_error", "replicates", "origin"],
    about,
    rows: detail.measures.map((name, place) => [name, ...cellValues(detail.cells[place])]),
  };
}

/** One row per group: what the set loses without it. */
export function groupsTable(items: readonly GroupValue[], about: About): Table {
  const names = ["value", "standard_error", "low", "high", "level", "effect"];
  return {
    columns: ["group", "objects", "without", "without_key", "stored", ...names],
    about,
    rows: items.map(({ group, removed, without, values }) => {
      const { training_set: set, stored } = without;
      return [group, listed(removed), set.name, set.key, stored, ...deltaValues(values[0])];
    }),
  };
}

/** One row per pair of objects: what two do together beyond what each does alone. */
export function pairsTable(squares: readonly Square[], about: About): Table {
  const scores = ["score", "score_without_first", "score_without_second", "score_without_both"];
  const names = ["interaction", "standard_error", "low", "high", "level", "reading"];
  return {
    columns: ["first", "second", ...names, ...scores],
    about,
    rows: squares.map(({ objects, corners, interactions, readings }) => [
      ...objects,
      ...contrastValues(interactions[0]),
      readings[0] ?? null,
      ...corners.map(({ cells }) => cells[0]?.mean ?? null),
    ]),
  };
}

/** One row per object that an evaluation set can have more. */
export function columnsTable(items: readonly ColumnMove[], about: About): Table {
  return {
    columns: [
      ...["object", "trained_on"],
      ...["before", "score_before", "standard_error_before", "replicates_before", "origin_before"],
      ...["after", "score_after", "standard_error_after", "replicates_after", "origin_after"],
      ...deltaColumns(),
    ],
    about,
    rows: items.map(({ object, trained_on, before, after, cell_before, cell_after, delta }) => [
      ...[object, trained_on, before],
      ...cellValues(cell_before),
      after,
      ...cellValues(cell_after),
      ...deltaValues(delta),
    ]),
  };
}
