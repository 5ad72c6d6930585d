/** The question: what kind, between which sets, best at what. */
import { useSignal } from "@preact/signals";
import { go, view } from "../state";
import { currentDetail, measure, objectNames } from "../state/answers";
import { MODES, type OptionName, option } from "../state/url";
import { Chips, Constraints, Costs, Field, Names, NumberField } from "./constraints";
import { Ends } from "./ends";
import { ObjectiveSelect, setOption } from "./objectives";
import "./question.css";
import { unused } from "./options";
import { MODE_MEANINGS, MODE_TITLES, OBJECTIVES, TRADABLE } from "./types";
import { endsFor } from "./utils";

export function Question({ refused }: { refused: string | null }) {
  const { mode, from, to } = view.value;
  return (
    <section class="question" aria-label="The question">
      <div class="kinds">
        <fieldset class="segments modes">
          <legend class="hidden">What to ask</legend>
          {MODES.map((name) => (
            <button
              key={name}
              type="button"
              data-testid={`paths-mode-${name}`}
              aria-pressed={mode === name}
              onClick={() =>
                go({ mode: name, ...endsFor(name, from, to, objectNames.value.length) })
              }
            >
              {MODE_TITLES[name]}
            </button>
          ))}
        </fieldset>
        <p class="hint">{MODE_MEANINGS[mode]}</p>
      </div>
      <div class="asked">
        <Ends refused={refused} />
        {mode === "path" && <Objective />}
        {mode === "tradeoffs" && <Traded />}
        {(mode === "withdraw" || mode === "acquire") && <Who refused={refused} />}
      </div>
      {mode === "path" && <Meaning refused={refused} />}
      {takes("cost") && <Costs refused={refused} />}
      <Chips />
      <Constraints refused={refused} />
    </section>
  );
}

function takes(name: OptionName): boolean {
  const { mode, options } = view.value;
  return unused(mode, options, name) === null;
}

/** What the objective makes best, in a sentence, and what only it takes. */
function Meaning({ refused }: { refused: string | null }) {
  const chosen = option(view.value, "objective") ?? "fewest";
  const found = OBJECTIVES.find((each) => each.name === chosen);
  return (
    <div class="meaning">
      {found && <p class="hint">{found.meaning}</p>}
      {takes("k") && (
        <NumberField name="k" label="Paths to give" placeholder="1" refused={refused} />
      )}
      {takes("slack") && (
        <NumberField name="slack" label="Slack" placeholder="0" refused={refused} />
      )}
      {takes("jumps") && (
        <label class="check hint">
          <input
            type="checkbox"
            data-testid="paths-jumps"
            checked={option(view.value, "jumps") === "true"}
            onChange={(event) => setOption("jumps", event.currentTarget.checked ? "true" : "")}
          />
          jump over gaps
        </label>
      )}
    </div>
  );
}

function Objective() {
  return (
    <div class="objective">
      <Field label="Best at">
        <ObjectiveSelect testid="paths-objective" />
      </Field>
    </div>
  );
}

function Traded() {
  const choose = (name: "first" | "second", usual: string, label: string) => (
    <Field label={label}>
      <select
        data-testid={`paths-${name}`}
        value={option(view.value, name) ?? usual}
        onChange={(event) => setOption(name, event.currentTarget.value)}
      >
        {TRADABLE.map((each) => (
          <option key={each} value={each}>
            {OBJECTIVES.find(({ name: other }) => other === each)?.title}
          </option>
        ))}
      </select>
    </Field>
  );
  return (
    <div class="objective">
      {choose("first", "widest", "Trade")}
      {choose("second", "fewest", "for")}
    </div>
  );
}

/** Who moves: objects one by one, owners, or groups. */
function Who({ refused }: { refused: string | null }) {
  const by = option(view.value, "by") ?? "object";
  const objects = currentDetail.value?.objects ?? [];
  const owners = [...new Set(objects.flatMap((each) => (each.owner === null ? [] : [each.owner])))];
  const group = useSignal("");
  const groups = view.value.options.group ?? [];
  const choices = by === "owner" ? owners : objectNames.value;
  const add = () => {
    const text = group.value.trim();
    if (text !== "" && !groups.includes(text)) setOption("group", ...groups, text);
    group.value = "";
  };
  return (
    <div class="objective">
      <Field label="One after the other">
        <select
          data-testid="paths-by"
          value={by}
          onChange={(event) => setOption("by", event.currentTarget.value)}
        >
          <option value="object">each object alone</option>
          <option value="owner">each owner's objects together</option>
        </select>
      </Field>
      <Names
        name="unit"
        label="Only these (none: all who can)"
        refused={refused}
        choices={[...choices, ...groups.map((each) => each.split("=")[0] ?? each)]}
      />
      <Field label="A group that moves together">
        <input
          type="text"
          autocomplete="off"
          spellcheck={false}
          placeholder={`union=${objectNames.value.slice(0, 2).join(",")}`}
          data-testid="paths-group"
          aria-invalid={refused === "group"}
          value={group.value}
          onInput={(event) => {
            group.value = event.currentTarget.value;
          }}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key === "Enter") add();
          }}
        />
      </Field>
    </div>
  );
}

/** Measures that are drawn besides the followed one. */
export function Profiles() {
  const measures = currentDetail.value?.measures ?? [];
  const others = measures.filter((each) => each.name !== measure.value?.name);
  const drawn = view.value.options.profile ?? [];
  if (others.length === 0) return null;
  return (
    <details class="profiles" data-testid="paths-profiles">
      <summary>
        Other measures along the way{drawn.length > 0 ? `: ${drawn.length} drawn` : ""}
      </summary>
      <div class="checks">
        {others.map(({ name }) => (
          <label key={name} class="check">
            <input
              type="checkbox"
              checked={drawn.includes(name)}
              onChange={(event) =>
                setOption(
                  "profile",
                  ...(event.currentTarget.checked
                    ? [...drawn, name]
                    : drawn.filter((each) => each !== name)),
                )
              }
            />
            {name}
          </label>
        ))}
      </div>
    </details>
  );
}
