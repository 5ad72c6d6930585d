/** Below the grid: which rows are seen, what the colors span, and what has no color. */
import { RowCount } from "../rows";
import { count, number } from "../scales";
import { go, view } from "../state";
import { currentDetail } from "../state/answers";
import { gridRows, columns as shownColumns } from "./answers";
import type { Column, Scale } from "./types";

const STEPS = 24;
const MOST_SCALES = 4;

export function Foot(props: { first: number; last: number; total: number }) {
  const found = shownColumns.value;
  const page = gridRows.head.value.content;
  if (!found || !page) return null;
  const refusal = gridRows.refusal.value;
  return (
    <footer class="grid-foot" data-picture>
      {refusal && (
        <p class="complaint" role="alert">
          {refusal.message} {refusal.hint}{" "}
          <button type="button" data-picture="none" onClick={gridRows.retry}>
            Try again
          </button>
        </p>
      )}
      <div class="line">
        <RowCount {...props} />
        <span class="spacer" />
        <Scales scales={found.scales} />
        <Marks columns={found.columns} />
        {found.columns.length > 1 && <SpanTool />}
      </div>
      <Notes notes={page.notes} columns={found.columns} />
    </footer>
  );
}

function Scales({ scales }: { scales: readonly Scale[] }) {
  const perColumn = view.value.scale === "column";
  const shown = perColumn ? [] : scales.slice(0, MOST_SCALES);
  const sample = scales[0];
  return (
    <span class="scales" data-testid="grid-scales">
      {perColumn && sample && <Ramp scale={sample} low="worst" high="best of each column" />}
      {shown.map((scale) => (
        <Ramp
          key={scale.name}
          scale={scale}
          title={`${scale.name}, ${scale.higher ? "higher" : "lower"} is better`}
          low={number(scale.higher ? scale.low : scale.high)}
          high={number(scale.higher ? scale.high : scale.low)}
        />
      ))}
      {!perColumn && scales.length > MOST_SCALES && (
        <span>and {count(scales.length - MOST_SCALES)} more metrics, each with its own colors</span>
      )}
    </span>
  );
}

/** Whether columns of a metric share their colors. */
function SpanTool() {
  return (
    <label class="tool" data-picture="none">
      <span>Colors span</span>
      <select
        data-testid="grid-scale"
        value={view.value.scale === "column" ? "column" : "metric"}
        onChange={({ currentTarget }) =>
          go({ scale: currentTarget.value === "column" ? "column" : null })
        }
      >
        <option value="metric">each metric</option>
        <option value="column">each column</option>
      </select>
    </label>
  );
}

/** From the worst color to the best one. */
function Ramp(props: { scale: Scale; low: string; high: string; title?: string }) {
  const { low, high, color, higher } = props.scale;
  const at = (step: number) => {
    const share = (step + 0.5) / STEPS;
    return low + (higher ? share : 1 - share) * (high - low);
  };
  return (
    <span class="ramp">
      {props.title && <b>{props.title}</b>}
      <span>{props.low}</span>
      <svg viewBox={`0 0 ${STEPS} 1`} preserveAspectRatio="none" aria-hidden="true">
        {Array.from({ length: STEPS }, (_, step) => (
          <rect key={at(step)} x={step} width="1.05" height="1" fill={color(at(step))} />
        ))}
      </svg>
      <span>{props.high}</span>
    </span>
  );
}

/** Cells without a color, where there are such. */
function Marks({ columns }: { columns: readonly Column[] }) {
  const sum = (what: "missing" | "undefined" | "declared") =>
    columns.reduce((total, column) => total + column.stats[what], 0);
  const [missing, undefined_, declared] = [sum("missing"), sum("undefined"), sum("declared")];
  return (
    <span class="marks">
      {missing > 0 && (
        <span>
          <i class="swatch-box missing" /> {count(missing)} missing
        </span>
      )}
      {undefined_ > 0 && (
        <span>
          <i class="swatch-box undefined">–</i> {count(undefined_)} not defined there
        </span>
      )}
      {declared > 0 && (
        <span>
          <i class="swatch-box declared" /> {count(declared)} declared, not measured
        </span>
      )}
    </span>
  );
}

function Notes({ notes, columns }: { notes: readonly string[]; columns: readonly Column[] }) {
  const said = [...notes, ...(currentDetail.value?.notes ?? [])].map(
    (note) => `${note.charAt(0).toUpperCase()}${note.slice(1)}.`,
  );
  if (
    columns.some(
      (column) => column.stats.lowest !== null && column.stats.lowest === column.stats.highest,
    )
  ) {
    said.push("A column whose scores are all equal has one color.");
  }
  if (said.length === 0) return null;
  return <p class="hint">{said.join(" ")}</p>;
}
