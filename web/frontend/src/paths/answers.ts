/** The answers of this page alone; the path itself is shared with the map. */
import { computed, effect, signal } from "@preact/signals";
import { following } from "../api";
import type { Orders, Path, SetPage, Tradeoffs } from "../api/types";
import { view } from "../state";
import { filter, latticeUrl, measure, path } from "../state/answers";
import type { ModeName } from "../state/url";
import { usedOptions } from "./options";

const MOST_OF_FRONT = 100;

/** The parameters of a question in one of these modes; null while another is asked. */
function asked(...modes: readonly ModeName[]) {
  const { view: page, mode, from, to, options } = view.value;
  if (page !== "paths" || !modes.includes(mode)) return null;
  const name = measure.value?.name ?? null;
  return { from: from || null, to: to || null, measure: name, ...usedOptions(mode, options, name) };
}

/** Where the part of a front starts that has the chosen path. */
export const tradeoffsCursor = computed(() => {
  const place = Number(view.value.alternative ?? 1) - 1;
  const isPlace = view.value.mode === "tradeoffs" && Number.isInteger(place) && place > 0;
  return isPlace ? place - (place % MOST_OF_FRONT) : 0;
});

export const tradeoffs = following<Tradeoffs>(
  computed(() => {
    return frontUrl(tradeoffsCursor.value);
  }),
);

/** The question for the part of the front that begins with this path. */
export function frontUrl(from: number): string | null {
  const question = asked("tradeoffs");
  if (!question?.from || !question.to) return null;
  return latticeUrl(["tradeoffs"], {
    ...question,
    filter: filter.value,
    limit: MOST_OF_FRONT,
    cursor: from || null,
  });
}

export const longest = following<Path>(
  computed(() => {
    const question = asked("longest");
    return question && latticeUrl(["longest-run"], question);
  }),
);

export const orders = following<Orders>(
  computed(() => {
    const question = asked("withdraw", "acquire");
    const resource = view.value.mode === "withdraw" ? "withdrawals" : "acquisitions";
    return question && latticeUrl([resource], question);
  }),
);

/** The smallest and the largest stored set: ends to begin with. */
export const extremes = (["rank", "-rank"] as const).map((sort) =>
  following<SetPage>(
    computed(() => {
      const { view: page, from, to } = view.value;
      if (page !== "paths" || from !== null || to !== null) return null;
      return latticeUrl(["sets"], { sort, limit: 1, fields: "members" });
    }),
  ),
);

/** Where a long path goes on: the first step of the part that is shown, 0 for the first part. */
export const cursor = signal(0);

const later = following<Path>(
  computed(() => {
    return cursor.value === 0 ? null : partUrl(cursor.value);
  }),
);

/** The question for the part of the path that begins with this step. */
export function partUrl(from: number): string | null {
  const question = asked("path", "longest");
  if (!question) return null;
  if (view.value.mode === "longest")
    return latticeUrl(["longest-run"], { ...question, cursor: from });
  return latticeUrl(["paths"], { ...question, filter: filter.value, cursor: from });
}

/** The part of a path that is shown, and the answer that it is a part of. */
export const shownPath = computed(() => {
  const first = view.value.mode === "longest" ? longest : path;
  return { whole: first, part: cursor.value === 0 ? first : later };
});

/** Another question starts at its beginning. */
effect(() => {
  const { lattice, mode, from, to, options, filters } = view.value;
  JSON.stringify([lattice, mode, from, to, options, filters, measure.value?.name]);
  cursor.value = 0;
});
