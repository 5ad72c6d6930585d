/** The front of two objectives: a point and a line of the list for each of its paths. */
import { useRef } from "preact/hooks";
import type { Tradeoffs } from "../api/types";
import { useWidth } from "../charts";
import { BottomAxis, LeftAxis } from "../charts/marks";
import { padded, plotOf, ticksOf } from "../charts/utils";
import { count, counted, extentOf, higherIsBetter, number } from "../scales";
import { go, view } from "../state";
import { measure } from "../state/answers";
import { PathAnswer } from "./answer";
import { tradeoffsCursor } from "./answers";
import { Gap, sentence } from "./gap";
import { cleared } from "./utils";

const HEIGHT = 240;
const MARGINS = { left: 64, right: 24, top: 16, bottom: 40 };

const TITLES: Readonly<Record<string, string>> = {
  widest: "worst score between the ends",
  fewest: "moves",
  "least-loss": "sum of losses",
  cheapest: "cost",
};

export function TradeoffsAnswer({ found }: { found: Tradeoffs }) {
  const { items, why, notes, total, complete } = found;
  const start = tradeoffsCursor.value;
  const wanted = Number(view.value.alternative ?? 1) - 1 - start;
  const chosen = items[wanted] ? wanted : 0;
  const picked = items[chosen];
  if (!picked) {
    return <Gap path={{ why, notes }} />;
  }
  const one =
    total === 1
      ? "One path is best in both."
      : `${counted(total, "path")}: ${GAINS[found.first]} for ${LOSSES[found.second]}.`;
  return (
    <section class="answer" data-testid="paths-tradeoffs">
      <p class="verdict" data-picture>
        <strong>{one}</strong>{" "}
        <span class="status">{complete ? "exact" : "there may be more"}</span>
      </p>
      <div class="front" data-picture>
        <Scatter found={found} chosen={chosen} choose={(place) => choose(start + place)} />
        <ol class="front-list" aria-label="The paths of the front">
          {items.map(({ first, second, path }, place) => (
            <li key={`${first} ${second}`}>
              <button
                type="button"
                class="quiet"
                aria-pressed={chosen === place}
                data-testid="paths-front-item"
                onClick={() => choose(start + place)}
              >
                <b>{start + place + 1}</b>
                <span>{valueIn(found.first, first)}</span>
                <span>{valueIn(found.second, second)}</span>
                {found.first !== "fewest" && found.second !== "fewest" && (
                  <small>{counted(path.moves ?? 0, "move")}</small>
                )}
              </button>
            </li>
          ))}
        </ol>
      </div>
      {(found.next !== null || tradeoffsCursor.value > 0) && <Pages found={found} />}
      {notes.map((note) => (
        <p key={note} class="hint">
          {sentence(note)}
        </p>
      ))}
      <h3 data-picture>
        Path {count(start + chosen + 1)} of {count(total)}
      </h3>
      <PathAnswer whole={picked.path} part={picked.path} />
    </section>
  );
}

/** Show a path of the front, by its place in all of it. */
function choose(place: number): void {
  go({ alternative: place === 0 ? null : `${place + 1}` });
}

const GAINS: Readonly<Record<string, string>> = {
  widest: "a better worst score",
  fewest: "fewer moves",
  "least-loss": "smaller losses",
  cheapest: "a lower cost",
};
const LOSSES: Readonly<Record<string, string>> = {
  widest: "a worse worst score",
  fewest: "more moves",
  "least-loss": "larger losses",
  cheapest: "a higher cost",
};

function valueIn(objective: string, value: number | null): string {
  if (value === null) return "nothing between";
  const text = number(cleared(value));
  return objective === "fewest"
    ? counted(value, "move")
    : objective === "widest"
      ? `worst ${text}`
      : objective === "least-loss"
        ? `loses ${text}`
        : `costs ${text}`;
}

function titleOf(objective: string): string {
  const up = objective === "widest" && (!measure.value || higherIsBetter(measure.value));
  return `${TITLES[objective] ?? objective}, ${up ? "higher" : "lower"} is better`;
}

/** Without a line where there is no number: half a move is none. */
function named<T extends { text: string }>(ticks: readonly T[]): T[] {
  return ticks.filter(({ text }) => text !== "");
}

function Scatter(props: { found: Tradeoffs; chosen: number; choose: (place: number) => void }) {
  const { found, chosen, choose } = props;
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  const points = found.items.map(({ first, second }, place) => ({ first, second, place }));
  const across = extentOf(points.map(({ first }) => first));
  const up = extentOf(points.map(({ second }) => second));
  if (!across || !up) return <div ref={holder} />;
  const plot = plotOf(width, HEIGHT, MARGINS, padded(across, 0.08), padded(up, 0.12));
  const whole = (objective: string, value: number) =>
    objective === "fewest" && !Number.isInteger(value) ? "" : number(value);
  return (
    <div class="chart scatter" ref={holder}>
      <p class="chart-title">↑ {titleOf(found.second)}</p>
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={`${counted(points.length, "path")} by ${TITLES[found.first]} and ${TITLES[found.second]}; the list has the numbers`}
      >
        <LeftAxis
          plot={plot}
          ticks={named(ticksOf(padded(up, 0.12), 5, (value) => whole(found.second, value)))}
        />
        <BottomAxis
          plot={plot}
          dy={18}
          ticks={named(
            ticksOf(padded(across, 0.08), Math.max(2, Math.floor(width / 110)), (value) =>
              whole(found.first, value),
            ),
          )}
        />
        <text class="axis-title" x={plot.right} y={HEIGHT - 6}>
          {titleOf(found.first)} →
        </text>
        {points.map(({ first, second, place }) =>
          first === null || second === null ? null : (
            // biome-ignore lint/a11y/noStaticElementInteractions: the list beside it takes the keys
            <g
              key={place}
              class={`spot ${place === chosen ? "chosen" : ""}`}
              onClick={() => choose(place)}
            >
              <circle cx={plot.x(first)} cy={plot.y(second)} r={points.length > 30 ? 6 : 10} />
              {points.length <= 30 && (
                <text x={plot.x(first)} y={plot.y(second)}>
                  {tradeoffsCursor.value + place + 1}
                </text>
              )}
            </g>
          ),
        )}
      </svg>
    </div>
  );
}

function Pages({ found }: { found: Tradeoffs }) {
  const start = tradeoffsCursor.value;
  return (
    <p class="pager">
      <button type="button" disabled={start === 0} onClick={() => choose(0)}>
        First
      </button>
      <span>
        paths {count(start + 1)} to {count(start + found.items.length)} of {count(found.total)}
      </span>
      <button
        type="button"
        disabled={found.next === null}
        onClick={() => choose(Number(found.next))}
      >
        Later
      </button>
    </p>
  );
}
