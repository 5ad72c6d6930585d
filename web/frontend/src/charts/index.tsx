/** A chart of series over steps, as wide as its place; it is read by pointer and by keys. */
import { useEffect, useRef, useState } from "preact/hooks";
import { number, signed } from "../scales";
import "./charts.css";
import { Band, Bars, BottomAxis, Lane, LeftAxis, Levels, Line, Points, RightAxis } from "./marks";
import type { ChartValue, Level, Plot, Series, Tick } from "./types";
import {
  allFit,
  every,
  extentOfSeries,
  isPlaced,
  nearestIndex,
  padded,
  plotOf,
  quietest,
  type Spot,
  ticksOf,
  widthOf,
} from "./utils";

const USUAL_WIDTH = 640;
const CROWDED = 12;
const FINE = 3;
const MEASURED_NARROW = 480;

export interface StepChartProps {
  /** Later ones are drawn over earlier ones; the one with points decides what is marked. */
  readonly series: readonly Series[];
  /** What led to every step, and a second line for it; shortened to step numbers where crowded. */
  readonly labels: readonly string[];
  readonly names?: readonly string[];
  /** Number of the first step. */
  readonly start?: number;
  readonly height: number;
  readonly title: string;
  /** What a screen reader hears of the chart, and of a step. */
  readonly label: string;
  readonly textOf: (step: number) => string;
  readonly levels?: readonly Level[];
  /** Steps whose move is marked, with the word for it. */
  readonly marked?: number | null;
  readonly markText?: string;
  /** Changes since this value, on the right. */
  readonly origin?: number | null;
  readonly active: number | null;
  readonly onActive: (step: number | null) => void;
  readonly onChoose: (step: number) => void;
  readonly testid?: string;
  /** Without words at the steps: another chart below has them. */
  readonly bare?: boolean;
}

export function StepChart(props: StepChartProps) {
  const { series, labels, height, levels = [], origin = null } = props;
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const count = labels.length;
  const extent = extentOfSeries(
    series,
    levels.map(({ at }) => at),
  );
  const main = series.find((each) => each.points) ?? series.at(-1);
  const shown = main?.values ?? [];
  const hasLane = extent !== null && shown.some((each) => !isPlaced(each));
  const narrow = width < MEASURED_NARROW;
  const [left, right] = [56, origin === null || narrow ? 18 : 62];
  const gap = (width - left - right) / Math.max(1, count - 1);
  const edge = 2 * Math.min(left, right);
  const fits = (texts: readonly string[]) =>
    allFit(texts, gap) && allFit([texts[0] ?? "", texts.at(-1) ?? ""], edge, 0);
  const twoLines = !props.bare && !!props.names?.length && fits(labels) && fits(props.names);
  const bottom = (props.bare ? 8 : twoLines ? 40 : 26) + (hasLane ? 22 : 0);
  const margins = { left, right, top: 14, bottom };
  const up = padded(extent ?? [0, 1], 0.06);
  const plot = plotOf(width, height, margins, [0, Math.max(1, count - 1)], up);
  const lane = plot.bottom + 12;
  const dy = hasLane ? 38 : 17;
  const crowded = gap < CROWDED;
  const mark = spotOfMark(props, shown, plot);
  const ticks = ticksOf(up, Math.max(2, Math.round(height / 44)), number);
  return (
    <div class="chart" ref={holder} data-testid={props.testid}>
      <p class="chart-title">
        {props.title}
        {origin !== null && !narrow && <span>change since the start</span>}
      </p>
      <svg width={width} height={height} aria-hidden="true" class={gap < FINE ? "fine" : ""}>
        <LeftAxis ticks={ticks} plot={plot} />
        {origin !== null && !narrow && (
          <RightAxis ticks={changes(up, origin, height)} plot={plot} />
        )}
        {!props.bare && (
          <StepWords {...props} plot={plot} dy={dy} twoLines={twoLines} fits={fits(labels)} />
        )}
        {hasLane && (
          <text class="lane-name" x={plot.left - 8} y={lane}>
            {shown.some((each) => each.value === null) ? "no score" : "declared"}
          </text>
        )}
        {series.map((each) => (
          <g key={each.name}>
            {(each.band || crowded) && <Band series={each} plot={plot} />}
            <Line series={each} plot={plot} />
          </g>
        ))}
        {mark && (
          <Mark
            values={shown}
            step={props.marked ?? 0}
            text={props.markText ?? ""}
            spot={mark}
            plot={plot}
          />
        )}
        {series.map((each) => (
          <g key={each.name}>
            {!each.band && !crowded && <Bars series={each} plot={plot} />}
            {each.points && !crowded && <Points series={each} plot={plot} size={4} />}
          </g>
        ))}
        <Levels levels={levels} series={series} plot={plot} taken={mark ? [mark] : []} />
        {hasLane && <Lane values={shown} plot={plot} at={lane} />}
        <Pointed {...props} plot={plot} />
      </svg>
      <Reader {...props} plot={plot} count={count} />
    </div>
  );
}

function changes(up: readonly [number, number], origin: number, height: number): Tick[] {
  const extent = [up[0] - origin, up[1] - origin] as const;
  return ticksOf(extent, Math.max(2, Math.round(height / 55)), signed).map(({ at, text }) => ({
    at: at + origin,
    text,
  }));
}

/** Words under the steps: moves and names where they allFit, else the numbers of some steps. */
function StepWords(
  props: StepChartProps & { plot: Plot; fits: boolean; dy: number; twoLines: boolean },
) {
  const { labels, names = [], start = 0, plot, fits, dy, twoLines } = props;
  const ticksAt = (texts: readonly string[]) => texts.map((text, at) => ({ at, text }));
  if (fits) {
    return (
      <>
        <BottomAxis ticks={ticksAt(labels)} plot={plot} dy={dy} look="moves" />
        {twoLines && <BottomAxis ticks={ticksAt(names)} plot={plot} dy={dy + 15} />}
      </>
    );
  }
  const step = every(labels.length, plot.right - plot.left, 44);
  const numbers = labels
    .map((_, at) => ({ at, text: number(at + start) }))
    .filter(({ at }) => (at + start) % step === 0);
  return (
    <>
      <BottomAxis ticks={numbers} plot={plot} dy={dy} />
      <text class="axis-title" x={plot.left - 12} y={plot.bottom + dy}>
        step
      </text>
    </>
  );
}

/** The marked move: a heavier piece of the line, with a word. */
function Mark(props: {
  values: readonly ChartValue[];
  step: number;
  text: string;
  spot: Spot;
  plot: Plot;
}) {
  const { values, step, text, spot, plot } = props;
  const [before, after] = [values[step - 1], values[step]];
  if (!after || !isPlaced(after)) return null;
  const [x, y] = [plot.x(step), plot.y(after.value ?? 0)];
  return (
    <g class="mark">
      {before && isPlaced(before) && (
        <line
          class={after.leap ? "leap" : ""}
          x1={plot.x(step - 1)}
          y1={plot.y(before.value ?? 0)}
          x2={x}
          y2={y}
        />
      )}
      <path class="wedge" d={`M${x - 5},${y + 16}h10l-5,-8z`} />
      <text x={spot.left} y={spot.top + 11}>
        {text}
      </text>
    </g>
  );
}

/** Where the word of the marked move stands; null where there is none. */
function spotOfMark(props: StepChartProps, values: readonly ChartValue[], plot: Plot): Spot | null {
  const { marked = null, markText = "", series } = props;
  const found = marked === null ? undefined : values[marked];
  if (marked === null || !found || !isPlaced(found)) return null;
  const [x, y, width] = [plot.x(marked), plot.y(found.value ?? 0), widthOf(markText) + 4];
  const lefts = [x + 10, x - 10 - width].filter(
    (left) => left > plot.left && left + width < plot.right + 16,
  );
  const tops = [y + 5, y + 20, y - 22];
  const spots = lefts.flatMap((left) => tops.map((top) => ({ left, top, width, height: 14 })));
  const ruled = (props.levels ?? []).map(({ at }): Series => {
    return { name: "", look: "", values: [0, props.labels.length - 1].map(() => ({ value: at })) };
  });
  return quietest(spots, [...series, ...ruled], plot) ?? null;
}

function Pointed({ active, series, plot }: StepChartProps & { plot: Plot }) {
  if (active === null) return null;
  const x = plot.x(active);
  return (
    <g class="pointed">
      <line x1={x} x2={x} y1={plot.top} y2={plot.bottom} />
      {series.map((each) => {
        const found = each.values[active];
        return found && isPlaced(found) ? (
          <circle key={each.name} class={each.look} cx={x} cy={plot.y(found.value ?? 0)} r="5.5" />
        ) : null;
      })}
    </g>
  );
}

/** Takes the pointer and the keys: arrows walk along the steps, Enter chooses one. */
function Reader(props: StepChartProps & { plot: Plot; count: number }) {
  const { plot, count, active, onActive, onChoose, textOf } = props;
  const at = (event: MouseEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return nearestIndex(event.clientX - box.left, count, plot);
  };
  const keys: Record<string, (now: number) => number> = {
    ArrowRight: (now) => now + 1,
    ArrowUp: (now) => now + 1,
    ArrowLeft: (now) => now - 1,
    ArrowDown: (now) => now - 1,
    PageUp: (now) => now - 10,
    PageDown: (now) => now + 10,
    Home: () => 0,
    End: () => count - 1,
  };
  return (
    <div
      class="reader"
      role="slider"
      tabIndex={0}
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={count - 1}
      aria-valuenow={active ?? 0}
      aria-valuetext={active === null ? "no step is pointed at" : textOf(active)}
      onPointerMove={(event) => onActive(at(event))}
      onPointerLeave={() => onActive(null)}
      onBlur={() => onActive(null)}
      onClick={(event) => onChoose(at(event))}
      onKeyDown={(event) => {
        const move = keys[event.key];
        if (move) onActive(Math.max(0, Math.min(count - 1, active === null ? 0 : move(active))));
        else if (event.key === "Enter" && active !== null) onChoose(active);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}

/** The width of an element, followed. */
export function useWidth(holder: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(USUAL_WIDTH);
  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [holder]);
  return width;
}
