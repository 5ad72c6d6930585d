/** The comparison as a picture and as tables. */
import { aboutLattice, latticeLine } from "../export/about";
import { pictureOf } from "../export/picture";
import type { Extent, Picture } from "../export/types";
import { counted } from "../scales";
import { view } from "../state";
import { currentDetail } from "../state/answers";
import { comparison } from "../tray/questions";
import { orderedRows } from "./utils";
import { comparisonTable } from "./written";

const NO_GRAPH =
  "Compared sets need not be a move apart: the map, the paths and the page of a set export graphs.";

export async function comparePicture(): Promise<Picture | null> {
  const found = comparison.peek().content;
  const beside = found?.sets.map(({ training_set: { name } }) => name).join(", ");
  return pictureOf([latticeLine(), `${found?.baseline.training_set.name} beside ${beside}`]);
}

export async function compareExtents(): Promise<readonly Extent[]> {
  const found = comparison.peek().content;
  if (!found) return [];
  const { differences, order } = view.peek();
  const rows = orderedRows(found, currentDetail.peek()?.measures ?? [], order === "given");
  const differing = rows.filter((row) => row.differs);
  const about = {
    ...aboutLattice(),
    baseline: found.baseline.training_set.name,
    held_by_all: found.held.join("+") || null,
    meet: found.meet.training_set.name,
    join: found.join.training_set.name,
  };
  const sets = counted(found.sets.length + 1, "set");
  const extents: Extent[] = [
    {
      says: `${sets} under ${counted(rows.length, "measure")}, with differences from the baseline`,
      table: async () => comparisonTable(found, rows, about),
      graph: NO_GRAPH,
    },
  ];
  if (!differences || differing.length === rows.length) return extents;
  return [
    ...extents,
    {
      says: `Only the ${counted(differing.length, "measure")} with a difference, which are shown`,
      part: "differences",
      table: async () => comparisonTable(found, differing, about),
      graph: NO_GRAPH,
    },
  ];
}
