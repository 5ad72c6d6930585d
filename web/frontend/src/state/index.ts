/** The one store: what is shown (in the URL), what the pointer is on, and the answers they need. */
import { computed, effect, signal } from "@preact/signals";
import { apiUrl, following } from "../api";
import type {
  LatticeDetail,
  LatticeList,
  Measure,
  Neighborhood,
  Path,
  Subgraph,
} from "../api/types";
import { type SetTable, setTable } from "../subsets";
import { type LayoutName, readUrl, type View, writeUrl } from "./url";

const LABELLED_SETS = 64;
const LARGEST_LATTICE_LAYOUT = 1024;

// ---------------------------------------------------------------- the view

const first = readUrl(location.pathname, location.search);

/** What is shown; change it with `go`. */
export const view = signal<View>(first.view);

/** What the link said that could not be understood. */
export const complaints = signal<readonly string[]>(first.complaints);

/** Change the view. Back undoes it, unless it is only a change of the camera. */
export function go(change: Partial<View>, how: "push" | "replace" = "push"): void {
  const next = { ...view.peek(), ...change };
  const url = writeUrl(next);
  if (how === "push" && url !== writeUrl(view.peek())) history.pushState(null, "", url);
  else history.replaceState(null, "", url);
  view.value = next;
  if (how === "push") complaints.value = [];
}

export function followHistory(): void {
  addEventListener("popstate", () => {
    const read = readUrl(location.pathname, location.search);
    view.value = read.view;
    complaints.value = read.complaints;
  });
}

// ---------------------------------------------------------------- what the pointer is on

/** Key of the set under the pointer or the keyboard; never in the URL. */
export const hovered = signal<string | null>(null);

// ---------------------------------------------------------------- answers

const lattice = computed(() => view.value.lattice);

export const lattices = following<LatticeList>(
  computed(() => (lattice.value === null ? apiUrl(["lattices"]) : null)),
);

/** Names for the picker, also inside a lattice. */
export const latticeNames = following<LatticeList>(
  computed(() => (lattice.value === null ? null : apiUrl(["lattices"]))),
);

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

const asking = computed(() => {
  const found = currentDetail.value;
  return found ? { name: found.summary.name, measure: measure.value?.name ?? null } : null;
});

export const subgraph = following<Subgraph>(
  computed(() =>
    asking.value
      ? apiUrl(["lattices", asking.value.name, "subgraph"], { measure: asking.value.measure })
      : null,
  ),
);

/** The drawn sets with their words, when they belong to the chosen lattice. */
export const sets = computed<{ table: SetTable; columns: Subgraph } | null>(() => {
  const columns = subgraph.value.content;
  const found = currentDetail.value;
  if (!columns || !found || columns.measure !== (measure.value?.name ?? null)) return null;
  return { table: setTable(columns.keys, found.objects.length), columns };
});

export const neighborhood = following<Neighborhood>(
  computed(() => {
    const { set } = view.value;
    if (!asking.value || set === null) return null;
    return apiUrl(["lattices", asking.value.name, "sets", set, "neighborhood"], {
      measure: asking.value.measure,
    });
  }),
);

export const path = following<Path>(
  computed(() => {
    const { from, to, objective } = view.value;
    if (!asking.value || from === null || to === null) return null;
    return apiUrl(["lattices", asking.value.name, "paths"], {
      from,
      to,
      objective,
      measure: asking.value.measure,
    });
  }),
);

// ---------------------------------------------------------------- derived

export const latticeLayoutFits = computed(
  () => (sets.value?.table.keys.length ?? 0) <= LARGEST_LATTICE_LAYOUT,
);

export const layout = computed<LayoutName>(() => {
  const size = sets.value?.table.keys.length ?? 0;
  const usual = size <= LABELLED_SETS ? "lattice" : "landscape";
  const wanted = view.value.layout ?? usual;
  return wanted === "lattice" && !latticeLayoutFits.value ? "landscape" : wanted;
});

/** What of the link does not fit this lattice; it falls back, and is said. */
export const notices = computed<string[]>(() => {
  const said = [...complaints.value];
  const { measure: wanted } = view.value;
  const known = currentDetail.value?.measures;
  if (wanted !== null && known && !known.some((each) => each.name === wanted)) {
    said.push(
      `This lattice has no measure "${wanted}"; ${measure.value?.name ?? "none"} is shown.`,
    );
  }
  return said;
});

/** Pin a set; its neighborhood is asked for and its moves are drawn. */
export function pin(key: string | null): void {
  if (view.peek().set !== key) go({ set: key });
}

/** Ask for the path between two sets. */
export function connect(from: string, to: string): void {
  go({ from, to });
}

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
