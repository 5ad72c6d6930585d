/** Which lattice, which measure, which color, which layout. */
import { useSignal } from "@preact/signals";
import type { Measure } from "../api/types";
import { count } from "../scales";
import { go, view } from "../state";
import {
  currentDetail,
  drawsDensity,
  latticeLayoutFits,
  lattices,
  layout,
  measure,
  rowsLayoutFits,
} from "../state/answers";
import { HOME } from "../state/url";
import { layoutChoices } from "./layouts";
import { grouped, MANY_MEASURES, narrowed } from "./measures";

export function LatticePicker() {
  const known = lattices.value.content?.items ?? [];
  const chosen = view.value.lattice ?? "";
  const names = known.map((each) => each.name);
  return (
    <label>
      Lattice
      <select
        data-testid="lattice-select"
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

export function MeasurePicker() {
  const measures = currentDetail.value?.measures ?? [];
  const chosen = measure.value;
  const text = useSignal("");
  const shown = narrowed(measures, text.value, chosen?.name ?? null);
  return (
    <div class="field">
      <label for="measure-select">Measure</label>
      {measures.length > MANY_MEASURES && (
        <input
          type="search"
          data-testid="measure-filter"
          aria-label="Narrow the measures"
          placeholder={`narrow ${count(measures.length)} measures`}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      )}
      <select
        id="measure-select"
        data-testid="measure-select"
        title={chosen?.name}
        value={chosen?.name ?? ""}
        onChange={(event) => go({ measure: event.currentTarget.value })}
      >
        {measures.length === 0 && <option value="">nothing is evaluated yet</option>}
        <Options measures={shown} />
      </select>
      {text.value.trim() !== "" && (
        <small role="status">
          {count(shown.length)} of {count(measures.length)} listed
        </small>
      )}
      {chosen && <small>{aboutMeasure(chosen)}</small>}
    </div>
  );
}

function Options({ measures }: { measures: readonly Measure[] }) {
  const groups = grouped(measures);
  const options = (items: readonly Measure[]) =>
    items.map(({ name }) => (
      <option key={name} value={name}>
        {name}
      </option>
    ));
  return (
    <>
      {groups.map((group) =>
        group.title === null ? (
          options(group.measures)
        ) : (
          <optgroup key={group.title} label={group.title}>
            {options(group.measures)}
          </optgroup>
        ),
      )}
    </>
  );
}

function aboutMeasure({ metric, evaluation_set: on }: Measure): string {
  const said = [`${metric.direction} is better`];
  if (on.label) said.push(on.label);
  if (on.size) said.push(`${count(on.size)} rows`);
  return said.join("; ");
}

/** A second measure may color; counts are colored by how many they are. */
export function ColorPicker() {
  const measures = currentDetail.value?.measures ?? [];
  if (measures.length < 2) return null;
  const { color } = view.value;
  const known = measures.some((each) => each.name === color);
  return (
    <label>
      Color
      <select
        data-testid="color-select"
        value={known ? (color ?? "") : ""}
        disabled={drawsDensity.value}
        onChange={(event) => go({ color: event.currentTarget.value || null })}
      >
        <option value="">{drawsDensity.value ? "how many sets" : "the same measure"}</option>
        <Options measures={measures} />
      </select>
    </label>
  );
}

export function LayoutPicker() {
  const choices = layoutChoices({
    lattice: latticeLayoutFits.value,
    rows: rowsLayoutFits.value,
    measured: measure.value !== null,
    known: currentDetail.value !== null,
  });
  const reasons = choices.filter((each) => each.why !== null);
  return (
    <fieldset class="layouts">
      <legend>Layout</legend>
      <div>
        {choices.map(({ name, title, shows, why }) => (
          <button
            key={name}
            type="button"
            data-testid={`layout-${name}`}
            aria-pressed={layout.value === name}
            disabled={why !== null}
            title={why ?? shows}
            onClick={() => go({ layout: name, camera: null })}
          >
            <Icon name={name} />
            {title}
          </button>
        ))}
      </div>
      {reasons.length > 0 && (
        <small>{reasons.map(({ title, why }) => `${title}: ${why}.`).join(" ")}</small>
      )}
    </fieldset>
  );
}

const ICONS = {
  lattice: "M8 2 3 8l5 6 5-6zM8 2v12",
  landscape: "M2 13h.01M5 9h.01M5 11h.01M8 6h.01M8 8h.01M11 4h.01M11 6h.01M14 3h.01",
  rows: "M7 3h2M4 8h8M2 13h12",
  density: "M3 14V9M6.5 14V6M10 14V4M13.5 14V2",
} as const;

function Icon({ name }: { name: keyof typeof ICONS }) {
  return (
    <svg class={`icon ${name}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  );
}
