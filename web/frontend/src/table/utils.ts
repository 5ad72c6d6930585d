/** Pure helpers of the table: what a set's objects add up to. */
import type { DataObject } from "../api/types";
import { positionsOf, setTable } from "../subsets";

const MOST_DECIMALS = 12;

/** What the objects of a set cost, or how large they are, and who owns them. */
export interface Amounts {
  readonly size: number | null;
  readonly cost: number | null;
  readonly owners: readonly string[];
}

export function amountsOf(key: string, objects: readonly DataObject[]): Amounts {
  const members = positionsOf(setTable([key], objects.length), 0)
    .map((position) => objects[position])
    .filter((each) => each !== undefined);
  const owners = members.flatMap((each) => (each.owner === null ? [] : [each.owner]));
  return {
    size: total(members.map((each) => each.size)),
    cost: total(members.map((each) => each.cost)),
    owners: [...new Set(owners)],
  };
}

/** The sum as on paper, .1 + .2 is .3; unknown where a part is. */
function total(parts: readonly (number | null)[]): number | null {
  if (parts.some((part) => part === null)) return null;
  const known = parts as readonly number[];
  const sum = known.reduce((before, part) => before + part, 0);
  const decimals = Math.max(0, ...known.map(decimalsOf));
  return decimals > MOST_DECIMALS ? sum : Number(sum.toFixed(decimals));
}

function decimalsOf(value: number): number {
  const [, fraction = "", exponent = "0"] =
    /\.?(\d*)(?:e([+-]\d+))?$/.exec(`${value}`.replace(/^[^.e]*/, "")) ?? [];
  return Math.max(0, fraction.length - Number(exponent));
}

/** Which amounts any object has: columns of nothing are not shown. */
export function amountColumns(objects: readonly DataObject[]): ("size" | "cost" | "owner")[] {
  return (["size", "cost", "owner"] as const).filter((name) =>
    objects.some((each) => each[name] !== null),
  );
}
