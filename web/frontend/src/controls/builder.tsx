/** Filters without knowing the language: objects, ranks, scores, and what is evaluated. */
import { useSignal } from "@preact/signals";
import { apiUrl } from "../api";
import type { Level, Levels } from "../api/types";
import { count } from "../scales";
import { addFilter, go, removeFilter, view } from "../state";
import { currentDetail, measure } from "../state/answers";
import { useAnswer } from "./answer";
import { contains, evaluated, lacks, quote, scoreOf, within } from "./predicates";
import { matching } from "./suggest";

const MOST_LISTED = 40;
const MOST_RANKS = 64;

export function Builder() {
  const { lattice, filters } = view.value;
  const others = filters.filter((each) => !isOneRank(each));
  const levels = useAnswer<Levels>(
    lattice === null
      ? null
      : apiUrl(["lattices", lattice, "levels"], {
          measure: measure.value?.name,
          filter: others.length > 0 ? others.map((each) => `(${each})`).join(" and ") : null,
        }),
  );
  const items = levels.content?.items ?? [];
  return (
    <div class="builder" data-testid="filter-builder">
      <ByObject />
      <ByScore declared={items.reduce((sum, level) => sum + level.declared, 0)} />
      <ByRank items={items} others={others} />
      <p class="hint">
        More in the search box, as <code>any_of("a", "b")</code>,{" "}
        <code>distance("a+b") &lt;= 2</code>, <code>or</code> and <code>not</code>.
      </p>
    </div>
  );
}

function ByObject() {
  const objects = currentDetail.value?.objects ?? [];
  const text = useSignal("");
  const known = objects.find(({ name }) => name === text.value);
  const offered =
    text.value === ""
      ? objects.slice(0, MOST_LISTED)
      : matching(objects, ({ name, label }) => [name, label], text.value, MOST_LISTED).items;
  const add = (predicate: string) => {
    addFilter(predicate);
    text.value = "";
  };
  return (
    <fieldset>
      <legend>Object</legend>
      <input
        data-testid="filter-object"
        aria-label="Object"
        list="filter-objects"
        autocomplete="off"
        placeholder={`one of ${count(objects.length)}`}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      <datalist id="filter-objects">
        {offered.map(({ name, label }) => (
          <option key={name} value={name} label={label ?? undefined} />
        ))}
      </datalist>
      <p class="actions">
        <button
          type="button"
          data-testid="filter-with"
          disabled={!known}
          onClick={() => known && add(contains(known.name))}
        >
          With
        </button>
        <button
          type="button"
          data-testid="filter-without"
          disabled={!known}
          onClick={() => known && add(lacks(known.name))}
        >
          Without
        </button>
      </p>
    </fieldset>
  );
}

function isOneRank(predicate: string): boolean {
  return /^rank == \d+$/.test(predicate);
}

/** Ranks with their counts under the other chips; each is a switch. */
function ByRank({ items, others }: { items: readonly Level[]; others: readonly string[] }) {
  const { filters } = view.value;
  const most = Math.max(1, ...items.map((level) => level.sets));
  const choose = (rank: number) => {
    const predicate = `rank == ${rank}`;
    if (filters.includes(predicate)) removeFilter(predicate);
    else go({ filters: [...others, predicate], camera: null });
  };
  return (
    <fieldset>
      <legend>Rank: objects in the set</legend>
      <Range name="rank" whole add={(low, high) => within("rank", low, high)} />
      <ul class="facets">
        {items.slice(0, MOST_RANKS).map((level) => (
          <li key={level.rank}>
            <button
              type="button"
              data-testid="rank-facet"
              aria-pressed={filters.includes(`rank == ${level.rank}`)}
              aria-label={`rank ${level.rank}, ${count(level.sets)} sets`}
              onClick={() => choose(level.rank)}
            >
              <span>{level.rank}</span>
              <meter min={0} max={most} value={level.sets} aria-hidden="true" />
              <span>{count(level.sets)}</span>
            </button>
          </li>
        ))}
      </ul>
      {items.length > MOST_RANKS && (
        <p class="hint">{count(items.length - MOST_RANKS)} more ranks: give a range.</p>
      )}
    </fieldset>
  );
}

/** Scores and whether there are any; where some are only `declared`, whether they were measured. */
function ByScore({ declared }: { declared: number }) {
  const chosen = measure.value;
  if (!chosen) return null;
  const measuredOnly = `not declared(${quote(chosen.name)})`;
  const tellsThemApart = declared > 0 || view.value.filters.includes(measuredOnly);
  return (
    <fieldset>
      <legend>{chosen.name}</legend>
      <Range name="score" add={(low, high) => within(scoreOf(chosen.name), low, high)} />
      <p class="actions">
        <Switch predicate={evaluated(chosen.name)} testid="filter-evaluated">
          Only evaluated
        </Switch>
        {tellsThemApart && (
          <Switch predicate={measuredOnly} testid="filter-measured">
            Only measured
          </Switch>
        )}
      </p>
      {declared > 0 && (
        <p class="hint" data-testid="filter-declared">
          {count(declared)} declared, not measured.
        </p>
      )}
    </fieldset>
  );
}

/** A filter that is there or not. */
function Switch(props: { predicate: string; testid: string; children: string }) {
  const { predicate, testid, children } = props;
  return (
    <button
      type="button"
      data-testid={testid}
      aria-pressed={view.value.filters.includes(predicate)}
      title={predicate}
      onClick={() =>
        view.peek().filters.includes(predicate) ? removeFilter(predicate) : addFilter(predicate)
      }
    >
      {children}
    </button>
  );
}

function Range(props: {
  name: string;
  whole?: boolean;
  add: (low: number | null, high: number | null) => string | null;
}) {
  const { name, whole, add } = props;
  const ends = [useSignal(""), useSignal("")] as const;
  const [low, high] = ends.map((end) => (end.value.trim() === "" ? null : Number(end.value))) as [
    number | null,
    number | null,
  ];
  const readable = [low, high].every((each) => each === null || Number.isFinite(each));
  const ordered = low === null || high === null || low <= high;
  const predicate = readable && ordered ? add(low, high) : null;
  return (
    <form
      class="range"
      onSubmit={(event) => {
        event.preventDefault();
        if (predicate === null) return;
        addFilter(predicate);
        for (const end of ends) end.value = "";
      }}
    >
      {ends.map((end, index) => (
        <input
          key={index === 0 ? "from" : "to"}
          type="number"
          step={whole ? 1 : "any"}
          min={whole ? 0 : undefined}
          data-testid={`filter-${name}-${index === 0 ? "from" : "to"}`}
          aria-label={`${name} ${index === 0 ? "from" : "to"}`}
          placeholder={index === 0 ? "from" : "to"}
          value={end.value}
          onInput={(event) => {
            end.value = event.currentTarget.value;
          }}
        />
      ))}
      <button type="submit" disabled={predicate === null} data-testid={`filter-${name}-add`}>
        Add
      </button>
      {!ordered && <p class="hint">From is above to.</p>}
    </form>
  );
}
