/** Why there is no path, and what would make one. */
import { useSignal } from "@preact/signals";
import type { NoPath, Path, TrainingSet } from "../api/types";
import { count, counted } from "../scales";
import { go, hovered, view } from "../state";
import { option, withOption } from "../state/url";
import { unused } from "./options";
import { gapText, trainList } from "./utils";

const MOST_SHOWN = 200;

export function Gap({ path }: { path: Pick<Path, "why" | "notes"> }) {
  const { why, notes } = path;
  const { mode, options } = view.value;
  const mayJump =
    mode === "path" && unused(mode, options, "jumps") === null && !option(view.value, "jumps");
  return (
    <section class="gap" data-testid="paths-gap">
      <h3>There is no such path</h3>
      <p>{notes.map(sentence).join(" ")}</p>
      {why && <Why why={why} />}
      {mayJump && (
        <p class="actions">
          <button
            type="button"
            onClick={() => go({ options: withOption(options, "jumps", "true") })}
          >
            Jump over the gap
          </button>
        </p>
      )}
    </section>
  );
}

function Why({ why }: { why: NoPath }) {
  const { nearest, fewest, to_train: sets, status } = why;
  return (
    <>
      {gapText(why).map((text) => (
        <p key={text}>{text}</p>
      ))}
      {nearest && (
        <ul class="set-list" aria-label="The nearest stored sets of the two sides">
          <SetItem set={nearest.here} word="this side" />
          <SetItem set={nearest.there} word="that side" />
        </ul>
      )}
      {fewest !== null && status === "exact" && (
        <>
          <h3>
            {fewest === 1
              ? "One set to train makes a path"
              : `${count(fewest)} sets to train make a path`}
          </h3>
          <ToTrain sets={sets} total={fewest} />
        </>
      )}
      {fewest !== null && status === "bounded" && (
        <p>At least {counted(fewest, "set")} would have to be trained; which ones is not known.</p>
      )}
      {why.notes.map((note) => (
        <p key={note} class="hint">
          {sentence(note)}
        </p>
      ))}
    </>
  );
}

/** Sets that should be trained: to look at, and to copy. */
export function ToTrain({ sets, total }: { sets: readonly TrainingSet[]; total: number | null }) {
  const shown = sets.slice(0, MOST_SHOWN);
  return (
    <>
      <ul class="set-list to-train" data-testid="paths-to-train">
        {shown.map((set) => (
          <SetItem key={set.key} set={set} />
        ))}
      </ul>
      {sets.length > shown.length && (
        <p class="hint">
          {count(shown.length)} of {count(sets.length)} are shown; the copied list has them all.
        </p>
      )}
      {(total === null || total > sets.length) && (
        <p class="hint">
          These are the first {count(sets.length)}
          {total === null ? "" : ` of ${count(total)}`}: train them, and ask again.
        </p>
      )}
      <Copy sets={sets} />
    </>
  );
}

function SetItem({ set, word }: { set: TrainingSet; word?: string }) {
  return (
    <li>
      <button
        type="button"
        class="link"
        onClick={() => go({ set: set.key })}
        onPointerEnter={() => {
          hovered.value = set.key;
        }}
        onPointerLeave={() => {
          hovered.value = null;
        }}
      >
        {set.name}
      </button>
      <small>
        {word ? `${word}, ` : ""}
        {counted(set.rank, "object")}
      </small>
    </li>
  );
}

function Copy({ sets }: { sets: readonly TrainingSet[] }) {
  const said = useSignal("");
  const text = trainList(sets);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      said.value = "Copied.";
    } catch {
      said.value = "This browser does not let pages copy: select the list below.";
    }
  };
  return (
    <div class="copy">
      <p class="actions">
        <button type="button" data-testid="paths-copy" onClick={() => void copy()}>
          Copy the list
        </button>
        <span role="status" class="hint">
          {said.value}
        </span>
      </p>
      {said.value.startsWith("This") && (
        <textarea
          readOnly
          rows={Math.min(8, sets.length)}
          value={text}
          aria-label="Sets to train"
        />
      )}
    </div>
  );
}

/** A note of the API as a sentence. */
export function sentence(note: string): string {
  return `${note[0]?.toUpperCase() ?? ""}${note.slice(1)}.`;
}
