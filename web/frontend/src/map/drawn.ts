/** The sets that are drawn: those that match, and those that are marked although they do not. */
import { computed } from "@preact/signals";
import { following } from "../api";
import type { Subgraph } from "../api/types";
import { view } from "../state";
import {
  colorColumns,
  drawsDensity,
  filter,
  latticeUrl,
  measure,
  objectNames,
  path,
  sets,
} from "../state/answers";
import { type SetTable, setTable } from "../subsets";
import { among } from "./keys";

/** A predicate is read up to 20,000 characters; this many leave room for the rest. */
const MOST_CHARACTERS = 12_000;

export interface Drawn {
  readonly table: SetTable;
  readonly columns: Subgraph;
  /** Scores that color, in the order of the table; null where there are none (yet). */
  readonly colors: Subgraph;
  /** How many of the rows match and are in the sample; the others are only marked. */
  readonly inside: number;
}

/** What has a mark of its own: the pinned set, the path, the tray, the baseline. */
export const markedKeys = computed<readonly string[]>(() => {
  const { set, tray, baseline } = view.value;
  const steps = path.value.content?.steps ?? [];
  const keys = [set, baseline, ...tray, ...steps.map((step) => step.training_set.key)];
  return [...new Set(keys.filter((key): key is string => key?.startsWith("~") ?? false))];
});

/** Marked sets that the drawn ones may lack, as one question. */
const extras = following<Subgraph>(
  computed(() => {
    if (view.value.view !== "map") return null;
    const shown = sets.value;
    if (!drawsDensity.value) {
      if (!shown) return null;
      const complete = filter.value === null && shown.columns.shown === shown.columns.total;
      if (complete) return null;
    }
    const missing = markedKeys.value.filter(
      (key) => drawsDensity.value || !shown?.table.rowOfKey.has(key),
    );
    let room = MOST_CHARACTERS;
    const asked = missing.filter((key) => {
      room -= key.length + 4;
      return room > 0;
    });
    if (asked.length === 0) return null;
    return latticeUrl(["subgraph"], { measure: measure.value?.name, filter: among(asked) });
  }),
);

/** The answer about marked sets, when it is about the shown measure. */
const marked = computed<Subgraph | null>(() => {
  const found = extras.value.content;
  return found && found.measure === (measure.value?.name ?? null) ? found : null;
});

/** Only the marked sets: what is drawn over counts. */
export const markedSets = computed<Drawn | null>(() => {
  if (!drawsDensity.value) return null;
  const columns = marked.value;
  const n = objectNames.value.length;
  const wanted = new Set(markedKeys.value);
  const kept = columns ? only(columns, (key) => wanted.has(key)) : null;
  const found = kept ?? EMPTY;
  return { table: setTable(found.keys, n), columns: found, colors: found, inside: 0 };
});

export const drawn = computed<Drawn | null>(() => {
  const shown = sets.value;
  if (!shown || drawsDensity.value) return null;
  const { table, columns } = shown;
  const colors = colorColumns.value ?? without(columns);
  const wanted = new Set(markedKeys.value);
  const more = marked.value;
  const missing = more ? only(more, (key) => wanted.has(key) && !table.rowOfKey.has(key)) : null;
  if (!missing || missing.keys.length === 0) {
    return { table, columns, colors, inside: table.keys.length };
  }
  const all = joined(columns, missing);
  const ownColors = colors === columns;
  return {
    table: setTable(all.keys, table.n),
    columns: all,
    colors: ownColors ? all : joined(colors, without(missing)),
    inside: table.keys.length,
  };
});

const EMPTY: Subgraph = {
  measure: null,
  total: 0,
  shown: 0,
  keys: [],
  means: [],
  standard_errors: [],
  replicates: [],
  declared: [],
};

/** The same columns without scores. */
function without(columns: Subgraph): Subgraph {
  return { ...columns, means: columns.keys.map(() => null) };
}

function only(columns: Subgraph, keeps: (key: string) => boolean): Subgraph {
  const rows = columns.keys.flatMap((key, row) => (keeps(key) ? [row] : []));
  const pick = <T>(values: readonly T[]): T[] => rows.map((row) => values[row] as T);
  return {
    ...columns,
    keys: pick(columns.keys),
    means: pick(columns.means),
    standard_errors: pick(columns.standard_errors),
    replicates: pick(columns.replicates),
    declared: pick(columns.declared),
  };
}

function joined(first: Subgraph, second: Subgraph): Subgraph {
  return {
    ...first,
    keys: [...first.keys, ...second.keys],
    means: [...first.means, ...second.means],
    standard_errors: [...first.standard_errors, ...second.standard_errors],
    replicates: [...first.replicates, ...second.replicates],
    declared: [...first.declared, ...second.declared],
  };
}
