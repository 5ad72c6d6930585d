/** A path that was found: what it is worth, its chart, its steps, and the next best ones. */
import { useSignal } from "@preact/signals";
import type { Alternative, Path } from "../api/types";
import type { Series } from "../charts/types";
import { count, counted, number } from "../scales";
import { go, view } from "../state";
import { objectNames } from "../state/answers";
import { ErrorNote } from "../ui";
import { asPath } from "./alternatives";
import { cursor } from "./answers";
import { Gap, sentence } from "./gap";
import { Keys, Profile, Readout } from "./profile";
import { Profiles } from "./question";
import { Steps } from "./steps";
import { departures, optimismText, profileSeries, valueText, worthOf } from "./utils";

const HEIGHT = 280;
const PART = 1_000;

/** A path as an answer. `part` has the steps that are shown: the path itself, or a later piece. */
export function PathAnswer({ whole, part }: { whole: Path; part: Path }) {
  if (!whole.found) return <Gap path={whole} />;
  // Of a front the link names one of its paths; these have no next best ones.
  const alternative = view.value.mode === "path" ? view.value.alternative : null;
  const wanted = alternative === null ? 0 : Number(alternative) - 1;
  const other = whole.alternatives[wanted - 1];
  const chosen = other ? wanted : 0;
  const shown = other ? asPath(whole, other, objectNames.value) : part;
  const start = other ? 0 : cursor.value;
  const behind = other
    ? { ...profileSeries(whole.steps, 0), name: "best", look: "behind", points: false }
    : null;
  return (
    <section class="answer" data-testid="paths-answer">
      <p class="verdict" data-testid="paths-summary" data-picture>
        <strong>{counted(shown.moves ?? 0, "move")}</strong>{" "}
        <span class="status">{whole.status}</span>{" "}
        {(other ? otherWorth(whole, other) : worthOf(whole)).join("; ")}.
      </p>
      {whole.alternatives.length > 0 && <Alternatives whole={whole} chosen={chosen} />}
      {chosen !== wanted && (
        <p class="hint" role="status" data-testid="paths-no-alternative">
          This link names path {alternative}, but there{" "}
          {whole.alternatives.length === 0 ? "is" : "are"} {count(whole.alternatives.length + 1)}:
          the best one is shown.
        </p>
      )}
      <Drawn
        key={`${chosen} ${start}`}
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
      <div class="said" data-picture>
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

function Alternatives({ whole, chosen }: { whole: Path; chosen: number }) {
  const choose = (place: number) => go({ alternative: place === 0 ? null : `${place + 1}` });
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
