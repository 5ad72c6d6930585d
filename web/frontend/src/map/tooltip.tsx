/** What is known of the set under the pointer, where it covers the fewest of its moves. */
import { cellText } from "../scales";
import { sets } from "../state/answers";
import { positionsOf, stepsFrom } from "../subsets";
import type { Frame, SceneData } from "./scene";
import type { CameraLike } from "./types";
import { quietCorner } from "./utils";

const GAP = 18;
export function Tooltip(props: {
  data: SceneData | null;
  frame: Frame | null;
  camera: CameraLike;
  row: number;
}) {
  const { data, frame, camera, row } = props;
  const columns = sets.value?.columns;
  if (!data || !frame || !columns || row < 0) return null;
  const x = (frame.layout.x[row] ?? 0) * camera.k + camera.x;
  const y = (frame.layout.y[row] ?? 0) * camera.k + camera.y;
  const mean = columns.means[row] ?? null;
  const cell =
    mean === null
      ? null
      : {
          mean,
          standard_error: columns.standard_errors[row] ?? null,
          replicates: columns.replicates[row] ?? 0,
          origin: columns.declared[row] ? ("declared" as const) : ("measured" as const),
        };
  const members = positionsOf(data.table, row);
  const neighbors = stepsFrom(data.table, row).map((step) => ({
    x: (frame.layout.x[step.row] ?? 0) * camera.k + camera.x - x,
    y: (frame.layout.y[step.row] ?? 0) * camera.k + camera.y - y,
  }));
  const { left, top } = quietCorner(neighbors, { x, y }, frame.size);
  return (
    <div
      class="tooltip"
      role="tooltip"
      data-testid="map-tooltip"
      style={{
        left: left ? "auto" : `${x + GAP}px`,
        right: left ? `${frame.size.width - x + GAP}px` : "auto",
        top: top ? "auto" : `${y + GAP}px`,
        bottom: top ? `${frame.size.height - y + GAP}px` : "auto",
      }}
    >
      <strong>{data.nameOf(row)}</strong>
      <span>
        {members.length} of {data.table.n} objects
      </span>
      <span>{cell ? cellText(cell) : `no score under ${data.measure?.name ?? "any measure"}`}</span>
    </div>
  );
}
