/** The path between two sets under the map: which objective, its profile, and its steps. */
import type { Path, PathStep } from "../api/types";
import { cellText, number } from "../scales";
import { go, hovered, pin, view } from "../state";
import { nameOf, path } from "../state/answers";
import { option, withOption } from "../state/url";
import { Awaited, DeltaValue, ErrorNote } from "../ui";
import { profile, summary } from "./utils";

const OBJECTIVES: Readonly<Record<string, string>> = {
  fewest: "fewest moves",
  widest: "widest: best worst score between the ends",
};
const WIDTH = 640;
const HEIGHT = 120;
const PAD = 18;

export function PathPanel() {
  const { from, to, options } = view.value;
  if (from === null) return null;
  return (
    <section class="panel path" aria-label="Path" data-testid="path-panel">
      <header>
        <h2>
          Path from {nameOf(from)} {to === null ? "" : `to ${nameOf(to)}`}
        </h2>
        <label>
          Objective{" "}
          <select
            data-testid="path-objective"
            value={option(view.value, "objective") ?? "fewest"}
            onChange={(event) =>
              go({ options: withOption(options, "objective", event.currentTarget.value) })
            }
          >
            {Object.entries(OBJECTIVES).map(([name, text]) => (
              <option key={name} value={name}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="quiet"
          disabled={to === null}
          onClick={() => go({ from: to, to: from })}
        >
          Swap
        </button>
        <button type="button" class="quiet" onClick={() => go({ from: null, to: null })}>
          Clear
        </button>
      </header>
      {to === null ? (
        <p class="hint">
          Now choose where it leads: pin another set and press “Path to here”, or point at one and
          press <kbd>p</kbd>.
        </p>
      ) : (
        <Awaited resource={path.value} retry={path.retry} what="the path">
          {(content) => <Found path={content} />}
        </Awaited>
      )}
    </section>
  );
}

function Found({ path: found }: { path: Path }) {
  if (!found.found) {
    return <p>There is no such path: {found.notes.join("; ")}.</p>;
  }
  return (
    <>
      <p>
        {summary(found)}. {found.notes.map((note) => `Note: ${note}. `)}
      </p>
      {found.measure && <Profile path={found} />}
      {found.measure && <ErrorNote deltas={found.steps.flatMap((step) => step.deltas)} />}
      <ol class="steps" start={0}>
        {found.steps.map((step, index) => (
          <Step
            key={step.training_set.key}
            step={step}
            worst={index === found.worst_step}
            single={found.measure !== null}
          />
        ))}
      </ol>
    </>
  );
}

function Step({ step, worst, single }: { step: PathStep; worst: boolean; single: boolean }) {
  const { move, training_set: set } = step;
  return (
    <li data-testid="path-step" class={worst ? "worst" : ""}>
      <button
        type="button"
        class="link"
        onClick={() => pin(set.key)}
        onPointerEnter={() => {
          hovered.value = set.key;
        }}
        onPointerLeave={() => {
          hovered.value = null;
        }}
      >
        {move && (
          <span class="move">
            {move.kind === "add" ? "+" : "−"}
            {move.object}
          </span>
        )}
        {move ? " " : ""}
        <b>{set.name}</b>
      </button>
      {single && (
        <>
          <span class="score" title={cellText(step.cells[0])}>
            {step.cells[0] ? number(step.cells[0].mean) : "no score"}
          </span>
          <DeltaValue delta={step.deltas[0]} />
        </>
      )}
      {worst && <span class="mark">worst step</span>}
    </li>
  );
}

function Profile({ path: found }: { path: Path }) {
  const scores = found.steps.map((step) => step.cells[0]?.mean ?? null);
  const { points, yOf } = profile(scores, WIDTH, HEIGHT, PAD);
  const drawn = points.filter((point) => point.y !== null);
  const line = drawn.map(({ x, y }) => `${x},${y}`).join(" ");
  const crowded = points.length > 14;
  return (
    <svg
      class="profile"
      viewBox={`0 0 ${WIDTH} ${HEIGHT + 22}`}
      role="img"
      aria-label={`Score at every step: ${scores.map((s) => (s === null ? "none" : number(s))).join(", ")}`}
    >
      {found.floor !== null && (
        <g class="floor">
          <line x1={PAD} x2={WIDTH - PAD} y1={yOf(found.floor)} y2={yOf(found.floor)} />
          <text x={WIDTH - PAD} y={yOf(found.floor) - 5}>
            worst between the ends {number(found.floor)}
          </text>
        </g>
      )}
      <polyline points={line} />
      {drawn.map(({ step, x, y }) => (
        <circle
          key={step}
          class={`point ${step === found.worst_step ? "worst" : ""}`}
          cx={x}
          cy={y ?? 0}
          r="4.5"
        />
      ))}
      {points.map(({ step, x }) =>
        crowded && step % Math.ceil(points.length / 12) !== 0 ? null : (
          <text key={step} class="name" x={x} y={HEIGHT + 14}>
            {shortName(found.steps[step]?.training_set.name ?? "")}
          </text>
        ),
      )}
    </svg>
  );
}

function shortName(name: string): string {
  return name.length > 11 ? `${name.slice(0, 10)}…` : name;
}
