/** Predicates as people read them, and the texts of those that the panel can build. */
import { number } from "../scales";

/** A name in the quotes of predicates. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function contains(object: string): string {
  return `contains(${quote(object)})`;
}

export function lacks(object: string): string {
  return `not contains(${quote(object)})`;
}

/** A number between two ends of which one may be open; null when both are. */
export function within(what: string, low: number | null, high: number | null): string | null {
  if (low === null && high === null) return null;
  if (low === null) return `${what} <= ${high}`;
  if (high === null) return `${what} >= ${low}`;
  return low === high ? `${what} == ${low}` : `${low} <= ${what} <= ${high}`;
}

export function scoreOf(measure: string): string {
  return `score(${quote(measure)})`;
}

export function evaluated(measure: string): string {
  return `evaluated(${quote(measure)})`;
}

// ---------------------------------------------------------------- what a text is

const WORDS =
  "contains|any_of|contains_any|subset_of|superset_of|between|among|owner|evaluated|declared|better_than|worse_than";
const NUMBERS = "rank|cost|size|distance|score|error|replicates";
const CALLED = new RegExp(`\\b(${WORDS}|distance|score|error|replicates)\\s*\\(`, "i");
const COMPARED = new RegExp(`\\b(${NUMBERS})\\b[^<>=!]*[<>=!]|[<>=]\\s*(${NUMBERS})\\b`, "i");

/** Whether a text is meant as a predicate rather than as the name of something. */
export function readsAsPredicate(text: string): boolean {
  return CALLED.test(text) || COMPARED.test(text);
}

// ---------------------------------------------------------------- words of the domain

const TEXT = /"(?:[^"]|"")*"|'(?:[^']|'')*'/y;
const NUMBER = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?";
const SIGN = "<=|>=|==|!=|<|>";
const CALL = /^(not\s+)?([a-z_]+)\s*\(([\s\S]*)\)$/i;
const CHAIN = new RegExp(`^(${NUMBER})\\s*(<=?)\\s*([\\s\\S]+?)\\s*(<=?)\\s*(${NUMBER})$`);
const LEFT = new RegExp(`^([\\s\\S]+?)\\s*(${SIGN})\\s*(${NUMBER})$`);
const RIGHT = new RegExp(`^(${NUMBER})\\s*(${SIGN})\\s*([\\s\\S]+)$`);
const TURNED: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };
const SIGNS: Readonly<Record<string, string>> = { "<=": "≤", ">=": "≥", "==": "", "!=": "≠" };
const MOST_NAMED = 3;

/** A predicate in words: `contains B`, `rank 3 to 5`; the text itself where it is more involved. */
export function inWords(predicate: string): string {
  const texts = splitTop(stripped(predicate), "and");
  // Beside an "and", an "or" means what it seems to only within parentheses.
  const parts = texts.map((text) =>
    oneInWords(text, texts.length === 1 || text.trim().startsWith("(")),
  );
  return parts.every((part) => part !== null) ? parts.join(", ") : predicate;
}

function oneInWords(text: string, isWhole: boolean): string | null {
  const part = stripped(text);
  return (isWhole ? unmeasured(part) : null) ?? called(part) ?? compared(part);
}

/** Sets without a measured score, as the strip of the density asks for them. */
function unmeasured(part: string): string | null {
  const said = splitTop(part, "or").map((each) => called(stripped(each)) ?? "");
  const [none = "", declared = ""] = said;
  const name = none.replace(/^not evaluated: /, "");
  const isThat = said.length === 2 && name !== none && declared === `declared: ${name}`;
  return isThat ? `not measured: ${name}` : null;
}

function called(part: string): string | null {
  const [, denied, word = "", inside = ""] = CALL.exec(part) ?? [];
  const said = argumentsOf(inside);
  if (!said) return null;
  const { texts, bound } = said;
  const not = denied !== undefined;
  switch (word.toLowerCase()) {
    case "contains":
      return not && texts.length > 1
        ? `not all of ${listed(texts)}`
        : `${not ? "without" : "contains"} ${listed(texts, "and")}`;
    case "any_of":
    case "contains_any":
      return `${not ? "without" : "contains"} ${texts.length > 1 ? "any of " : ""}${listed(texts, "or")}`;
    case "subset_of":
      return `${not ? "not " : ""}within ${listed(texts)}`;
    case "superset_of":
      return `${not ? "not " : ""}all of ${listed(texts)}`;
    case "between":
      return `${not ? "not " : ""}between ${listed(texts, "and")}`;
    case "among":
      return `${not ? "not " : ""}${texts.length === 1 ? "one chosen set" : `${texts.length} chosen sets`}`;
    case "owner":
      return `${not ? "nothing" : "something"} of ${listed(texts)}`;
    case "evaluated":
      return `${not ? "not evaluated" : "evaluated"}: ${listed(texts, "and")}`;
    case "declared":
      if (not && texts.length > 1) return null;
      return `${not ? "measured" : "declared"}: ${listed(texts, "and")}`;
    case "better_than":
    case "worse_than":
      return bound === null
        ? null
        : `${texts[0]} ${not ? "not " : ""}${word.startsWith("better") ? "better" : "worse"} than ${number(bound)}`;
    default:
      return null;
  }
}

function compared(part: string): string | null {
  const chain = CHAIN.exec(part);
  if (chain) {
    const [, low = "", first = "", what = "", second = "", high = ""] = chain;
    const named = quantity(what);
    if (named === null) return null;
    const open = [first === "<" ? "above " : "", second === "<" ? "below " : ""];
    return `${named} ${open[0]}${number(Number(low))} to ${open[1]}${number(Number(high))}`;
  }
  const left = LEFT.exec(part);
  const right = left ? null : RIGHT.exec(part);
  const [what, sign, bound] = left
    ? [left[1] ?? "", left[2] ?? "", left[3]]
    : [right?.[3] ?? "", TURNED[right?.[2] ?? ""] ?? right?.[2] ?? "", right?.[1]];
  const named = quantity(what);
  if (named === null || bound === undefined) return null;
  return [named, SIGNS[sign] ?? sign, number(Number(bound))].filter(Boolean).join(" ");
}

/** What is compared: `rank`, or a number of a measure by the measure's name. */
function quantity(text: string): string | null {
  const plain = text.trim().toLowerCase();
  if (plain === "rank" || plain === "cost" || plain === "size") return plain;
  const [, , word = "", inside = ""] = CALL.exec(text.trim()) ?? [];
  const texts = argumentsOf(inside)?.texts;
  if (texts?.length !== 1) return null;
  const name = texts[0] ?? "";
  if (word === "score") return name;
  if (word === "distance") return `distance from ${name}`;
  return word === "error" || word === "replicates" ? `${word} of ${name}` : null;
}

function listed(texts: readonly string[], word = "and"): string {
  if (texts.length > MOST_NAMED) {
    return `${texts.slice(0, MOST_NAMED - 1).join(", ")} ${word} ${texts.length - MOST_NAMED + 1} more`;
  }
  return texts.length < 2
    ? (texts[0] ?? "")
    : `${texts.slice(0, -1).join(", ")} ${word} ${texts.at(-1)}`;
}

/** The texts between the parentheses of a call and the number after them; null for anything else. */
function argumentsOf(inside: string): { texts: string[]; bound: number | null } | null {
  const texts: string[] = [];
  let rest = inside.trim();
  while (rest !== "") {
    TEXT.lastIndex = 0;
    const found = TEXT.exec(rest)?.[0];
    if (found === undefined) {
      const isNumber = new RegExp(`^${NUMBER}$`).test(rest);
      return isNumber && texts.length === 1 ? { texts, bound: Number(rest) } : null;
    }
    const mark = found[0] ?? "";
    texts.push(found.slice(1, -1).replaceAll(mark + mark, mark));
    rest = rest.slice(found.length).trim();
    if (rest !== "" && !rest.startsWith(",")) return null;
    rest = rest.slice(1).trim();
  }
  return texts.length > 0 ? { texts, bound: null } : null;
}

/** The text without parentheses that enclose all of it. */
function stripped(text: string): string {
  const inner = text.trim();
  if (!inner.startsWith("(") || closing(inner) !== inner.length - 1) return inner;
  return stripped(inner.slice(1, -1));
}

/** Where the parenthesis closes that the text begins with. */
function closing(text: string): number {
  let depth = 0;
  for (const { place, sign } of outsideQuotes(text)) {
    if (sign === "(") depth += 1;
    if (sign === ")") depth -= 1;
    if (depth === 0) return place;
  }
  return -1;
}

/** Parts that a word joins, outside quotes and parentheses. */
function splitTop(text: string, word: string): string[] {
  const parts: string[] = [];
  const joint = new RegExp(`\\b${word}\\b`, "iy");
  let [depth, start] = [0, 0];
  for (const { place, sign } of outsideQuotes(text)) {
    if (sign === "(") depth += 1;
    if (sign === ")") depth -= 1;
    joint.lastIndex = place;
    if (depth !== 0 || place < start || !joint.test(text)) continue;
    parts.push(text.slice(start, place));
    start = place + word.length;
  }
  return [...parts, text.slice(start)];
}

function* outsideQuotes(text: string): Generator<{ place: number; sign: string }> {
  for (let place = 0; place < text.length; place += 1) {
    TEXT.lastIndex = place;
    const quoted = TEXT.exec(text)?.[0];
    if (quoted) place += quoted.length - 1;
    else yield { place, sign: text[place] ?? "" };
  }
}
