/** Which lattices come first, which are looked for, and which one a newcomer is shown. */
import type { LatticeSummary } from "../api/types";

export const ORDERS = {
  imported: "last import",
  name: "name",
  sets: "training sets",
} as const;
export type OrderName = keyof typeof ORDERS;

/** Lattices in an order; those that are equal in it by name. */
export function ordered(
  items: readonly LatticeSummary[],
  order: OrderName,
): readonly LatticeSummary[] {
  const byName = (a: LatticeSummary, b: LatticeSummary) => a.name.localeCompare(b.name);
  // The same import brings several within seconds: only the day counts.
  const day = (each: LatticeSummary) => each.last_import?.slice(0, 10) ?? "";
  const orders: Record<OrderName, (a: LatticeSummary, b: LatticeSummary) => number> = {
    imported: (a, b) => day(b).localeCompare(day(a)),
    name: byName,
    sets: (a, b) => b.training_sets - a.training_sets,
  };
  return [...items].sort((a, b) => orders[order](a, b) || byName(a, b));
}

/** Lattices whose name, title or description holds the text. */
export function lookedFor(
  items: readonly LatticeSummary[],
  text: string,
): readonly LatticeSummary[] {
  const wanted = text.trim().toLowerCase();
  return items.filter(({ name, title, description }) =>
    [name, title, description].some((each) => each?.toLowerCase().includes(wanted)),
  );
}

/** The lattice that leave-one-out is shown on: the toy, else a small one with moves and scores. */
export function walkable(items: readonly LatticeSummary[]): string | null {
  const fits = items.filter((each) => each.objects === 4 && each.moves > 0 && each.cells > 0);
  return (fits.find((each) => each.name === "toy") ?? fits[0])?.name ?? null;
}
