/** What has to hold of every set on a path, as a form and as chips. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { go, removeFilter, view } from "../state";
import { currentDetail, measure, objectNames } from "../state/answers";
import { type OptionName, option } from "../state/url";
import { spell } from "../subsets";
import { setOption } from "./objectives";
import { takesFilter, unused } from "./options";
import { Suggest } from "./suggest";
import { chipsOf, fitting, withoutValue } from "./utils";

const MOST_SUGGESTED = 8;

function addOption(name: OptionName, value: string): void {
  const before = view.peek().options[name] ?? [];
  if (value !== "" && !before.includes(value)) setOption(name, ...before, value);
}

/** Everything that is asked for beyond the ends; each can be taken back. */
export function Chips() {
  const { mode, options, filters } = view.value;
  const chips = chipsOf(mode, options);
  const filtered = takesFilter(mode);
  if (chips.length === 0 && filters.length === 0) return null;
  return (
    <ul class="chips" aria-label="Constraints that are set" data-testid="paths-chips">
      {chips.map(({ name, value, text, unused: reason }) => (
        <Chip
          key={`${name} ${value}`}
          text={text}
          unused={reason}
          remove={() => go({ options: withoutValue(view.peek().options, name, value) })}
        />
      ))}
      {filters.map((each) => (
        <Chip
          key={each}
          text={`filter: ${each}`}
          unused={filtered ? null : "not used here"}
          remove={() => removeFilter(each)}
        />
      ))}
    </ul>
  );
}

function Chip(props: { text: string; unused: string | null; remove: () => void }) {
  return (
    <li class={props.unused ? "chip unused" : "chip"} data-testid="paths-chip">
      <span>
        {props.text}
        {props.unused && <small> ({props.unused})</small>}
      </span>
      <button
        type="button"
        class="quiet"
        aria-label={`Take back: ${props.text}`}
        onClick={props.remove}
      >
        ×
      </button>
    </li>
  );
}

/** The form of constraints, folded away. It opens by itself where a refusal is about one of them. */
export function Constraints({ refused }: { refused: string | null }) {
  const open = useSignal(false);
  const { mode, options } = view.value;
  const takes = (name: OptionName) => unused(mode, options, name) === null;
  const isMine = (
    ["only", "min_rank", "max_rank", "keep", "avoid", "floor", "ceiling"] as const
  ).some((name) => name === refused);
  useEffect(() => {
    if (isMine) open.value = true;
  }, [isMine, open]);
  if (!takes("only")) return null;
  const set = chipsOf(mode, options).filter((chip) => chip.unused === null).length;
  return (
    <details
      class="constraints"
      open={open.value}
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
      data-testid="paths-constraints"
    >
      <summary>
        What has to hold of every set on the way
        {set === 0 && <span class="hint"> nothing yet</span>}
      </summary>
      <div class="fields">
        <Field label="Moves">
          <select
            data-testid="paths-only"
            value={option(view.value, "only") ?? ""}
            onChange={(event) => setOption("only", event.currentTarget.value)}
          >
            <option value="">add or remove</option>
            <option value="add">only add</option>
            <option value="remove">only remove</option>
          </select>
        </Field>
        {takes("min_rank") && (
          <>
            <NumberField name="min_rank" label="Rank at least" refused={refused} />
            <NumberField name="max_rank" label="Rank at most" refused={refused} />
            <Field label="Scores">
              <span class="check">
                <input
                  type="checkbox"
                  data-testid="paths-evaluated"
                  checked={option(view.value, "evaluated") === "true"}
                  onChange={(event) =>
                    setOption("evaluated", event.currentTarget.checked ? "true" : "")
                  }
                />
                evaluated sets only
              </span>
            </Field>
            <Names name="keep" label="Objects in every set" refused={refused} />
            <Names name="avoid" label="Objects in no set" refused={refused} />
            <Bound name="floor" label="No set worse than" refused={refused} />
            <Bound name="ceiling" label="No set better than" refused={refused} />
          </>
        )}
      </div>
    </details>
  );
}

export function Field({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label class="field">
      <span>{label}</span>
      {children}
    </label>
  );
}

/** A number as it is typed: what makes no sense is refused by the API, in its words. */
export function NumberField(props: {
  name: OptionName;
  label: string;
  refused: string | null;
  placeholder?: string;
}) {
  const { name, label } = props;
  return (
    <Field label={label}>
      <input
        type="text"
        inputmode="decimal"
        autocomplete="off"
        data-testid={`paths-${name}`}
        placeholder={props.placeholder ?? ""}
        aria-invalid={props.refused === name}
        value={option(view.value, name) ?? ""}
        onChange={(event) => setOption(name, event.currentTarget.value.trim())}
      />
    </Field>
  );
}

/** Names of objects that are added one by one. */
export function Names(props: {
  name: OptionName;
  label: string;
  refused: string | null;
  choices?: readonly string[];
}) {
  const { name, label } = props;
  const taken = view.value.options[name] ?? [];
  const names = objectNames.value;
  const choices = props.choices ?? names.map((_, position) => spell(names, [position]));
  const left = choices.filter((each) => !taken.includes(each));
  return (
    <Suggest
      label={label}
      value=""
      clears
      testid={`paths-${name}`}
      placeholder="name an object"
      invalid={props.refused === name}
      suggestionsFor={(text) => fitting(text, left, MOST_SUGGESTED)}
      onChoose={(text) => addOption(name, text.trim())}
    />
  );
}

/** A measure and a score that bounds it. */
function Bound({
  name,
  label,
  refused,
}: {
  name: OptionName;
  label: string;
  refused: string | null;
}) {
  const measures = currentDetail.value?.measures ?? [];
  const chosen = useSignal<string | null>(null);
  const score = useSignal("");
  const about = chosen.value ?? measure.value?.name ?? "";
  const add = () => {
    if (score.value.trim() === "") return;
    addOption(name, `${about}=${score.value.trim()}`);
    score.value = "";
  };
  return (
    <fieldset class="bound">
      <legend>{label}</legend>
      <select
        aria-label={`${label}: measure`}
        data-testid={`paths-${name}-measure`}
        value={about}
        onChange={(event) => {
          chosen.value = event.currentTarget.value;
        }}
      >
        {measures.map((each) => (
          <option key={each.name}>{each.name}</option>
        ))}
      </select>
      <input
        type="text"
        inputmode="decimal"
        autocomplete="off"
        placeholder="score"
        aria-label={`${label}: score`}
        aria-invalid={refused === name}
        data-testid={`paths-${name}`}
        value={score.value}
        onInput={(event) => {
          score.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") add();
        }}
      />
      <button type="button" data-testid={`paths-${name}-add`} onClick={add}>
        Add
      </button>
    </fieldset>
  );
}

/** What adding or removing an object costs; without any, the objects' stored costs count. */
export function Costs({ refused }: { refused: string | null }) {
  const side = useSignal<"" | "-">("");
  const object = useSignal("");
  const cost = useSignal("");
  const names = objectNames.value;
  const add = () => {
    const about = object.value || names[0];
    if (!about || cost.value.trim() === "") return;
    addOption("cost", `${side.value}${about}=${cost.value.trim()}`);
    cost.value = "";
  };
  return (
    <fieldset class="bound">
      <legend>Cost of a move (without any: the objects' stored costs)</legend>
      <select
        aria-label="Which move"
        value={side.value}
        onChange={(event) => {
          side.value = event.currentTarget.value as "" | "-";
        }}
      >
        <option value="">adding</option>
        <option value="-">removing</option>
      </select>
      <select
        aria-label="Object"
        data-testid="paths-cost-object"
        value={object.value}
        onChange={(event) => {
          object.value = event.currentTarget.value;
        }}
      >
        {names.map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
      <input
        type="text"
        inputmode="decimal"
        autocomplete="off"
        placeholder="cost"
        aria-label="Cost"
        aria-invalid={refused === "cost"}
        data-testid="paths-cost"
        value={cost.value}
        onInput={(event) => {
          cost.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") add();
        }}
      />
      <button type="button" onClick={add}>
        Add
      </button>
    </fieldset>
  );
}
