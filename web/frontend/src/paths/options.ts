/** Which options a question takes: the others stay in the link and wait, but are not sent. */
import type { ModeName, OptionName, Options } from "../state/url";

/** Options that only some objectives of a path take. */
export const ONLY_FOR: Readonly<Partial<Record<OptionName, readonly string[]>>> = {
  k: ["fewest", "least-loss", "cheapest"],
  slack: ["monotone"],
  cost: ["cheapest"],
  jumps: ["fewest"],
};

const TAKEN: Readonly<Record<ModeName, readonly OptionName[]>> = {
  path: [
    "objective",
    "k",
    "slack",
    "cost",
    "jumps",
    "only",
    "min_rank",
    "max_rank",
    "keep",
    "avoid",
    "floor",
    "ceiling",
    "evaluated",
    "profile",
  ],
  tradeoffs: ["first", "second", "cost", "only"],
  longest: ["profile"],
  withdraw: ["by", "unit", "group"],
  acquire: ["by", "unit", "group"],
};

/** Whether the page's filter restricts this question. */
export function takesFilter(mode: ModeName): boolean {
  return mode === "path" || mode === "tradeoffs";
}

/** Why an option is not used as things are; null where it is. */
export function unused(mode: ModeName, options: Options, name: OptionName): string | null {
  if (!TAKEN[mode].includes(name)) return "not used here";
  const takers = ONLY_FOR[name];
  if (!takers) return null;
  const wanted =
    mode === "path"
      ? [options.objective?.[0] ?? "fewest"]
      : [options.first?.[0] ?? "widest", options.second?.[0] ?? "fewest"];
  return wanted.some((each) => takers.includes(each)) ? null : `only for ${takers.join(", ")}`;
}

/** The options that a question is asked with. The measure is the first of those that are listed. */
export function usedOptions(mode: ModeName, options: Options, measure: string | null): Options {
  const used = Object.entries(options).filter(
    ([name]) => unused(mode, options, name as OptionName) === null,
  );
  const found: Options = Object.fromEntries(used);
  if (!found.profile || measure === null) return found;
  return { ...found, profile: [...new Set([measure, ...found.profile])] };
}
