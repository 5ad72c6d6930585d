/** The left panel: which lattice, which measure, which layout, and what colors and lines mean. */
import { useSignal } from "@preact/signals";
import { apiUrl, ask, Refusal } from "../api";
import type { SetPreview } from "../api/types";
import { count, extentOf, higherIsBetter, measuredOf, number, scoreColors } from "../scales";
import { go, pin, view } from "../state";
import {
  currentDetail,
  latticeLayoutFits,
  lattices,
  layout,
  measure,
  sets,
} from "../state/answers";
import { HOME } from "../state/url";
import { Complaint } from "../ui";

export function Controls() {
  return (
    <nav class="panel controls" aria-label="What is shown">
      <LatticePicker />
      <SetSearch />
      <MeasurePicker />
      {view.value.view === "map" && <LayoutPicker />}
      {view.value.view === "map" && <Legend />}
      <About />
    </nav>
  );
}

function LatticePicker() {
  const known = lattices.value.content?.items ?? [];
  const chosen = view.value.lattice ?? "";
  const names = known.map((each) => each.name);
  return (
    <label>
      Lattice
      <select
        value={chosen}
        onChange={(event) =>
          go({ ...HOME, lattice: event.currentTarget.value, view: view.peek().view })
        }
      >
        {(names.includes(chosen) ? names : [chosen, ...names]).map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function MeasurePicker() {
  const measures = currentDetail.value?.measures ?? [];
  const chosen = measure.value;
  return (
    <label>
      Measure
      <select
        data-testid="measure-select"
        value={chosen?.name ?? ""}
        onChange={(event) => go({ measure: event.currentTarget.value })}
      >
        {measures.length === 0 && <option value="">nothing is evaluated yet</option>}
        {measures.map((each) => (
          <option key={each.name} value={each.name}>
            {each.name}
          </option>
        ))}
      </select>
      {chosen && (
        <small>
          {chosen.metric.direction} is better
          {chosen.evaluation_set.label ? `; ${chosen.evaluation_set.label}` : ""}
          {chosen.evaluation_set.size ? `; ${count(chosen.evaluation_set.size)} rows` : ""}
        </small>
      )}
    </label>
  );
}

function LayoutPicker() {
  const fits = latticeLayoutFits.value;
  return (
    <fieldset class="segments">
      <legend>Layout</legend>
      <button
        type="button"
        data-testid="layout-landscape"
        aria-pressed={layout.value === "landscape"}
        onClick={() => go({ layout: "landscape", camera: null })}
      >
        Landscape
      </button>
      <button
        type="button"
        data-testid="layout-lattice"
        aria-pressed={layout.value === "lattice"}
        disabled={!fits}
        title={fits ? "Parallel edges are the same move" : "Readable up to 1,024 training sets"}
        onClick={() => go({ layout: "lattice", camera: null })}
      >
        Lattice
      </button>
    </fieldset>
  );
}

function SetSearch() {
  const text = useSignal("");
  const refusal = useSignal<Refusal | null>(null);
  const look = async (wanted: string) => {
    const lattice = view.peek().lattice;
    if (lattice === null || wanted.trim() === "") return;
    try {
      const found = await ask<SetPreview>(
        apiUrl(["lattices", lattice, "resolve"], { set: wanted }),
      );
      refusal.value = null;
      text.value = "";
      pin(found.training_set.key);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal.value = error;
    }
  };
  return (
    <search>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          void look(text.value);
        }}
      >
        <label>
          Go to a training set
          <input
            id="set-search"
            data-testid="set-search"
            type="search"
            autocomplete="off"
            spellcheck={false}
            placeholder="ABD or ^B"
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
        </label>
        {refusal.value && (
          <Complaint refusal={refusal.value} choose={(suggestion) => void look(suggestion)} />
        )}
      </form>
    </search>
  );
}

function Legend() {
  const chosen = measure.value;
  const extent = sets.value ? extentOf(measuredOf(sets.value.columns)) : null;
  if (!chosen || !extent) return null;
  const [low, high] = extent;
  const colorOf = scoreColors(extent, higherIsBetter(chosen));
  const steps = Array.from({ length: 24 }, (_, index) => low + ((index + 0.5) / 24) * (high - low));
  return (
    <figure class="legend">
      <figcaption>{chosen.metric.name}: the brighter, the better</figcaption>
      <svg viewBox="0 0 24 2" preserveAspectRatio="none" aria-hidden="true">
        {steps.map((value, index) => (
          <rect key={value} x={index} width="1.02" height="2" fill={colorOf(value)} />
        ))}
      </svg>
      <p class="ends">
        <span>{number(low)}</span>
        <span>{number(high)}</span>
      </p>
      <ul>
        <li>
          <svg class="stroke" viewBox="0 0 40 10" aria-hidden="true">
            <line x1="2" x2="38" y1="5" y2="5" />
          </svg>
          adds an object (+)
        </li>
        <li>
          <svg class="stroke" viewBox="0 0 40 10" aria-hidden="true">
            <line class="dashed" x1="2" x2="38" y1="5" y2="5" />
          </svg>
          removes one (−)
        </li>
        <li>
          <span class="swatch better" /> for the better
          <span class="swatch worse" /> for the worse
        </li>
      </ul>
    </figure>
  );
}

function About() {
  const found = currentDetail.value;
  if (!found) return null;
  const { summary, notes } = found;
  return (
    <details class="about">
      <summary>About this lattice</summary>
      <p>{summary.title}</p>
      <p>{summary.description}</p>
      {notes.map((note) => (
        <p key={note}>Note: {note}.</p>
      ))}
      {found.result_sets.map((results) => (
        <p key={results.id}>
          {results.name}: {count(results.evaluations)} evaluations, replicates{" "}
          {results.replicate_kind}. {results.source} {results.licence}
        </p>
      ))}
    </details>
  );
}
