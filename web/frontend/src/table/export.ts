/** The table as a picture and as rows. */
import type { SetDetail } from "../api/types";
import { filterLine, latticeLine } from "../export/about";
import { everyItem, LARGEST_PAGE } from "../export/pages";
import { pictureOf } from "../export/picture";
import type { Extent, Picture, Value } from "../export/types";
import { rowExtents, setRow } from "../rows/written";
import { currentDetail } from "../state/answers";
import { rowsUrl, tableRows } from "./answers";
import { amountColumns, amountsOf } from "./utils";

export async function tablePicture(): Promise<Picture | null> {
  return pictureOf([latticeLine(), filterLine()]);
}

export async function tableExtents(): Promise<readonly Extent[]> {
  const page = tableRows.head.peek().content;
  if (!page) return [];
  const objects = currentDetail.peek()?.objects ?? [];
  const amounts = amountColumns(objects);
  const row = ({ training_set: set, cells }: SetDetail): Value[] => {
    const sums = amountsOf(set.key, objects);
    const more = amounts.map((name) =>
      name === "owner" ? sums.owners.join(", ") || null : sums[name],
    );
    return setRow(set, cells, more);
  };
  return rowExtents({
    measures: page.measures,
    more: amounts,
    total: page.total,
    known: tableRows.known().map(([, each]) => row(each)),
    every: (task) =>
      everyItem<SetDetail, Value[]>((cursor) => rowsUrl(LARGEST_PAGE, cursor), row, task),
    graph: "The table shows no moves: the map, the paths and the page of a set export graphs.",
  });
}
