/** The grid, or its leave-one-out pairs, as a picture, as rows and as a graph. */
import type { Grid, Pair } from "../api/types";
import { aboutLattice, allOf, filterLine, latticeLine } from "../export/about";
import { everyItem, LARGEST_PAGE } from "../export/pages";
import { pictureOf } from "../export/picture";

import type { Extent, Layer, Picture, Task, Value } from "../export/types";
import { rowExtents, setRow } from "../rows/written";
import { count } from "../scales";
import { view } from "../state";
import { filter } from "../state/answers";
import { askedNames, columns, gridRows, rowsUrl } from "./answers";
import { drawnHeat } from "./heat";
import { pagesShown, pairs, pairsUrl, SIZE } from "./pairs";
import type { Row } from "./types";
import { inOrder } from "./utils";
import { pairsGraph, pairsTable } from "./written";

export async function gridPicture(): Promise<Picture | null> {
  return pictureOf([latticeLine(), filterLine()], (canvas): Layer[] | null => {
    const scene = canvas.dataset.testid === "grid-canvas" ? drawnHeat.peek() : null;
    return scene && [{ primitives: scene() }];
  });
}

export async function gridExtents(): Promise<readonly Extent[]> {
  return view.peek().without === null ? cellExtents() : pairExtents();
}

function cellExtents(): Extent[] {
  const page = gridRows.head.peek().content;
  const shown = columns.peek()?.columns;
  if (!page || !shown) return [];
  const row = ({ training_set: set, cells }: Row): Value[] =>
    setRow(
      set,
      shown.map(({ place }) => cells[place] ?? null),
    );
  const names = askedNames.peek();
  return rowExtents({
    measures: shown.map(({ measure }) => measure.name),
    total: page.total,
    known: gridRows.known().map(([, each]) => row(each)),
    every: (task) =>
      everyItem<Row, Value[]>(
        (cursor) => rowsUrl(LARGEST_PAGE, cursor),
        (each, of) => row(inOrder({ ...(of as Grid), items: [each] }, names)[0] ?? each),
        task,
      ),
    graph: "The grid shows no moves: the map, the paths and the page of a set export graphs.",
  });
}

function pairExtents(): Extent[] {
  const page = pairs.head.peek().content;
  if (!page) return [];
  const { object, total } = page;
  const names = page.measures.map(({ name }) => name);
  const about = {
    ...aboutLattice(),
    object,
    filter: filter.peek(),
    sort: page.sort,
    matching: total,
  };
  const extent = (read: (task: Task) => Promise<readonly Pair[]>) => ({
    table: async (task: Task) => pairsTable(await read(task), names, about),
    graph: async (task: Task) => pairsGraph(await read(task), object, names),
  });
  const seen = Math.min(total, pagesShown.peek() * SIZE);
  const shown = pairs.known().flatMap(([place, pair]) => (place < seen ? [pair] : []));
  const says = `${allOf(total, "pair")} of sets, with and without ${object}`;
  if (shown.length === total) return [{ says, ...extent(async () => shown) }];
  const urlOf = (cursor: number) => pairsUrl(LARGEST_PAGE, cursor);
  return [
    { says, ...extent((task) => everyItem<Pair, Pair>(urlOf, (pair) => pair, task)) },
    {
      says: `The ${count(shown.length)} of them that are shown`,
      part: "shown",
      ...extent(async () => shown),
    },
  ];
}
