/** What position, color, size and lines of the picture mean, in words. */
import type { Measure } from "../api/types";
import type { LayoutName } from "../state/url";

export interface Meaning {
  readonly of: string;
  readonly text: string;
}

/** What is said once per layout; `measure` places the sets, `color` colors them. */
export function meanings(shown: {
  readonly layout: LayoutName;
  readonly measure: Measure | null;
  readonly color: Measure | null;
}): readonly Meaning[] {
  const { layout, measure } = shown;
  const named = measure ? titled(measure) : "score";
  const better = measure ? `; ${measure.metric.direction} is better` : "";
  switch (layout) {
    case "lattice":
      return [
        { of: "Up", text: "more objects" },
        { of: "Line", text: "a move: one object more or less. Parallel lines are the same object" },
      ];
    case "landscape":
      return [
        { of: "Right", text: "rank, the number of objects" },
        { of: "Up", text: `${named}${better}` },
        { of: "Slope", text: "what a move changes" },
      ];
    case "rows":
      return [
        { of: "Up", text: "rank, the number of objects" },
        { of: "Right", text: `within a row from the lowest to the highest ${named}${better}` },
      ];
    case "density":
      return [
        { of: "Right", text: "rank, the number of objects" },
        { of: "Up", text: `${named}${better}` },
        {
          of: "Color",
          text: "how many sets a cell holds, on a logarithmic scale: it counts, it does not rate",
        },
        { of: "Lines", text: "median and quartiles of each rank, arrowheads its best and worst" },
      ];
  }
}

/** What a score is called: metric, evaluation set where there is one, unit. */
export function titled({ name, metric }: Measure): string {
  return metric.unit ? `${name} (${metric.unit})` : name;
}

/** The two ends of a ramp of scores, from the worst to the best, as they stand left and right. */
export function rampEnds(
  [low, high]: readonly [number, number],
  higherIsBetter: boolean,
): { readonly left: number; readonly right: number; readonly words: readonly [string, string] } {
  return higherIsBetter
    ? { left: low, right: high, words: ["worse", "better"] }
    : { left: high, right: low, words: ["worse", "better"] };
}
