/** Marks of charts: lines, bands, error bars, points, levels, axes. */
import type { ComponentChildren } from "preact";
import type { ChartValue, Level, Plot, Series, Tick } from "./types";
import { bandPath, isPlaced, leapPath, linePath, quietest, type Spot, widthOf } from "./utils";

export function Line({ series, plot }: { series: Series; plot: Plot }) {
  const leaps = leapPath(series.values, plot);
  return (
    <>
      <path class={`line ${series.look}`} d={linePath(series.values, plot)} />
      {leaps && <path class={`line leap ${series.look}`} d={leaps} />}
    </>
  );
}

export function Band({ series, plot }: { series: Series; plot: Plot }) {
  return <path class={`band ${series.look}`} d={bandPath(series.values, plot)} />;
}

export function Bars({ series, plot }: { series: Series; plot: Plot }) {
  const parts = series.values.flatMap(({ low, high, aside }, index) => {
    if (typeof low !== "number" || typeof high !== "number" || aside) return [];
    const x = plot.x(index);
    const [top, bottom] = [plot.y(high), plot.y(low)];
    return [`M${x},${top}V${bottom}M${x - 3},${top}h6M${x - 3},${bottom}h6`];
  });
  return <path class={`whiskers ${series.look}`} d={parts.join("")} />;
}

export function Points({ series, plot, size }: { series: Series; plot: Plot; size: number }) {
  return (
    <>
      {series.values.map((each, index) =>
        isPlaced(each) ? (
          <circle
            key={index}
            class={`point ${series.look}`}
            cx={plot.x(index)}
            cy={plot.y(each.value ?? 0)}
            r={size}
          />
        ) : null,
      )}
    </>
  );
}

/** What is not placed: a cross in a lane below where nothing is known, a ring where it is aside. */
export function Lane({
  values,
  plot,
  at,
}: {
  values: readonly ChartValue[];
  plot: Plot;
  at: number;
}) {
  return (
    <g class="lane">
      {values.map((each, index) => {
        if (isPlaced(each)) return null;
        const x = plot.x(index);
        return each.value === null ? (
          <path key={index} class="absent" d={`M${x - 3.5},${at - 3.5}l7,7m0,-7l-7,7`} />
        ) : (
          <circle key={index} class="aside" cx={x} cy={at} r="4" />
        );
      })}
    </g>
  );
}

export function Levels(props: {
  levels: readonly Level[];
  series: readonly Series[];
  plot: Plot;
  taken: readonly Spot[];
}) {
  const { levels, series, plot, taken } = props;
  return (
    <>
      {levels.map(({ at, text }) => {
        const y = plot.y(at);
        const width = widthOf(text);
        const spots = [
          plot.right - width - 4,
          plot.left + 6,
          (plot.left + plot.right - width) / 2,
        ].flatMap((left) => [y - 17, y + 3].map((top) => ({ left, top, width, height: 14 })));
        const spot = quietest(spots, series, plot, taken);
        return (
          <g key={text} class="level">
            <line x1={plot.left} x2={plot.right} y1={y} y2={y} />
            {spot && (
              <text x={spot.left} y={spot.top + 11}>
                {text}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

export function LeftAxis({ ticks, plot }: { ticks: readonly Tick[]; plot: Plot }) {
  return (
    <g class="axis left">
      {ticks.map(({ at, text }) => (
        <g key={text}>
          <line x1={plot.left} x2={plot.right} y1={plot.y(at)} y2={plot.y(at)} />
          <text x={plot.left - 8} y={plot.y(at)}>
            {text}
          </text>
        </g>
      ))}
    </g>
  );
}

export function RightAxis({ ticks, plot }: { ticks: readonly Tick[]; plot: Plot }) {
  return (
    <g class="axis right">
      {ticks.map(({ at, text }) => (
        <text key={text} x={plot.right + 8} y={plot.y(at)}>
          {text}
        </text>
      ))}
    </g>
  );
}

export function BottomAxis(props: {
  ticks: readonly Tick[];
  plot: Plot;
  dy?: number;
  look?: string;
}) {
  const { ticks, plot, dy = 16, look = "" } = props;
  return (
    <g class={`axis bottom ${look}`}>
      {ticks.map(({ at, text }) => (
        <text key={at} x={plot.x(at)} y={plot.bottom + dy}>
          {text}
        </text>
      ))}
    </g>
  );
}

/** What a color and a dash mean. */
export function Key({ look, children }: { look: string; children: ComponentChildren }) {
  return (
    <span class="chart-key">
      <svg viewBox="0 0 26 10" aria-hidden="true">
        <line class={`line ${look}`} x1="1" x2="25" y1="5" y2="5" />
      </svg>
      {children}
    </span>
  );
}
