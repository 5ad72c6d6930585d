/** The set's score under every measure, on one scale per metric. */
import type { Cell, Measure, SetDetail } from "../api/types";
import { cellText, count, extentOf, number } from "../scales";
import { go } from "../state";
import { currentDetail, measure } from "../state/answers";
import { Awaited } from "../ui";
import { scores } from "./questions";
import { placeOn } from "./utils";

export function Scores() {
  return (
    <Awaited resource={scores.value} retry={scores.retry} what="its scores">
      {(content) => <Table content={content} />}
    </Awaited>
  );
}

function Table({ content }: { content: SetDetail }) {
  const measures = currentDetail.value?.measures ?? [];
  const scales = scalesOf(measures, content.cells);
  return (
    <div class="scroll">
      <table class="plain scores" data-testid="scores">
        <thead>
          <tr>
            <th scope="col">measure</th>
            <th scope="col">
              <span class="hidden">place on the metric's scale</span>
            </th>
            <th scope="col" class="figure">
              score
            </th>
            <th scope="col" class="figure">
              ± error
            </th>
            <th scope="col" class="figure">
              replicates
            </th>
          </tr>
        </thead>
        <tbody>
          {measures.map((each, index) => (
            <tr key={each.name} class={each.name === measure.value?.name ? "chosen" : ""}>
              <th scope="row">
                <button
                  type="button"
                  class="link"
                  title={`${each.metric.direction} is better, protocol ${each.protocol.name}`}
                  onClick={() => go({ measure: each.name })}
                >
                  {each.name}
                </button>
              </th>
              <td>
                <Dot cell={content.cells[index] ?? null} scale={scales.get(each.metric.name)} />
              </td>
              <Figures cell={content.cells[index] ?? null} />
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">
        {[...scales]
          .map(([name, [low, high]]) => `${name} from ${number(low)} to ${number(high)}`)
          .join("; ")}
        . ± is one standard error, drawn to each side of the dot; of one replicate it is unknown.
      </p>
    </div>
  );
}

function Figures({ cell }: { cell: Cell | null }) {
  if (!cell) return <td colSpan={3}>no score</td>;
  const { mean, standard_error: error, replicates, origin } = cell;
  if (origin === "declared") return <td colSpan={3}>{cellText(cell)}</td>;
  return (
    <>
      <td class="figure">{number(mean)}</td>
      <td class="figure">{error === null ? "unknown" : `± ${number(error)}`}</td>
      <td class="figure">{count(replicates)}</td>
    </>
  );
}

/** Per metric its declared range, or the range of the scores where it has none. */
function scalesOf(measures: readonly Measure[], cells: readonly (Cell | null)[]) {
  const scales = new Map<string, readonly [number, number]>();
  for (const { metric } of measures) {
    const mine = cells.filter((_, index) => measures[index]?.metric.name === metric.name);
    const [low, high] = extentOf(mine.map((cell) => cell?.mean ?? null)) ?? [0, 1];
    const bounded = metric.low !== null && metric.high !== null;
    scales.set(metric.name, bounded ? [metric.low ?? 0, metric.high ?? 1] : [low, high]);
  }
  return scales;
}

function Dot(props: { cell: Cell | null; scale: readonly [number, number] | undefined }) {
  const { cell, scale } = props;
  if (!cell || !scale) return null;
  const x = placeOn(scale, cell.mean);
  const error = cell.standard_error ?? 0;
  return (
    <svg class={`dot ${cell.origin}`} viewBox="-3 0 106 14" aria-hidden="true">
      <line class="scale" x1="0" x2="100" y1="7" y2="7" />
      {cell.standard_error !== null && (
        <line
          class="error"
          x1={placeOn(scale, cell.mean - error)}
          x2={placeOn(scale, cell.mean + error)}
          y1="7"
          y2="7"
        />
      )}
      <circle cx={x} cy="7" r="3" />
    </svg>
  );
}
