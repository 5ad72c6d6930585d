/** The tray at the bottom of every page: selected sets, one of them the baseline. */
import { useSignal } from "@preact/signals";
import { cellText, number } from "../scales";
import { labelOf, pointing, SetName } from "../sets/names";
import { go, MOST_IN_TRAY, setBaseline, turnedAway, view } from "../state";
import { measure } from "../state/answers";
import { DeltaValue } from "../ui";
import { comparable, comparison, corners, entries, isAbsent, place } from "./questions";
import "./tray.css";
import { clipped } from "../sets/utils";
import { type Entry, without } from "./utils";

const NARROW = "(max-width: 62rem)";
const LONGEST = 30;

export function Tray() {
  const choice = useSignal<boolean | null>(null);
  const { tray } = view.value;
  if (tray.length === 0) return null;
  const refused = turnedAway.value;
  const full = tray.length >= MOST_IN_TRAY;
  const opened = choice.value ?? (view.value.view !== "compare" && !matchMedia(NARROW).matches);
  const [from, to] = comparable.value;
  return (
    <section class={`tray ${opened ? "opened" : ""}`} aria-label="Tray" data-testid="tray">
      <header>
        <button
          type="button"
          class="quiet fold"
          data-testid="tray-fold"
          aria-expanded={opened}
          aria-controls="tray-sets"
          onClick={() => {
            choice.value = !opened;
          }}
        >
          Tray ({tray.length})
        </button>
        <span class="hint" data-testid="tray-count">
          {full ? `full: ${MOST_IN_TRAY} sets · ` : ""}
          {measure.value?.name}
        </span>
        <span class="actions">
          <button
            type="button"
            data-testid="tray-compare"
            aria-pressed={view.value.view === "compare"}
            onClick={() => go({ view: "compare" })}
          >
            Compare
          </button>
          {tray.length === 2 && from !== undefined && to !== undefined && (
            <button
              type="button"
              data-testid="tray-path"
              onClick={() => go({ view: "paths", mode: "path", from, to })}
            >
              Path
            </button>
          )}
          <button
            type="button"
            class="quiet"
            data-testid="tray-clear"
            onClick={() => go({ tray: [], baseline: null })}
          >
            Clear
          </button>
        </span>
      </header>
      <p class="turned-away" role="status" data-testid="tray-full">
        {refused !== null && full && !tray.includes(refused)
          ? `${labelOf(refused)} was not added: the tray holds ${MOST_IN_TRAY} sets. Take one out first.`
          : ""}
      </p>
      <ul id="tray-sets">
        {entries.value.map((entry, at) => (
          <Item key={`${at} ${entry.text}`} entry={entry} at={at} />
        ))}
      </ul>
    </section>
  );
}

function Item({ entry, at }: { entry: Entry; at: number }) {
  const { text, key, problem } = entry;
  const { tray, baseline } = view.value;
  const isBaseline = key !== null && key === comparable.value[0] && problem === null;
  const name = key === null ? clipped(text, LONGEST) : labelOf(key);
  const remove = (
    <button
      type="button"
      class="quiet icon"
      aria-label={`Take ${name} out`}
      data-testid="tray-remove"
      onClick={() => go(without(tray, baseline, at))}
    >
      ×
    </button>
  );
  if (key === null || problem !== null) {
    return (
      <li class="bad" data-testid="tray-set" title={problem ?? ""}>
        <span class="name">{name}</span>
        <small>{problem === null ? "is being read" : problem}</small>
        {remove}
      </li>
    );
  }
  return (
    <li class={isBaseline ? "baseline" : ""} data-testid="tray-set" {...pointing(key)}>
      <SetName of={key} longest={20} />
      <Score of={key} />
      <button
        type="button"
        class="quiet icon"
        aria-pressed={isBaseline}
        aria-label={`${labelOf(key)} is the baseline`}
        title={isBaseline ? "The baseline of comparisons" : "Make it the baseline"}
        data-testid="tray-baseline"
        onClick={() => setBaseline(baseline === key ? null : key)}
      >
        {isBaseline ? "baseline" : "○"}
      </button>
      {remove}
    </li>
  );
}

/** The set's score under the chosen measure and, beside the baseline, its delta. */
function Score({ of: key }: { of: string }) {
  const corner = corners.value.get(key);
  if (!corner) return isAbsent.value ? <small>not stored</small> : null;
  if (!corner.stored) return <small>not stored</small>;
  const cell = corner.cells[place.value];
  const beside = comparison.value.content?.sets.find((each) => each.training_set.key === key);
  const delta = beside?.deltas[place.value];
  return (
    <>
      <span class="score" title={cellText(cell)}>
        {cell ? number(cell.mean) : "no score"}
        {cell && cell.standard_error !== null && <small> ± {number(cell.standard_error)}</small>}
      </span>
      {comparable.value.length > 1 && delta && <DeltaValue delta={delta} />}
    </>
  );
}
