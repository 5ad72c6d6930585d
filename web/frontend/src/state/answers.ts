/** The answers that the view needs, each following the part of the view that it depends on. */
import { computed, effect } from "@preact/signals";
import { apiUrl, following } from "../api";
import { askSubgraph, type PackedSubgraph } from "../api/packed";
import type {
  Histogram,
  LatticeDetail,
  LatticeList,
  Measure,
  Neighborhood,
  Path,
  Subgraph,
} from "../api/types";
import { usedOptions } from "../paths/options";
import { positionsOf, type SetTable, setTable, spell } from "../subsets";
import { complaints, go, view } from ".";
import type { LayoutName, View } from "./url";

/** Most sets that are drawn one by one. */
export const MOST_DRAWN = 16_384;
export const BINS = 48;
const LABELLED_SETS = 64;
const LARGEST_LATTICE_LAYOUT = 1_024;
const LARGEST_ROWS_LAYOUT = 256;

const lattice = computed(() => view.value.lattice);
const page = computed(() => view.value.view);

export const lattices = following<LatticeList>(computed(() => apiUrl(["lattices"])));

export const detail = following<LatticeDetail>(
  computed(() => (lattice.value === null ? null : apiUrl(["lattices", lattice.value]))),
);

/** The detail of the chosen lattice only, not of the one before. */
export const currentDetail = computed(() => {
  const found = detail.value.content;
  return found && found.summary.name === lattice.value ? found : null;
});

export const objectNames = computed(
  () => currentDetail.value?.objects.map((object) => object.name) ?? [],
);

/** The measure that is shown unless one is chosen: the fullest, of these the last. */
export function usualMeasure(found: LatticeDetail): Measure | null {
  const most = Math.max(0, ...found.cells_per_measure);
  return found.measures.findLast((_, index) => found.cells_per_measure[index] === most) ?? null;
}

/** The chosen measure, or the usual one. */
export const measure = computed<Measure | null>(() => {
  const found = currentDetail.value;
  const chosen = found?.measures.find((each) => each.name === view.value.measure);
  return chosen ?? (found ? usualMeasure(found) : null);
});

/** The measure that colors. */
export const colorMeasure = computed<Measure | null>(() => {
  const chosen = currentDetail.value?.measures.find((each) => each.name === view.value.color);
  return chosen ?? measure.value;
});

/** All chips as one predicate; null without any. */
export const filter = computed<string | null>(() => {
  const { filters } = view.value;
  if (filters.length === 0) return null;
  return filters.length === 1
    ? (filters[0] ?? null)
    : filters.map((each) => `(${each})`).join(" and ");
});

const asking = computed(() => {
  const found = currentDetail.value;
  return found ? { name: found.summary.name, measure: measure.value?.name ?? null } : null;
});

/** The path and query of a question to the chosen lattice; null before it is known. */
export function latticeUrl(
  path: readonly string[],
  parameters: Parameters<typeof apiUrl>[1] = {},
): string | null {
  return asking.value ? apiUrl(["lattices", asking.value.name, ...path], parameters) : null;
}

// ---------------------------------------------------------------- the map

const isLarge = computed(() => (currentDetail.value?.summary.training_sets ?? 0) > MOST_DRAWN);

/** Rank x score counts: asked where there may be too many sets to draw, or where they are shown. */
export const histogram = following<Histogram>(
  computed(() => {
    if (page.value !== "map" || !asking.value || asking.value.measure === null) return null;
    if (!isLarge.value && view.value.layout !== "density") return null;
    return latticeUrl(["histogram"], {
      measure: asking.value.measure,
      bins: BINS,
      filter: filter.value,
    });
  }),
);

/** How many sets are too many to draw; null until it is known. */
const matching = computed<number | null>(() => {
  if (!currentDetail.value) return null;
  const { training_sets: stored, measures } = currentDetail.value.summary;
  if (!isLarge.value || measures === 0) return stored;
  return histogram.value.loading ? null : (histogram.value.content?.total ?? stored);
});

/** Whether counts are drawn instead of sets. */
export const drawsDensity = computed(() => {
  const wanted = view.value.layout;
  if (wanted === "density") return measure.value !== null;
  return wanted === null && measure.value !== null && (matching.value ?? 0) > MOST_DRAWN;
});

/** The sets to draw; above 16,384 an even sample of every rank. */
export const subgraph = following<PackedSubgraph>(
  computed(() => {
    if (page.value !== "map" || matching.value === null || drawsDensity.value) return null;
    return latticeUrl(["subgraph"], {
      measure: asking.value?.measure,
      filter: filter.value,
    });
  }),
  askSubgraph,
);

/** The scores that color, where these are another measure's. */
const colors = following<Subgraph>(
  computed(() => {
    const other = colorMeasure.value?.name;
    if (page.value !== "map" || matching.value === null || drawsDensity.value) return null;
    if (!other || other === measure.value?.name) return null;
    return latticeUrl(["subgraph"], { measure: other, filter: filter.value });
  }),
  askSubgraph,
);

/** The drawn sets with their words, when they belong to the chosen lattice. */
export const sets = computed<{ table: SetTable; columns: Subgraph } | null>(() => {
  const columns = subgraph.value.content;
  const found = currentDetail.value;
  if (!columns || !found || columns.measure !== (measure.value?.name ?? null)) return null;
  return { table: setTable(columns.keys, found.objects.length, columns.words), columns };
});

/** The columns that color the drawn sets, in the same order; null until they are there. */
export const colorColumns = computed<Subgraph | null>(() => {
  const shown = sets.value?.columns ?? null;
  if (colorMeasure.value?.name === measure.value?.name) return shown;
  const found = colors.value.content;
  const fits = found?.measure === colorMeasure.value?.name && found?.shown === shown?.shown;
  return fits ? (found ?? null) : null;
});

export const latticeLayoutFits = computed(() => (matching.value ?? 0) <= LARGEST_LATTICE_LAYOUT);
export const rowsLayoutFits = computed(() => (matching.value ?? 0) <= LARGEST_ROWS_LAYOUT);

/** The layout that is drawn: the one that is wanted where it is readable. */
export const layout = computed<LayoutName>(() => {
  if (drawsDensity.value) return "density";
  const size = sets.value?.table.keys.length ?? matching.value ?? 0;
  // By the lattice, not by what the filter leaves: a chip does not turn the picture round.
  const stored = currentDetail.value?.summary.training_sets ?? size;
  const usual = stored <= LABELLED_SETS ? "lattice" : "landscape";
  const wanted = view.value.layout ?? usual;
  if (wanted === "lattice" && size > LARGEST_LATTICE_LAYOUT) return "landscape";
  if (wanted === "rows" && size > LARGEST_ROWS_LAYOUT) return "landscape";
  return wanted === "density" ? usual : wanted;
});

/** How many sets match the filter, and how many there are; null until it is known. */
export const matches = computed<{ matching: number; stored: number } | null>(() => {
  const stored = currentDetail.value?.summary.training_sets;
  if (stored === undefined) return null;
  const found = drawsDensity.value ? histogram.value.content : subgraph.value.content;
  return found ? { matching: found.total, stored } : null;
});

// ---------------------------------------------------------------- the pinned set, the path

export const neighborhood = following<Neighborhood>(
  computed(() => {
    const { set } = view.value;
    if (set === null) return null;
    return latticeUrl(["sets", set, "neighborhood"], {
      measure: asking.value?.measure,
      sort: asking.value?.measure,
    });
  }),
);

/** The one path between two sets that map and page of paths share. */
export const path = following<Path>(
  computed(() => {
    const { from, to, mode, options } = view.value;
    if (from === null || to === null || mode !== "path") return null;
    return latticeUrl(["paths"], {
      from,
      to,
      measure: asking.value?.measure,
      ...usedOptions("path", options, asking.value?.measure ?? null),
      filter: filter.value,
    });
  }),
);

// ---------------------------------------------------------------- words

/** A set's spelling by its key; what is no key is a spelling already. */
export function nameOf(key: string): string {
  const names = objectNames.value;
  if (!currentDetail.value || !key.startsWith("~")) return key;
  return spell(names, positionsOf(setTable([key], names.length), 0));
}

/** What of the link does not fit this lattice; it falls back, and is said. */
export const notices = computed<string[]>(() => {
  const said = [...complaints.value];
  const known = currentDetail.value?.measures;
  for (const wanted of [view.value.measure, view.value.color]) {
    if (wanted !== null && known && !known.some((each) => each.name === wanted)) {
      said.push(
        `This lattice has no measure "${wanted}"; ${measure.value?.name ?? "none"} is shown.`,
      );
    }
  }
  return said;
});

/** Links may spell sets (`set=ABCD`); the answers give their keys, which the map needs. */
effect(() => {
  const pinned = neighborhood.value.content?.training_set.key;
  const found = path.value.content;
  const { set, from, to } = view.peek();
  const change: { -readonly [Name in keyof View]?: View[Name] } = {};
  if (pinned && set !== null && !set.startsWith("~")) change.set = pinned;
  if (found && from !== null && !from.startsWith("~")) change.from = found.source.key;
  if (found && to !== null && !to.startsWith("~")) change.to = found.target.key;
  if (Object.keys(change).length > 0) go(change, "replace");
});

effect(() => {
  const name = view.value.importing ? "import" : lattice.value;
  document.title = name === null ? "datalattice" : `${name} · datalattice`;
});
