/** What the page of a set asks; every section only while it is open. */
import { computed, effect, signal } from "@preact/signals";
import { following, isUnreachable } from "../api";
import type {
  ColumnMoves,
  GroupValues,
  Nearest,
  Neighborhood,
  SetDetail,
  SetPage as SetList,
  Squares,
} from "../api/types";
import { around } from "../neighborhood/questions";
import { go, view } from "../state";
import { currentDetail, latticeUrl, measure, neighborhood } from "../state/answers";

export const MOVES = ["add", "remove", "swap"] as const;
export type MoveName = (typeof MOVES)[number];
export const RADII = [1, 2, 3] as const;
export const SECTIONS = ["replicates", "scores", "groups", "pairs", "columns", "missing"] as const;
export type SectionName = (typeof SECTIONS)[number];

export const PAGE = 200;
export const MOST_MISSING = 1_000;
const NEAREST = 12;
const PAIRS = 10;
const NONE = "none";
const USUAL_MOVES: readonly MoveName[] = ["add", "remove"];
const USUALLY_OPEN: readonly SectionName[] = ["replicates", "scores"];

// ---------------------------------------------------------------- what the link says

export const radius = computed(() => {
  const wanted = Number(view.value.radius ?? 1);
  return RADII.find((each) => each === wanted) ?? 1;
});

export const moves = computed<readonly MoveName[]>(() => {
  const said = view.value.moves?.split(",") ?? [];
  const known = MOVES.filter((each) => said.includes(each));
  return known.length > 0 ? known : USUAL_MOVES;
});

export const open = computed<readonly SectionName[]>(() => {
  const said = view.value.open?.split(",");
  return said ? SECTIONS.filter((each) => said.includes(each)) : USUALLY_OPEN;
});

export function chooseMoves(chosen: readonly MoveName[]): void {
  go({ moves: MOVES.filter((each) => chosen.includes(each)).join(",") });
}

/** Open a section or close it. */
export function show(section: SectionName, opened: boolean): void {
  if (open.peek().includes(section) === opened) return;
  const now = SECTIONS.filter((each) => (each === section ? opened : open.peek().includes(each)));
  go({ open: now.length > 0 ? now.join(",") : NONE }, "replace");
}

// ---------------------------------------------------------------- no set yet

/** The smallest and the largest stored set, while none is chosen: something to begin with. */
export const extremes = (["rank", "-rank"] as const).map((sort) =>
  following<SetList>(
    computed(() => {
      const { view: page, set } = view.value;
      if (page !== "set" || set !== null) return null;
      return latticeUrl(["sets"], { sort, limit: 1, fields: "members" });
    }),
  ),
);

// ---------------------------------------------------------------- the neighborhood

const here = computed(() => (view.value.view === "set" ? view.value.set : null));
const stored = computed(() => (here.value !== null && around.value ? here.value : null));
const asked = computed(() => measure.value?.name ?? null);
const isUsual = computed(
  () => radius.value === 1 && moves.value.join() === USUAL_MOVES.join() && !around.value?.next,
);

const widerUrl = computed(() => {
  if (stored.value === null || isUsual.value) return null;
  return latticeUrl(["sets", stored.value, "neighborhood"], neighborhoodQuestion());
});

function neighborhoodQuestion() {
  return {
    radius: radius.value,
    moves: moves.value,
    measure: asked.value,
    sort: asked.value,
    limit: PAGE,
  };
}

const wider = following<Neighborhood>(widerUrl);

/** The chosen neighborhood: what the panel has read already, where that is all of it. */
export const chosen = {
  get value() {
    return isUsual.value ? neighborhood.value : wider.value;
  },
  retry() {
    (isUsual.peek() ? neighborhood : wider).retry();
  },
};

/** The question for the page of neighbors from `cursor` on. */
export function pageUrl(cursor: number): string | null {
  if (stored.value === null) return null;
  return latticeUrl(["sets", stored.value, "neighborhood"], { ...neighborhoodQuestion(), cursor });
}

// ---------------------------------------------------------------- the sections

function asking<T>(section: SectionName, question: (set: string) => string | null) {
  return following<T>(
    computed(() =>
      stored.value !== null && open.value.includes(section) ? question(stored.value) : null,
    ),
  );
}

/** The first of the missing neighbors that are read, of all of them. */
export const missingStart = signal(0);

effect(() => {
  JSON.stringify([view.value.lattice, here.value, radius.value, moves.value]);
  missingStart.value = 0;
});

/** More of the missing neighbors than the neighborhood lists: a page beyond its stored ones. */
export const missing = asking<Neighborhood>("missing", (set) => {
  const content = chosen.value.content;
  if (!content || content.missing.length === content.missing_total) return null;
  return latticeUrl(["sets", set, "neighborhood"], {
    radius: radius.value,
    moves: moves.value,
    measure: asked.value,
    limit: MOST_MISSING,
    cursor: content.total,
    missing_cursor: missingStart.value || null,
  });
});

export const scores = asking<SetDetail>("scores", (set) => latticeUrl(["sets", set]));

export const hasOwners = computed(
  () => currentDetail.value?.objects.some((object) => object.owner !== null) ?? false,
);

export const leavingOut = computed(() =>
  hasOwners.value && view.value.options.by?.[0] === "owner" ? "owner" : "object",
);

function groupsQuestion(set: string, from: number): string | null {
  return latticeUrl(["without"], {
    set,
    measure: asked.value,
    by: leavingOut.value,
    group: view.value.groups,
    limit: PAGE,
    cursor: from || null,
  });
}

export const groups = asking<GroupValues>("groups", (set) => groupsQuestion(set, 0));

/** The question for the groups from `cursor` on. */
export function groupsUrl(cursor: number): string | null {
  return stored.value === null ? null : groupsQuestion(stored.value, cursor);
}

export const complements = asking<Squares>("pairs", (set) =>
  latticeUrl(["squares"], { set, measure: asked.value, sort: asked.value, limit: PAIRS }),
);

/** The other end of the same list: of the squares with a value, the last ones. */
export const substitutes = asking<Squares>("pairs", (set) => {
  const { content, loading } = complements.value;
  if (!content || loading || content.training_set.key !== set) return null;
  const start = Math.max(PAIRS, content.complete - PAIRS);
  if (start >= content.complete) return null;
  return latticeUrl(["squares"], {
    set,
    measure: asked.value,
    sort: asked.value,
    limit: content.complete - start,
    cursor: start,
  });
});

export const columns = asking<ColumnMoves>("columns", (set) =>
  latticeUrl(["columns"], { set, limit: PAGE }),
);

// ---------------------------------------------------------------- a set that is not stored

/** Why there is nothing to show of the set: it is not stored, or its name cannot be read. */
export const absent = computed(() => {
  const { refusal } = neighborhood.value;
  return here.value !== null && refusal && !isUnreachable(refusal) ? refusal : null;
});

export const nearest = following<Nearest>(
  computed(() => {
    if (here.value === null || !absent.value?.problem.type.endsWith("set-not-stored")) return null;
    return latticeUrl(["nearest"], { set: here.value, k: NEAREST, measure: asked.value });
  }),
);
