/** Every replicate of a set's score: a dot each, the mean and its error above, and as numbers. */
import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { following, isUnreachable } from "../api";
import type { Cell, Measure, Replicate, SetReplicates } from "../api/types";
import { useWidth } from "../neighborhood/star";
import { number, signed } from "../scales";
import { latticeUrl, measure } from "../state/answers";
import { Complaint, Waiting } from "../ui";
import type { Dot } from "./types";
import { dotSays, inUnit, kindsSay, nearestDot, rangeSays, stripOf } from "./utils";
import "./replicates.css";

/** What the strip that is shown asks: there is one, in the panel or on the page of the set. */
const asked = signal<string | null>(null);
const answer = following<SetReplicates>(asked);

interface Props {
  readonly of: string;
  readonly cell: Cell;
  /** Whether there is room: larger dots, more words, and words where there is only one. */
  readonly wide?: boolean;
}

export function Replicates({ of: key, cell, wide = false }: Props) {
  const chosen = measure.value;
  const asks = cell.origin === "measured" && (wide || cell.replicates > 1);
  const url =
    asks && chosen ? latticeUrl(["sets", key, "replicates"], { measure: chosen.name }) : null;
  useEffect(() => {
    asked.value = url;
  }, [url]);
  useEffect(
    () => () => {
      asked.value = null;
    },
    [],
  );
  const { content, loading, refusal } = answer.value;
  if (!chosen) return null;
  if (cell.origin === "declared") return wide ? <Declared cell={cell} measure={chosen} /> : null;
  if (url === null) return null;
  if (refusal && !isUnreachable(refusal))
    return <Complaint refusal={refusal} retry={answer.retry} />;
  const found = content?.replicates[0] ?? [];
  const shown = content?.cells[0] ?? null;
  if (!content || !shown) return loading ? <Waiting what="the replicates" /> : null;
  const current = content.training_set.key === key && content.measures[0] === chosen.name;
  return (
    <div class={`replicates ${wide ? "wide" : ""} ${current ? "" : "stale"}`} aria-busy={!current}>
      {found.length > 1 ? (
        <>
          <StripPlot cell={shown} replicates={found} measure={chosen} wide={wide} />
          {wide && (
            <p class="hint">
              A dot is one replicate. Above them the mean
              {shown.standard_error !== null &&
                ` and one standard error (${inUnit(shown.standard_error, chosen.metric.unit)}) to either side`}
              . {kindsSay(found).join(" ")}
            </p>
          )}
          <AsNumbers cell={shown} replicates={found} measure={chosen} />
        </>
      ) : (
        found[0] && <Single replicate={found[0]} measure={chosen} />
      )}
    </div>
  );
}

function Declared({ cell, measure: chosen }: { cell: Cell; measure: Measure }) {
  return (
    <p class="hint" data-testid="replicates-none">
      {inUnit(cell.mean, chosen.metric.unit)} is declared by the source, not measured: there are no
      replicates.
    </p>
  );
}

function Single({ replicate, measure: chosen }: { replicate: Replicate; measure: Measure }) {
  const { label, score } = replicate;
  return (
    <p class="hint" data-testid="replicates-single">
      One replicate{label === null ? "" : ` (${label})`}: {inUnit(score, chosen.metric.unit)}. Its
      error is unknown, not zero.{label === null && " The source gives it no name."}
    </p>
  );
}

function StripPlot(props: {
  cell: Cell;
  replicates: readonly Replicate[];
  measure: Measure;
  wide: boolean;
}) {
  const { cell, replicates, measure: chosen, wide } = props;
  const { element, width } = useWidth();
  const [pointed, setPointed] = useState<Dot | null>(null);
  const radius = wide ? 4 : 3;
  const { unit } = chosen.metric;
  const strip = stripOf(cell, replicates, width, radius);
  // The strip is made anew when its width changes; what is pointed at is known by its replicate.
  const active = strip.dots.find((dot) => dot.replicate === pointed?.replicate) ?? null;
  const says = rangeSays(replicates, unit);
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    setPointed(nearestDot(strip, event.clientX - box.left, event.clientY - box.top));
  };
  return (
    <figure class="strip" ref={element} data-testid="replicates">
      <svg
        width={width}
        height={strip.height}
        viewBox={`0 0 ${width} ${strip.height}`}
        role="img"
        aria-label={`${says}; mean ${inUnit(cell.mean, unit)}`}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => setPointed(null)}
      >
        <line class="axis" x1="0" x2={width} y1={strip.axis} y2={strip.axis} />
        {strip.ticks.map(({ x, text }) => (
          <g key={x}>
            <line class="axis" x1={x} x2={x} y1={strip.axis} y2={strip.axis + 4} />
            <text x={x} y={strip.axis + 16}>
              {text}
            </text>
          </g>
        ))}
        <line
          class="mean-line"
          x1={strip.mean.x}
          x2={strip.mean.x}
          y1={strip.mean.y}
          y2={strip.axis}
        />
        {strip.error && (
          <path
            class="error"
            d={`M${strip.error[0]} ${strip.mean.y}H${strip.error[1]}M${strip.error[0]} ${strip.mean.y - 4}v8M${strip.error[1]} ${strip.mean.y - 4}v8`}
          />
        )}
        <circle class="mean" cx={strip.mean.x} cy={strip.mean.y} r={radius - 0.5} />
        {strip.dots.map(({ replicate, x, y }) => (
          <circle
            key={replicate.label ?? ""}
            class="dot-of"
            data-testid="replicate-dot"
            cx={x}
            cy={y}
            r={radius}
          />
        ))}
        {active && <circle class="dot-of active" cx={active.x} cy={active.y} r={radius + 0.5} />}
      </svg>
      <figcaption data-testid="replicates-says">
        {active ? dotSays(active.replicate, cell.mean, unit, wide) : says}
      </figcaption>
    </figure>
  );
}

/** The strip in numbers, for those who do not see it or want them. */
function AsNumbers(props: { cell: Cell; replicates: readonly Replicate[]; measure: Measure }) {
  const { cell, replicates, measure: chosen } = props;
  return (
    <details class="as-numbers">
      <summary data-testid="replicates-numbers">As numbers</summary>
      <div>
        <table data-testid="replicates-table">
          <caption class="hidden">Replicates under {chosen.name}</caption>
          <thead>
            <tr>
              <th scope="col">replicate</th>
              <th scope="col" class="figure">
                score{chosen.metric.unit === null ? "" : ` (${chosen.metric.unit})`}
              </th>
              <th scope="col" class="figure">
                from the mean
              </th>
            </tr>
          </thead>
          <tbody>
            {replicates.map((each) => (
              <tr key={each.label ?? ""}>
                <th scope="row">{each.label ?? "without a name"}</th>
                <td class="figure">{number(each.score)}</td>
                <td class="figure">{signed(each.score - cell.mean)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
