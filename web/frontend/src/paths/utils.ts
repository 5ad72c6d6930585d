/** Pure helpers of paths: words, series for charts, differences between paths. */

import type {
  Cell,
  Delta,
  NoPath,
  Optimism,
  Orders,
  Path,
  PathStep,
  TrainingSet,
} from "../api/types";
import type { ChartValue, Series } from "../charts/types";
import { count, counted, deltaText, number, signed } from "../scales";
import type { ModeName, OptionName, Options } from "../state/url";
import { unused } from "./options";
import type { Chip } from "./types";

const LONGEST_NAME = 26;

// ---------------------------------------------------------------- words

/** What a path is worth, in one line. */
export function summary(path: Path): string {
  return [counted(path.moves ?? 0, "move"), ...worthOf(path)].join("; ");
}

/** What is to be said of a path besides its length. */
export function worthOf(path: Path): string[] {
  const value = valueText(path);
  const said = [...(value ? [value] : []), optimaText(path)];
  if (path.floor !== null) said.push(`worst score between the ends ${number(path.floor)}`);
  if (path.ends_floor !== null)
    said.push(`worse end ${number(path.ends_floor)}${declaredEnd(path)}`);
  return said;
}

/** Whether the worse end's score is only declared; the last step may be on a later page. */
function declaredEnd({ steps, ends_floor: floor }: Path): string {
  const cells = [steps[0]?.cells[0], steps.at(-1)?.cells[0]];
  const declared = cells.some((cell) => cell?.origin === "declared" && cell.mean === floor);
  return declared ? " (declared)" : "";
}

/** The value of the objective, where it is not said by moves and floor already. */
export function valueText(path: {
  objective: string;
  value: number | null;
  moves: number | null;
}): string | null {
  const { objective, value, moves } = path;
  if (value === null) return null;
  if (objective === "fewest" && value !== moves) return `${counted(value, "object")} moved in all`;
  if (objective === "average") return `mean score ${number(value)}`;
  if (objective === "least-loss") return `losses add up to ${number(cleared(value))}`;
  if (objective === "cheapest") return `costs ${number(value)}`;
  return null;
}

/** Sums of floats are not told to their last digit: what is below 1e-12 is 0. */
export function cleared(value: number): number {
  return Math.abs(value) < 1e-12 ? 0 : value;
}

export function optimaText({ optima, counted: all }: Path): string {
  if (optima === 1 && all) return "the only best path";
  return `${all ? "" : "at least "}${large(optima)} paths are equally good`;
}

/** A count of any size. */
export function large(value: number): string {
  if (value < 1e15) return count(value);
  const [digits, power] = value.toExponential(1).split("e+");
  return `about ${digits} × 10^${power}`;
}

/** The move that led to a step: +D, −A, or a jump with all its objects. */
export function moveText({ move, jump }: PathStep): string {
  if (move) return `${move.kind === "add" ? "+" : "−"}${move.object}`;
  if (!jump) return "";
  return [...jump.added.map((name) => `+${name}`), ...jump.removed.map((name) => `−${name}`)].join(
    " ",
  );
}

export function shortened(text: string, most = LONGEST_NAME): string {
  if (text.length <= most) return text;
  const end = Math.floor((most - 1) / 2);
  return `${text.slice(0, most - 1 - end)}…${text.slice(text.length - end)}`;
}

/** How far the best of noisy scores may owe its lead to the noise, in words. */
export function optimismText(optimism: Optimism, what: string): string {
  const { apparent, cross_fitted: fitted, blocks, resamples, same, note } = optimism;
  if (fitted === null || apparent === null) {
    return note ? `${note[0]?.toUpperCase()}${note.slice(1)}.` : "";
  }
  const again =
    same === null
      ? ""
      : ` ${same} of ${resamples} resamples of the blocks choose the same ${what}.`;
  return `Chosen by the scores that judge it, it is worth ${number(cleared(apparent))}; when one half of the ${blocks} blocks chooses and the other half scores, ${number(cleared(fitted))}.${again}`;
}

/** A score with its error, short enough for a list. */
export function scoreText(cell: Cell | null | undefined): string {
  if (!cell) return "no score";
  if (cell.origin === "declared") return `${number(cell.mean)} declared`;
  return cell.standard_error === null
    ? number(cell.mean)
    : `${number(cell.mean)} ±\u00a0${number(cell.standard_error)}`; // breaks before the sign only
}

/** One step as a sentence: what is under the pointer. */
export function stepText(
  place: number,
  moved: string,
  name: string,
  cell: Cell | null | undefined,
  delta: Delta | null | undefined,
  since: number | null | undefined,
): string {
  const said = [`step ${count(place)}`, moved, shortened(name, 48), scoreText(cell)];
  if (delta && delta.value !== null) said.push(`Δ ${deltaText(delta)}`);
  if (place > 0 && since !== null && since !== undefined)
    said.push(`${signed(since)} since the start`);
  return said.filter(Boolean).join(" · ");
}

/** What keeps two sets apart, in sentences. */
export function gapText(why: NoPath): string[] {
  const { source, target, components, nearest } = why;
  const [here, there] = [shortened(source.name), shortened(target.name)];
  const said = [
    `Usable sets that moves reach from ${here}: ${count(why.around_source)}; from which they reach ${there}: ${count(why.around_target)} (the ends count).`,
  ];
  if (components !== null && components > 1) {
    said.push(`All usable sets fall into ${count(components)} parts that no move connects.`);
  }
  if (nearest) {
    said.push(
      `The two sides come nearest at ${shortened(nearest.here.name)} and ${shortened(nearest.there.name)}, ${counted(nearest.objects, "object")} apart.`,
    );
  }
  return said;
}

/** The sets to train, one a line: what is copied. */
export function trainList(sets: readonly TrainingSet[]): string {
  return sets.map((set) => set.name).join("\n");
}

// ---------------------------------------------------------------- series

/** A cell as a chart's value: its mean between one standard error to either side. */
export function chartValue(cell: Cell | null | undefined): ChartValue {
  if (!cell) return { value: null };
  if (cell.origin === "declared") return { value: cell.mean, aside: true };
  const error = cell.standard_error;
  if (error === null) return { value: cell.mean };
  return { value: cell.mean, low: cell.mean - error, high: cell.mean + error };
}

/** The scores along a path under the measure at this place. */
export function profileSeries(steps: readonly PathStep[], place: number): Series {
  return {
    name: "scores",
    look: "profile-line",
    points: true,
    values: steps.map((step) => {
      const value = chartValue(step.cells[place]);
      return step.jump ? { ...value, leap: true } : value;
    }),
  };
}

/** Whether all orders meet in a set whose score is declared, not measured. */
export function isDeclared(found: Orders, moved: number): boolean {
  const meet = found.average.sizes[moved]?.sets === 1;
  return meet && found.greedy_best.steps[moved]?.cell?.origin === "declared";
}

// ---------------------------------------------------------------- paths compared

/** Steps of another path whose sets are not on the first one. */
export function departures(
  first: readonly TrainingSet[],
  other: readonly TrainingSet[],
): ReadonlySet<number> {
  const known = new Set(first.map((set) => set.key));
  const places = other.map((set, place) => (known.has(set.key) ? -1 : place));
  return new Set(places.filter((place) => place >= 0));
}

/** What changes from one score to the next; null where either is missing. */
export function changeOf(
  before: number | null | undefined,
  after: number | null | undefined,
): number | null {
  return typeof before === "number" && typeof after === "number" ? after - before : null;
}

/** The step whose move loses most; null where no move loses. */
export function worstStep(scores: readonly (number | null)[], higher: boolean): number | null {
  let [worst, least] = [null as number | null, 0];
  for (let step = 1; step < scores.length; step += 1) {
    const change = changeOf(scores[step - 1], scores[step]) ?? 0;
    const gain = higher ? change : -change;
    if (gain < least) [worst, least] = [step, gain];
  }
  return worst;
}

/** The objects that a step changes, from the keys of its sets. */
export function moveBetween(before: string, after: string, names: readonly string[]): string {
  const changes: string[] = [];
  for (let position = 0; position < names.length; position += 1) {
    const [had, has] = [bit(before, position), bit(after, position)];
    if (had !== has) changes.push(`${has ? "+" : "−"}${names[position]}`);
  }
  return changes.join(" ");
}

function bit(key: string, position: number): boolean {
  const start = 1 + (position >> 3) * 2;
  const value = Number.parseInt(key.slice(start, start + 2), 16) || 0;
  return ((value >> (position & 7)) & 1) === 1;
}

/** In how many of n objects two sets differ; null where one of them is spelled by names. */
export function apartOf(from: string | null, to: string | null, n: number): number | null {
  const readable = [from, to].every(
    (end) => end === "empty" || end === "all" || end?.startsWith("~"),
  );
  if (!readable) return null;
  const holds = (end: string | null, position: number) =>
    end === "all" || (end !== "empty" && bit(end ?? "", position));
  return Array.from({ length: n }, (_, position) => position).filter(
    (position) => holds(from, position) !== holds(to, position),
  ).length;
}

/** Whether all objects of one set are in the other, by their keys. */
export function isWithin(small: string, large: string, n: number): boolean {
  return Array.from({ length: n }, (_, position) => position).every(
    (position) => !bit(small, position) || bit(large, position),
  );
}

/** The ends that fit a kind of question: who leaves ends within, who joins ends around. */
export function endsFor(
  mode: ModeName,
  from: string | null,
  to: string | null,
  n: number,
): { from: string | null; to: string | null } {
  if (mode === "path" || mode === "tradeoffs" || !from || !to) return { from, to };
  if (!from.startsWith("~") || !to.startsWith("~")) return { from, to };
  const [large, small] = mode === "withdraw" ? [from, to] : [to, from];
  if (isWithin(small, large, n)) return { from, to };
  return isWithin(large, small, n) ? { from: to, to: from } : { from: null, to: null };
}

// ---------------------------------------------------------------- constraints as chips

const SAID: Readonly<Partial<Record<OptionName, (value: string) => string>>> = {
  k: (value) => `${value} best paths`,
  slack: (value) => `slack ${value}`,
  cost: (value) => (value.startsWith("-") ? `removing ${value.slice(1)}` : `adding ${value}`),
  jumps: () => "jumps allowed",
  only: (value) =>
    value === "add" ? "only adds" : value === "remove" ? "only removes" : `only ${value}`,
  min_rank: (value) => `rank ≥ ${value}`,
  max_rank: (value) => `rank ≤ ${value}`,
  keep: (value) => `with ${value}`,
  avoid: (value) => `without ${value}`,
  floor: (value) => bound(value, "no worse than"),
  ceiling: (value) => bound(value, "no better than"),
  evaluated: () => "evaluated sets only",
  unit: (value) => `moves: ${value}`,
  group: (value) => `group ${value}`,
};

/** `accuracy/A=0.6` in words. */
function bound(text: string, word: string): string {
  const at = text.lastIndexOf("=");
  return at < 0 ? `${word} ${text}` : `${text.slice(0, at)} ${word} ${text.slice(at + 1)}`;
}

/** All constraints that are set, in the order of the form. */
export function chipsOf(mode: ModeName, options: Options): Chip[] {
  return Object.entries(SAID).flatMap(([key, text]) => {
    const name = key as OptionName;
    const reason = unused(mode, options, name);
    return (options[name] ?? [])
      .filter((value) => value !== "false" && !(name === "k" && value === "1"))
      .map((value) => ({ name, value, text: text(value), unused: reason }));
  });
}

/** Options without one value of one of them. */
export function withoutValue(options: Options, name: OptionName, value: string): Options {
  const left = (options[name] ?? []).filter((each) => each !== value);
  const { [name]: _, ...others } = options;
  return left.length > 0 ? { ...others, [name]: left } : others;
}

// ---------------------------------------------------------------- suggestions

/** Names that fit what is typed: those that begin with it, then those that hold it. */
export function fitting(text: string, names: readonly string[], most: number): string[] {
  const wanted = text.trim().toLowerCase();
  const begins = names.filter((name) => name.toLowerCase().startsWith(wanted));
  const holds = names.filter(
    (name) => !name.toLowerCase().startsWith(wanted) && name.toLowerCase().includes(wanted),
  );
  return [...begins, ...holds].slice(0, most);
}

/** Completions of a set's spelling: known sets, and the last name of a sum. */
export function completions(
  text: string,
  known: readonly string[],
  names: readonly string[],
  most = 8,
): string[] {
  const sets = fitting(text, known, most);
  const cut = Math.max(text.lastIndexOf("+"), text.lastIndexOf("^"), text.lastIndexOf(",")) + 1;
  const [head, last] = [text.slice(0, cut), text.slice(cut).trim()];
  const isSum = names.some((name) => name.length > 1);
  const taken = new Set(head.split(/[+^,]/).map((name) => name.trim()));
  const objects =
    isSum && last !== ""
      ? fitting(
          last,
          names.filter((name) => !taken.has(name)),
          most,
        ).map((name) => head + name)
      : [];
  return [...new Set([...sets, ...objects])].filter((each) => each !== text).slice(0, most);
}
