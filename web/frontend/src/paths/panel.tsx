/** The strip under the map: the path between two sets, what it is best at, its profile, its steps. */
import { useSignal } from "@preact/signals";
import type { Path, PathStep } from "../api/types";
import { cellText, count, number } from "../scales";
import { go, hovered, pin, view } from "../state";
import { nameOf, path } from "../state/answers";
import { Awaited, DeltaValue, ErrorNote, Link } from "../ui";
import "./strip.css";
import { ObjectiveSelect } from "./objectives";
import { Profile, Readout } from "./profile";
import { MODE_TITLES } from "./types";
import { chipsOf, moveText, optimismText, shortened, summary } from "./utils";

const HEIGHT = 150;
const MOST_STEPS = 60;

export function PathPanel() {
  const { from, to, mode, options, filters } = view.value;
  if (from === null) return null;
  const constraints =
    chipsOf("path", options).filter((chip) => chip.unused === null).length + filters.length;
  return (
    <section class="panel path" aria-label="Path" data-testid="path-panel">
      <header>
        <h2 title={to === null ? "" : `${nameOf(from)} to ${nameOf(to)}`}>
          Path from {shortened(nameOf(from), 32)}{" "}
          {to === null ? "" : `to ${shortened(nameOf(to), 32)}`}
        </h2>
        <ObjectiveSelect testid="path-objective" label="Best at" />
        <Link
          class="button"
          testid="path-options"
          to={{ ...view.value, view: "paths", mode: "path" }}
        >
          All options{constraints > 0 ? ` (${constraints} set)` : ""}
        </Link>
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
      <Content to={to} mode={mode} />
    </section>
  );
}

function Content({ to, mode }: { to: string | null; mode: keyof typeof MODE_TITLES }) {
  if (mode !== "path") {
    return (
      <p class="actions">
        <span class="hint">These ends belong to “{MODE_TITLES[mode]}” on the page of paths.</span>
        <button type="button" onClick={() => go({ mode: "path" })}>
          Show their path
        </button>
      </p>
    );
  }
  if (to === null) {
    return (
      <p class="hint">
        Now choose where it leads: pin another set and press “Path to here”, or point at one and
        press <kbd>p</kbd>.
      </p>
    );
  }
  return (
    <Awaited resource={path.value} retry={path.retry} what="the path">
      {(content) => <Found path={content} />}
    </Awaited>
  );
}

function Found({ path: found }: { path: Path }) {
  const active = useSignal<number | null>(null);
  if (!found.found) return <NotFound path={found} />;
  const first: Path = {
    ...found,
    measures: found.measures.slice(0, 1),
    worst_steps: found.worst_steps.slice(0, 1),
  };
  const apparent = found.optimism ? optimismText(found.optimism.optimism, "path") : "";
  return (
    <>
      <p>
        {summary(found)}. {found.notes.map((note) => `Note: ${note}. `)}
      </p>
      {first.measures.length > 0 && (
        <>
          <Profile
            path={first}
            height={HEIGHT}
            active={active.value}
            onActive={(step) => {
              active.value = step;
            }}
          />
          <Readout path={first} active={active.value} />
        </>
      )}
      <Steps path={found} />
      {first.measures.length > 0 && (
        <ErrorNote deltas={found.steps.flatMap((step) => step.deltas.slice(0, 1))} />
      )}
      {apparent && found.optimism?.optimism.cross_fitted !== null && <p class="hint">{apparent}</p>}
    </>
  );
}

function NotFound({ path: found }: { path: Path }) {
  const { why } = found;
  return (
    <>
      <p>There is no such path: {found.notes.join("; ")}.</p>
      {why && why.status === "exact" && why.to_train.length > 0 && (
        <p data-testid="path-to-train">
          {why.fewest === 1
            ? "One set to train makes one"
            : `${count(why.fewest ?? 0)} sets to train make one`}
          :{" "}
          {why.to_train
            .slice(0, 6)
            .map((set) => shortened(set.name))
            .join(", ")}
          {why.to_train.length > 6 ? ` and ${count(why.to_train.length - 6)} more` : ""}.{" "}
          <Link to={{ ...view.value, view: "paths" }}>Why, and what to do</Link>
        </p>
      )}
    </>
  );
}

function Steps({ path: found }: { path: Path }) {
  const shown = found.steps.slice(0, MOST_STEPS);
  return (
    <>
      <ol class="steps" start={0}>
        {shown.map((step, index) => (
          <Step
            key={step.training_set.key}
            step={step}
            worst={index === found.worst_step}
            single={found.measures.length > 0}
          />
        ))}
      </ol>
      {found.steps.length > MOST_STEPS && (
        <p class="hint">
          {count(MOST_STEPS)} of {count((found.moves ?? 0) + 1)} sets are listed here.{" "}
          <Link to={{ ...view.value, view: "paths" }}>All of them</Link>
        </p>
      )}
    </>
  );
}

function Step({ step, worst, single }: { step: PathStep; worst: boolean; single: boolean }) {
  const { training_set: set, jump } = step;
  const moved = moveText(step);
  return (
    <li
      data-testid="path-step"
      class={[worst && "worst", jump && "jump", hovered.value === set.key && "active"]
        .filter(Boolean)
        .join(" ")}
    >
      <button
        type="button"
        class="link"
        title={set.name}
        onClick={() => pin(set.key)}
        onFocus={() => {
          hovered.value = set.key;
        }}
        onBlur={() => {
          hovered.value = null;
        }}
        onPointerEnter={() => {
          hovered.value = set.key;
        }}
        onPointerLeave={() => {
          hovered.value = null;
        }}
      >
        {moved && <span class="move">{moved}</span>}
        {moved ? " " : ""}
        <b>{shortened(set.name, 40)}</b>
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
