/** The mapping as a form and as text: the form reads from the text and writes into it. */
import type { ComponentChildren } from "preact";
import { type MetricEntry, metricsOf, readMapping, textAt, withMetric, withValue } from "./mapping";
import { Running } from "./progress";
import {
  activity,
  canImport,
  check,
  content,
  files,
  found,
  importFiles,
  isStale,
  job,
  mapping,
  onConflict,
  understood,
} from "./state";
import type { OnConflict } from "./types";
import { isKnown, isReady } from "./utils";

type Options = readonly (readonly [value: string, meaning: string])[];

const FORMATS: Options = [
  ["wide", "wide table: a row per training set"],
  ["long", "long table: a row per score"],
  ["game", "coalition game"],
  ["masks", "arrays of masks and scores"],
  ["runs", "runs as JSON"],
  ["lm-eval", "lm-evaluation-harness"],
  ["mlflow", "MLflow"],
];
const KINDS: Options = [
  ["shared", "shared: one split or seed for many sets"],
  ["independent", "independent: drawn afresh per cell"],
  ["nested", "nested: outer and inner"],
  ["unlabelled", "unlabelled: unknown"],
];
const SPELLINGS: Options = [
  ["letters", "letters: ABC is A, B and C"],
  ["names", "names: ABC is one object"],
];
const DIRECTIONS: Options = [
  ["higher", "higher"],
  ["lower", "lower"],
];
const CONFLICTS: Options = [
  ["refuse", "refuse the import"],
  ["keep", "keep the stored score"],
  ["replace", "replace the stored score"],
  ["new-replicate", "store both, as replicates"],
];

const FORM = "how-they-are-read";

export function Form() {
  return (
    <form
      class="mapping"
      id={FORM}
      aria-label="How the files are read"
      onSubmit={(event) => {
        event.preventDefault();
        if (activity.peek() === null) void check();
      }}
    >
      <h2>How they are read</h2>
      <p class="hint">
        What you leave open is detected.
        {files.value.length > 1 &&
          " Each file is a result set of its own; as soon as more than the lattice is said here, all files are one."}
      </p>
      <Fields />
      <MappingText />
    </form>
  );
}

function Fields() {
  const columns = [...new Set(files.value.flatMap((file) => file.columns))];
  return (
    <fieldset class="fields" disabled={content.value.content === null}>
      <legend class="hidden">Common parts of the mapping</legend>
      <TextField label="Lattice" at="lattice" />
      <Choice label="Format" at="format" options={FORMATS} />
      <TextField label="Training-set column" table="columns" at="training_set" among={columns} />
      <Metrics />
      <Choice
        label="Kind of replicates"
        table="replicates"
        at="kind"
        options={KINDS}
        detected={found.value?.replicate_kind}
      />
      <Choice label="Sets are written in" table="sets" at="spelling" options={SPELLINGS} />
      <TextField label="Sign between objects" table="sets" at="separator" />
      <Labelled label="Scores that disagree with stored ones">
        <select
          value={onConflict.value}
          onChange={(event) => {
            onConflict.value = event.currentTarget.value as OnConflict;
          }}
        >
          <Listed options={CONFLICTS} />
        </select>
      </Labelled>
    </fieldset>
  );
}

interface Place {
  readonly label: string;
  readonly table?: string;
  readonly at: string;
}

/** What the mapping says under a key, and what was understood where it says nothing. */
function saidAt({ table = null, at }: { table?: string | null; at: string }) {
  return {
    said: textAt(content.value.content, table, at),
    detected: textAt(readMapping(understood.value).content, table, at) || undefined,
  };
}

function say({ table = null, at }: { table?: string | null; at: string }, value: string): void {
  mapping.value = withValue(mapping.peek(), table, at, value === "" ? undefined : value);
}

function TextField(props: Place & { among?: readonly string[] }) {
  const { said, detected } = saidAt(props);
  const list = props.among?.length ? `among-${props.at}` : undefined;
  return (
    <Labelled label={props.label}>
      <input
        value={said}
        placeholder={detected ?? ""}
        list={list}
        autocomplete="off"
        spellcheck={false}
        onChange={(event) => say(props, event.currentTarget.value)}
      />
      {list && (
        <datalist id={list}>
          {props.among?.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </Labelled>
  );
}

function Choice(props: Place & { options: Options; detected?: string | undefined }) {
  const { said, detected = props.detected } = saidAt(props);
  return (
    <Labelled label={props.label}>
      <select value={said} onChange={(event) => say(props, event.currentTarget.value)}>
        <option value="">{detected ? `detected: ${detected}` : "detected"}</option>
        <Listed options={props.options} />
      </select>
    </Labelled>
  );
}

/** The metrics that the mapping names, then those that were found besides. */
function Metrics() {
  const said = metricsOf(content.value.content);
  const besides = metricsOf(readMapping(understood.value).content).filter(
    (each) => !said.some((other) => other.name === each.name),
  );
  const blank = said.length + besides.length === 0 ? [{}] : [];
  return (
    <>
      {[...said, ...blank].map((entry, place) => (
        <Metric key={`${place}`} entry={entry} place={place} />
      ))}
      {besides.map((entry) => (
        <Labelled key={entry.name} label={`Better scores of ${entry.name}`}>
          <select
            value=""
            onChange={(event) => sayMetric(said.length, entry.name, event.currentTarget.value)}
          >
            <option value="">detected: {entry.direction}</option>
            <Listed options={DIRECTIONS} />
          </select>
        </Labelled>
      ))}
    </>
  );
}

function Metric({ entry, place }: { entry: MetricEntry; place: number }) {
  const isHalf = Boolean(entry.name) !== Boolean(entry.direction);
  return (
    <div class="metric">
      <Labelled label="Metric">
        <input
          value={entry.name ?? ""}
          placeholder="accuracy"
          autocomplete="off"
          spellcheck={false}
          onChange={(event) => sayMetric(place, event.currentTarget.value, entry.direction)}
        />
      </Labelled>
      <Labelled label="Better when">
        <select
          value={entry.direction ?? ""}
          aria-describedby={isHalf ? "half" : undefined}
          onChange={(event) => sayMetric(place, entry.name, event.currentTarget.value)}
        >
          <option value="">–</option>
          <Listed options={DIRECTIONS} />
        </select>
      </Labelled>
      {isHalf && (
        <small id="half">A metric needs a name, and which of its scores are better.</small>
      )}
    </div>
  );
}

function sayMetric(place: number, name = "", direction = ""): void {
  const entry = metricsOf(content.peek().content)[place] ?? {};
  mapping.value = withMetric(mapping.peek(), place, { ...entry, name, direction });
}

function MappingText() {
  const { complaint } = content.value;
  return (
    <>
      <Labelled label="The mapping, as TOML">
        <textarea
          id="mapping"
          data-testid="import-mapping"
          rows={8}
          spellcheck={false}
          autocomplete="off"
          aria-invalid={complaint !== ""}
          aria-describedby={complaint ? "mapping-complaint" : undefined}
          value={mapping.value}
          onInput={(event) => {
            mapping.value = event.currentTarget.value;
          }}
        />
      </Labelled>
      {complaint && (
        <pre class="complaint" id="mapping-complaint">
          {complaint}
        </pre>
      )}
      {understood.value && understood.value.trim() !== mapping.value.trim() && (
        <details>
          <summary>As it was read, in full</summary>
          <pre data-testid="import-understood">{understood.value}</pre>
          <button
            type="button"
            onClick={() => {
              mapping.value = understood.peek();
            }}
          >
            Take it all over
          </button>
        </details>
      )}
    </>
  );
}

/** Check and import: always in sight, and last. */
export function Actions() {
  const isBusy = activity.value !== null;
  const isBroken = content.value.content === null;
  return (
    <div class="proceed">
      <Running />
      <p class="actions">
        <button type="submit" form={FORM} data-testid="import-check" disabled={isBusy || isBroken}>
          Check again
        </button>
        <button
          type="button"
          class="primary"
          data-testid="import-run"
          disabled={!canImport.value}
          onClick={() => void importFiles()}
        >
          Import
        </button>
      </p>
      <p class="hint" data-testid="import-hint">
        {isBusy ? "" : hint(isBroken)}
      </p>
    </div>
  );
}

function hint(isBroken: boolean): string {
  if (isBroken) return "The mapping is no TOML yet.";
  if (job.value?.report && isStale.value) return "Changed since it was checked: check again first.";
  if (isKnown(job.value?.report?.imported ?? [])) return "All of it is there already.";
  if (job.value?.report && !isReady(job.value)) return "Some rows cannot be read yet.";
  return canImport.value ? "Nothing is stored yet." : "";
}

function Listed({ options }: { options: Options }) {
  return options.map(([value, meaning]) => (
    <option key={value} value={value}>
      {meaning}
    </option>
  ));
}

function Labelled({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label>
      <span>{label}</span>
      {children}
    </label>
  );
}
