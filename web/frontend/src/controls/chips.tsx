/** Filters as chips: what each one says, how many sets match it, and how many match all. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { count } from "../scales";
import { go, removeFilter, view } from "../state";
import { currentDetail, filter, matches } from "../state/answers";
import { Complaint, Later } from "../ui";
import { type Counted, countUrl, useAnswer } from "./answer";
import { inWords } from "./predicates";

const builder = () => import("./builder").then((found) => found.Builder);

export function Filters() {
  const { filters, lattice } = view.value;
  const building = useSignal(false);
  return (
    <section class="filters" aria-label="Filters">
      <header>
        <h3>Filters</h3>
        <button
          type="button"
          data-testid="add-filter"
          aria-expanded={building.value}
          onClick={() => {
            building.value = !building.value;
          }}
        >
          {building.value ? "Done" : "Add"}
        </button>
      </header>
      {filters.length > 0 && (
        <ul class="chips">
          {filters.map((predicate) => (
            <Chip key={predicate} predicate={predicate} lattice={lattice ?? ""} />
          ))}
        </ul>
      )}
      <Total />
      {building.value && <Later load={builder} />}
    </section>
  );
}

/** How many sets all chips together leave. */
function Total() {
  const { filters, lattice } = view.value;
  const all = filter.value;
  const known = matches.value;
  const page = view.value.view === "map";
  const asks = all !== null && lattice !== null && !page && currentDetail.value !== null;
  const own = useAnswer<Counted>(asks ? countUrl(lattice, all) : null);
  const stored = known?.stored ?? currentDetail.value?.summary.training_sets;
  const matching = page ? known?.matching : own.content?.total;
  if (all === null) {
    return stored === undefined ? null : (
      <p class="hint" data-testid="match-count">
        None: all {count(stored)} training sets.
      </p>
    );
  }
  return (
    <p class="total" data-testid="match-count" role="status">
      {matching !== undefined && stored !== undefined && (
        <span class={matching === 0 ? "none" : ""}>
          <b>{count(matching)}</b> of {count(stored)} match{filters.length > 1 ? " all" : ""}
        </span>
      )}
      <button
        type="button"
        class="quiet"
        data-testid="filters-clear"
        onClick={() => go({ filters: [], camera: null })}
      >
        Clear
      </button>
    </p>
  );
}

function Chip({ predicate, lattice }: { predicate: string; lattice: string }) {
  const editing = useSignal(false);
  const answer = useAnswer<Counted>(countUrl(lattice, predicate));
  const said = inWords(predicate);
  if (editing.value) {
    return (
      <li>
        <Editor
          predicate={predicate}
          done={(text) => {
            editing.value = false;
            const { filters } = view.peek();
            const next = filters.map((each) => (each === predicate ? text : each));
            if (text === "") removeFilter(predicate);
            else if (text !== predicate) go({ filters: [...new Set(next)], camera: null });
          }}
        />
      </li>
    );
  }
  const { content, refusal } = answer;
  return (
    <li class={`chip ${refusal ? "refused" : ""}`} data-testid="chip">
      <button
        type="button"
        class="words"
        title={`${predicate}\nPress to edit`}
        onClick={() => {
          editing.value = true;
        }}
      >
        <span class="hidden">Edit the filter </span>
        <span>{said}</span>
        <small data-testid="chip-count">
          {content ? count(content.total) : refusal ? "!" : "…"}
        </small>
      </button>
      <button
        type="button"
        class="remove"
        aria-label={`Remove the filter ${said}`}
        onClick={() => removeFilter(predicate)}
      >
        ×
      </button>
      {refusal && <Complaint refusal={refusal} />}
    </li>
  );
}

function Editor({ predicate, done }: { predicate: string; done: (text: string) => void }) {
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    input.current?.focus();
    input.current?.setSelectionRange(predicate.length, predicate.length);
  }, [predicate]);
  const finish = () => done(input.current?.value.trim() ?? predicate);
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        finish();
      }}
    >
      <textarea
        ref={input}
        aria-label="Predicate"
        data-testid="chip-editor"
        rows={Math.min(6, 1 + Math.ceil(predicate.length / 26))}
        spellcheck={false}
        autocapitalize="off"
        onKeyDown={(event) => {
          if (event.key === "Escape") done(predicate);
          else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) finish();
          else return;
          event.preventDefault();
        }}
      >
        {predicate}
      </textarea>
      <p class="actions">
        <button type="submit">Apply</button>
        <button type="button" class="quiet" onClick={() => done(predicate)}>
          Cancel
        </button>
      </p>
    </form>
  );
}
