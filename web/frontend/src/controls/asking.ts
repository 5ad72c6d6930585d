/** What the server says about a text in the search box. */
import { apiUrl, ask, Refusal } from "../api";
import type { Nearest, SetPreview } from "../api/types";
import { count, counted, number } from "../scales";
import { type Counted, countUrl } from "./answer";
import { inWords, readsAsPredicate } from "./predicates";
import type { Suggestion } from "./suggest";

const NEAREST = 4;

export interface Found {
  readonly items: readonly Suggestion[];
  /** Why the text is neither a set nor a predicate. */
  readonly refusal: Refusal | null;
}

/** The filter or the sets that a text means, or why it means none. */
export async function asked(
  lattice: string,
  text: string,
  measure: string | null,
  abort: AbortSignal,
): Promise<Found> {
  try {
    const items = readsAsPredicate(text)
      ? await filterBy(lattice, text, abort)
      : await setsLike(lattice, text, measure, abort);
    return { items, refusal: null };
  } catch (error) {
    if (abort.aborted || !(error instanceof Refusal)) throw error;
    const meant = readsAsPredicate(text) ? [] : (error.problem.suggestions ?? []);
    return { items: meant.map(didYouMean), refusal: error };
  }
}

function didYouMean(text: string): Suggestion {
  return {
    key: `meant ${text}`,
    group: "Did you mean",
    title: text,
    note: "",
    does: { kind: "write", text },
  };
}

async function filterBy(lattice: string, text: string, abort: AbortSignal): Promise<Suggestion[]> {
  const { total } = await ask<Counted>(countUrl(lattice, text), abort);
  return [
    {
      key: "filter",
      group: "Filter",
      title: `Filter by ${inWords(text)}`,
      note: `${counted(total, "training set")}`,
      does: { kind: "filter", predicate: text },
    },
  ];
}

async function setsLike(
  lattice: string,
  text: string,
  measure: string | null,
  abort: AbortSignal,
): Promise<Suggestion[]> {
  const url = (last: string, parameters: Parameters<typeof apiUrl>[1]) =>
    apiUrl(["lattices", lattice, last], parameters);
  const { training_set: set, stored } = await ask<SetPreview>(url("resolve", { set: text }), abort);
  const near = await ask<Nearest>(
    url("nearest", { set: set.key, k: stored ? 1 : NEAREST, measure }),
    abort,
  );
  return near.items.map(({ training_set: each, distance, add, remove, cells }) => {
    const score = cells[0] ? `, ${number(cells[0].mean)}` : "";
    const away = [...add.map((name) => `+${name}`), ...remove.map((name) => `−${name}`)];
    const changes = away.length > 4 ? `${count(distance)} moves` : away.join(" ");
    return {
      key: `set ${each.key}`,
      group: "Training sets",
      title: each.name,
      note:
        distance === 0
          ? `${counted(each.rank, "object")}${score}`
          : `${set.name} is not stored; ${changes}${score}`,
      does: { kind: "pin", set: each.key },
    };
  });
}
