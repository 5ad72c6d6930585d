/** What is known of the set under the pointer, where it covers the fewest of its moves. */
import type { Delta } from "../api/types";
import { cellText, deltaText, effectOf, isUnresolved, signed } from "../scales";
import { view } from "../state";
import { colorMeasure, measure, neighborhood } from "../state/answers";
import { positionsOf, type Step, stepsFrom } from "../subsets";
import type { Drawn } from "./drawn";
import { shortened } from "./primitives";
import type { Frame, SceneData } from "./scene";
import type { CameraLike } from "./types";
import { cellOf, quietCorner, strongest } from "./utils";

const GAP = 18;

export function Tooltip(props: {
  data: SceneData | null;
  shown: Drawn | null;
  frame: Frame | null;
  camera: CameraLike;
  row: number;
}) {
  const { data, shown, frame, camera, row } = props;
  if (!data || !frame || !shown || row < 0 || row >= data.table.keys.length) return null;
  const x = (frame.layout.x[row] ?? 0) * camera.k + camera.x;
  const y = (frame.layout.y[row] ?? 0) * camera.k + camera.y;
  const members = positionsOf(data.table, row);
  const steps = stepsFrom(data.table, row);
  const neighbors = steps.map((step) => ({
    x: (frame.layout.x[step.row] ?? 0) * camera.k + camera.x - x,
    y: (frame.layout.y[step.row] ?? 0) * camera.k + camera.y - y,
  }));
  const { left, top } = quietCorner(neighbors, { x, y }, frame.size);
  const chosen = data.measure;
  const coloring = colorMeasure.value;
  const cell = cellOf(shown.columns, row);
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
      <span>{cell ? cellText(cell) : `no score under ${chosen?.name ?? "any measure"}`}</span>
      {coloring && coloring.name !== chosen?.name && (
        <span data-testid="tooltip-color">
          {coloring.name}: {cellText(cellOf(shown.colors, row))}
        </span>
      )}
      <Strongest data={data} row={row} steps={steps} complete={isComplete(shown)} />
      {row >= data.inside && <em>{outsideBecause(shown)}</em>}
    </div>
  );
}

/** The add and the removal that change the score most; of the pinned set with their errors. */
function Strongest(props: {
  data: SceneData;
  row: number;
  steps: readonly Step[];
  complete: boolean;
}) {
  const { data, row, steps, complete } = props;
  const pinned = view.value.set === data.table.keys[row] ? neighborhood.value.content : null;
  const known = pinned && pinned.measures[0] === measure.value?.name ? pinned : null;
  const lines = [true, false].flatMap((adds) => {
    const sign = adds ? "+" : "−";
    if (known) {
      const found = known.neighbors
        .filter(({ move }) => move !== null && (move.kind === "add") === adds)
        .map((each) => ({ name: each.move?.object ?? "", delta: each.deltas[0] }))
        .filter((each): each is { name: string; delta: Delta } => each.delta?.value != null)
        .sort((a, b) => Math.abs(b.delta.value ?? 0) - Math.abs(a.delta.value ?? 0))[0];
      if (!found) return [];
      const { name, delta } = found;
      return [
        {
          text: `${sign}${shortened(name, 40)} ${deltaText(delta)}`,
          effect: delta.effect ?? "equal",
          pale: isUnresolved(delta),
        },
      ];
    }
    const found = strongest(data.scores, row, steps, adds);
    if (!found || !data.measure) return [];
    const name = data.objectNames[found.step.position] ?? "";
    return [
      {
        text: `${sign}${shortened(name, 40)} ${signed(found.change)}`,
        effect: effectOf(found.change, data.measure),
        pale: false,
      },
    ];
  });
  if (lines.length === 0) return null;
  return (
    <span class="strongest" data-testid="tooltip-strongest">
      {known || complete ? "strongest" : "strongest shown"}
      {lines.map(({ text, effect, pale }) => (
        <b key={text} class={`delta ${effect} ${pale ? "unresolved" : ""}`}>
          {text}
        </b>
      ))}
    </span>
  );
}

function isComplete({ columns }: Drawn): boolean {
  return columns.shown === columns.total && view.value.filters.length === 0;
}

function outsideBecause({ columns }: Drawn): string {
  return columns.shown < columns.total && view.value.filters.length === 0
    ? "not in the sample; shown because it is marked"
    : view.value.filters.length > 0
      ? "may not match the filters; shown because it is marked"
      : "shown because it is marked";
}
