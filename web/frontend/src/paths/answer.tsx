/** A path that was found: what it is worth, its chart, its steps, and the next best ones. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Alternative, Delta, Path, PathStep } from "../api/types";
import type { Series } from "../charts/types";
import { count, counted, effectOf, higherIsBetter, number } from "../scales";
import { measure, objectNames } from "../state/answers";
import { ErrorNote } from "../ui";
import { cursor } from "./answers";
import { Gap, sentence } from "./gap";
import { Keys, Profile, Readout } from "./profile";
import { Profiles } from "./question";
import { Steps } from "./steps";
import {
  changeOf,
  departures,
  moveBetween,
  optimismText,
  profileSeries,
  valueText,
  worstStep,
  worthOf,
} from "./utils";

const HEIGHT = 280;
const PART = 1_000;

/** A path as an answer. `part` has the steps that are shown: the path itself, or a later piece. */
export function PathAnswer({ whole, part }: { whole: Path; part: Path }) {
  const chosen = useSignal(0);
  // The same answer may come again, as when a link's spelled sets have become keys.
  const answer = [whole.source.key, whole.target.key, whole.objective, whole.value].join(" ");
  useEffect(() => {
    chosen.value = 0;
  }, [answer, chosen]);
  if (!whole.found) return <Gap path={whole} />;
  const other = chosen.value === 0 ? undefined : whole.alternatives[chosen.value - 1];
  const shown = other ? asPath(whole, other, objectNames.value) : part;
  const start = other ? 0 : cursor.value;
  const behind = other
    ? { ...profileSeries(whole.steps, 0), name: "best", look: "behind", points: false }
    : null;
  return (
    <section class="answer" data-testid="paths-answer">
      <p class="verdict" data-testid="paths-summary">
        <strong>{counted(shown.moves ?? 0, "move")}</strong>{" "}
        <span class="status">{whole.status}</span>{" "}
        {(other ? otherWorth(whole, other) : worthOf(whole)).join("; ")}.
      </p>
      {whole.alternatives.length > 0 && (
        <Alternatives
          whole={whole}
          chosen={chosen.value}
          choose={(place) => (chosen.value = place)}
        />
      )}
      <Drawn
        key={`${chosen.value} ${start}`}
        whole={whole}
        path={shown}
        start={start}
        behind={behind}
        isOther={other !== undefined}
      />
    </section>
  );
}

function Drawn(props: {
  whole: Path;
  path: Path;
  start: number;
  behind: Series | null;
  isOther: boolean;
}) {
  const { whole, path, start, behind, isOther } = props;
  const active = useSignal<number | null>(null);
  const seen = useSignal(0);
  const apart = isOther
    ? departures(
        whole.steps.map((step) => step.training_set),
        path.steps.map((step) => step.training_set),
      )
    : new Set<number>();
  const point = (step: number | null) => {
    active.value = step;
  };
  return (
    <>
      {path.measures.length > 0 && (
        <>
          <Profile
            path={path}
            start={start}
            height={HEIGHT}
            behind={behind}
            active={active.value}
            onActive={point}
            onChoose={(step) => {
              seen.value = step;
            }}
          />
          <Readout path={path} start={start} active={active.value} />
          <Keys path={path} behind={behind ? "the best path" : null} />
        </>
      )}
      <Parts whole={whole} path={path} start={start} />
      {!isOther && <Profiles />}
      <div class="said">
        {whole.optimism && <p>{optimismText(whole.optimism.optimism, "path")}</p>}
        {notesOf(whole).map((note) => (
          <p key={note}>{sentence(note)}</p>
        ))}
        {path.measures.length > 0 && (
          <ErrorNote deltas={path.steps.flatMap((step) => step.deltas.slice(0, 1))} />
        )}
      </div>
      <Steps
        path={path}
        start={start}
        active={active.value}
        onActive={point}
        seen={seen.value}
        apart={apart}
      />
    </>
  );
}

/** Notes, without the one that the words on optimism say already. */
function notesOf(path: Path): string[] {
  return path.notes.filter(
    (note) => !path.optimism || !note.startsWith("chosen on the same scores"),
  );
}

/** A path too long for one answer comes in parts. */
function Parts({ whole, path, start }: { whole: Path; path: Path; start: number }) {
  if (start === 0 && path.next === null) return null;
  const last = start + path.steps.length - 1;
  return (
    <p class="pager" data-testid="paths-parts">
      <button
        type="button"
        disabled={start === 0}
        onClick={() => {
          cursor.value = Math.max(0, start - PART);
        }}
      >
        Part before
      </button>
      <span>
        drawn: steps {count(start)} to {count(last)} of {count(whole.moves ?? last)}
      </span>
      <button
        type="button"
        disabled={path.next === null}
        onClick={() => {
          cursor.value = Number(path.next);
        }}
      >
        Next part
      </button>
    </p>
  );
}

function Alternatives(props: { whole: Path; chosen: number; choose: (place: number) => void }) {
  const { whole, chosen, choose } = props;
  const best = whole.steps.map((step) => step.training_set);
  return (
    <section class="alternatives" aria-label="The next best paths">
      <ol>
        <li>
          <button
            type="button"
            aria-pressed={chosen === 0}
            data-testid="paths-alternative"
            onClick={() => choose(0)}
          >
            best: {worth(whole)}
          </button>
        </li>
        {whole.alternatives.map((each, place) => {
          const apart = departures(best, each.training_sets).size;
          return (
            <li key={each.training_sets.map((set) => set.key).join(" ")}>
              <button
                type="button"
                aria-pressed={chosen === place + 1}
                data-testid="paths-alternative"
                onClick={() => choose(place + 1)}
              >
                {place + 2}: {worth({ ...each, objective: whole.objective })}
                <small> {counted(apart, "other set")}</small>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function worth(path: { objective: string; value: number | null; moves: number | null }): string {
  return [counted(path.moves ?? 0, "move"), valueText(path)].filter(Boolean).join(", ");
}

function otherWorth(whole: Path, other: Alternative): string[] {
  const value = valueText({ ...other, objective: whole.objective });
  const said = ["one of the next best", ...(value ? [value] : [])];
  if (other.floor !== null) said.push(`worst score between the ends ${number(other.floor)}`);
  return said;
}

/** An alternative in the form of a path: its moves follow from its sets, its changes from its scores. */
function asPath(whole: Path, other: Alternative, names: readonly string[]): Path {
  const { training_sets: sets, cells, moves, value, floor } = other;
  const higher = !measure.value || higherIsBetter(measure.value);
  const scored = whole.measure !== null;
  const scores = sets.map((_, place) => cells[place]?.mean ?? null);
  const steps = sets.map((set, place): PathStep => {
    const text = place === 0 ? "" : moveBetween(sets[place - 1]?.key ?? "", set.key, names);
    const since = changeOf(scores[0], scores[place]);
    return {
      training_set: set,
      move: text ? { kind: text.startsWith("+") ? "add" : "remove", object: text.slice(1) } : null,
      cells: scored ? [cells[place] ?? null] : [],
      deltas: scored && place > 0 ? [bare(changeOf(scores[place - 1], scores[place]))] : [],
      cumulative: [since],
      jump: null,
    };
  });
  const worst = worstStep(scores, higher);
  return {
    ...whole,
    ...{ moves, value, floor, steps },
    measures: whole.measure === null ? [] : [whole.measure],
    worst_step: worst,
    worst_steps: [worst],
    optimism: null,
    notes: [],
    next: null,
  };
}

/** A change without its error, which is told for the best path only. */
function bare(value: number | null): Delta {
  return {
    status: value === null ? "unavailable" : "exact",
    value,
    effect: value === null || !measure.value ? null : effectOf(value, measure.value),
    ...{ standard_error: null, low: null, high: null, level: 0.9, method: null, replicates: 0 },
    note: "errors of changes are told for the best path only",
  };
}
