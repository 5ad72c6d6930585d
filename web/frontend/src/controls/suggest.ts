/** What a text in the search box may mean, from what is known without asking. */
import type { DataObject, Measure } from "../api/types";
import { contains, lacks } from "./predicates";

/** Something that the search offers; the key says which one it is among all. */
export interface Suggestion {
  readonly key: string;
  readonly group: "Filter" | "Training sets" | "Did you mean" | "Objects" | "Measures";
  readonly title: string;
  readonly note: string;
  readonly does:
    | { readonly kind: "pin"; readonly set: string }
    | { readonly kind: "filter"; readonly predicate: string }
    | { readonly kind: "write"; readonly text: string }
    | { readonly kind: "measure"; readonly name: string };
}

export const MOST_OF_A_KIND = 5;

/** Those that match best, and how many more there are. */
export interface Found<T> {
  readonly items: readonly T[];
  readonly more: number;
}

/** The items whose text begins with the fragment, then those that hold it; capitals do not matter. */
export function matching<T>(
  items: readonly T[],
  textsOf: (item: T) => readonly (string | null | undefined)[],
  fragment: string,
  most = MOST_OF_A_KIND,
): Found<T> {
  const wanted = fragment.trim().toLowerCase();
  if (wanted === "") return { items: [], more: 0 };
  const ranked: T[][] = [[], [], []];
  for (const item of items) {
    const places = textsOf(item).map((text) => text?.toLowerCase().indexOf(wanted) ?? -1);
    const exact = textsOf(item).some((text) => text?.toLowerCase() === wanted);
    const place = exact ? 0 : places.includes(0) ? 1 : places.some((each) => each > 0) ? 2 : 3;
    ranked[place]?.push(item);
  }
  const found = ranked.flat();
  return { items: found.slice(0, most), more: Math.max(0, found.length - most) };
}

/** Where the object that is being written begins: after the last plus, minus, comma or caret. */
export function unfinished(text: string): { readonly before: string; readonly part: string } {
  const place = Math.max(...["+", "-", "^", ","].map((sign) => text.lastIndexOf(sign))) + 1;
  return { before: text.slice(0, place), part: text.slice(place).trim() };
}

/** Objects by name or label: filters on them, or the rest of a set that is being written. */
export function objectSuggestions(
  objects: readonly DataObject[],
  text: string,
  quoted: (name: string) => string,
): { readonly items: readonly Suggestion[]; readonly more: number } {
  const { before, part } = unfinished(text);
  const wanted = before === "" ? text.trim() : part;
  // One letter stands in every label.
  const spoken = wanted.length > 1;
  const found = matching(objects, ({ name, label }) => [name, spoken ? label : null], wanted);
  const items = found.items.flatMap<Suggestion>(({ name, label }) => {
    const known = label && label !== name ? `: ${label}` : "";
    if (before !== "") {
      const written = before + quoted(name);
      if (written === text.trim()) return [];
      return [
        {
          key: `write ${name}`,
          group: "Objects",
          title: written,
          note: `go on with ${name}${known}`,
          does: { kind: "write", text: written },
        },
      ];
    }
    return [
      {
        key: `with ${name}`,
        group: "Objects",
        title: `contains ${name}`,
        note: `only sets with ${name}${known}`,
        does: { kind: "filter", predicate: contains(name) },
      },
      ...(found.items.length <= 2
        ? [
            {
              key: `without ${name}`,
              group: "Objects",
              title: `without ${name}`,
              note: `only sets without ${name}`,
              does: { kind: "filter", predicate: lacks(name) },
            } as const,
          ]
        : []),
    ];
  });
  return { items, more: found.more };
}

export function measureSuggestions(
  measures: readonly Measure[],
  text: string,
  chosen: string | null,
): { readonly items: readonly Suggestion[]; readonly more: number } {
  const others = measures.filter((each) => each.name !== chosen);
  const found = matching(others, ({ name, evaluation_set: on }) => [name, on.name, on.label], text);
  return {
    items: found.items.map(({ name, metric, evaluation_set: on }) => ({
      key: `measure ${name}`,
      group: "Measures",
      title: name,
      note: `show this measure; ${metric.direction} is better${on.label ? `; ${on.label}` : ""}`,
      does: { kind: "measure", name },
    })),
    more: found.more,
  };
}
