/** What grid and table ask for alike: which measures, in which order of rows. */
import { computed } from "@preact/signals";
import type { Measure } from "../api/types";
import { view } from "../state";
import { currentDetail } from "../state/answers";
import { RANK, type Sorting, sortingOf } from "./order";

const AMOUNTS = ["rank", "cost", "size"] as const;

/** The measures that are shown, in the order of the lattice. */
export const shownMeasures = computed<readonly Measure[]>(() => {
  const all = currentDetail.value?.measures ?? [];
  const chosen = all.filter((measure) => view.value.shown.includes(measure.name));
  return chosen.length > 0 ? chosen : all;
});

/** The numbers by which sets can be sorted besides scores: those that some object has. */
export const amountNames = computed<readonly string[]>(() => {
  const objects = currentDetail.value?.objects ?? [];
  return AMOUNTS.filter(
    (name) => name === RANK || objects.some((each) => each[name as "cost" | "size"] !== null),
  );
});

/** The order that is asked for; by rank where the link names none that there is. */
export const sorting = computed<Sorting>(() => {
  const names = currentDetail.value?.measures.map((each) => each.name) ?? [];
  const found = sortingOf(view.value.sort, names, amountNames.value);
  return found ?? { text: RANK, field: RANK, turned: false };
});

/** What the link wants to sort by and cannot; null where it can. */
export const unknownSort = computed<string | null>(() => {
  const names = currentDetail.value?.measures.map((each) => each.name);
  if (!names || view.value.sort === null) return null;
  return sortingOf(view.value.sort, names, amountNames.value) ? null : view.value.sort;
});
