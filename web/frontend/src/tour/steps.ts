/** The walk through leave-one-out: which sets it shows, and what it says, from the answers. */
import type { LatticeSummary, Neighborhood, Path } from "../api/types";
import { count, number, signed } from "../scales";
import type { View } from "../state/url";
import { HOME } from "../state/url";

/** What the walk is about: the largest stored set, and leaving one object out of it. */
export interface Subject {
  readonly summary: LatticeSummary;
  readonly objects: readonly string[];
  readonly around: Neighborhood;
  /** The removal that changes most. */
  readonly removal: Neighborhood["neighbors"][number];
  /** Which measure it changes most. */
  readonly measure: number;
  /** From the smallest stored set to the largest one; null where no path leads there. */
  readonly path: Path | null;
}

export interface TourStep {
  readonly title: string;
  readonly text: string;
  readonly view: Partial<View>;
}

/** The removal with the largest mean change over all measures, and where it changes most. */
export function strongestRemoval(
  around: Neighborhood,
): { removal: Neighborhood["neighbors"][number]; measure: number } | null {
  let best: { removal: Neighborhood["neighbors"][number]; measure: number } | null = null;
  let most = 0;
  for (const removal of around.neighbors) {
    if (removal.move?.kind !== "remove") continue;
    const sizes = removal.deltas.map((delta) => Math.abs(delta.value ?? 0));
    const mean = sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length);
    // Ties stay with the first object; sums of decimals differ in their last bits.
    if (best !== null && mean <= most + 1e-9) continue;
    most = mean;
    best = { removal, measure: sizes.indexOf(Math.max(...sizes)) };
  }
  return best;
}

export function stepsOf(subject: Subject): readonly TourStep[] {
  const { summary, objects, around, removal, measure, path } = subject;
  const { key, name } = around.training_set;
  const object = removal.move?.object ?? "";
  const measured = around.measures[measure] ?? "";
  const before = around.cells[measure];
  const after = removal.cells[measure];
  const delta = removal.deltas[measure];
  const base: Partial<View> = { ...HOME, lattice: summary.name };
  const possible = 2 ** summary.objects;
  const steps: TourStep[] = [
    {
      title: "Every dot is a training set",
      text: `${summary.name} has ${count(summary.objects)} data objects: ${listed(objects)}. Of the ${count(possible)} training sets that they allow, ${count(summary.training_sets)} are stored with what was measured. A line is a move: one object more or less.`,
      view: { ...base, layout: "lattice", measure: measured },
    },
    {
      title: `${name} is pinned`,
      text: `Trained on all of ${name}, the model scores ${before ? number(before.mean) : "nothing"} under ${measured}. A click pins a set; its panel lists what each single move would change.`,
      view: { ...base, layout: "lattice", measure: measured, set: key },
    },
  ];
  if (delta && delta.value !== null && before && after) {
    steps.push({
      title: `Leave ${object} out`,
      text: `Without ${object} the score goes from ${number(before.mean)} to ${number(after.mean)}: ${signed(delta.value)}, ${delta.effect === "worse" ? "for the worse" : delta.effect === "better" ? "for the better" : "no change"}. So the leave-one-out value of ${object} in ${name} is ${signed(-delta.value)}. In this layout the score goes upwards: the slope of the dashed line is that change.`,
      view: { ...base, layout: "landscape", measure: measured, set: key },
    });
  }
  const changes = removal.deltas.map((each) =>
    each.value === null ? "unavailable" : signed(each.value),
  );
  steps.push({
    title: `Who notices that ${object} is gone?`,
    text: `The same two training sets, under every measure: ${changes.join(", ")}. Rows with and without ${object} stand side by side in the grid.`,
    view: { ...base, view: "grid", measure: measured, without: object },
  });
  if (path?.found && path.steps.length > 1) {
    const names = path.steps.map((step) => step.training_set.name);
    const scores = path.steps.map((step) => step.cells[0]);
    const known = scores.every((cell) => cell !== null && cell !== undefined);
    steps.push({
      title: "A path changes one object at a time",
      text: `${names.join(" → ")}: ${count(path.moves ?? names.length - 1)} moves${known ? `, with scores ${scores.map((cell) => number(cell?.mean ?? 0)).join(", ")}` : ""}. Under the map stands the score at every step.`,
      view: {
        ...base,
        layout: "lattice",
        measure: measured,
        from: path.source.key,
        to: path.target.key,
      },
    });
  }
  const missing = around.missing.map((each) => each.training_set.name);
  const absent = possible - summary.training_sets;
  steps.push({
    title: absent > 0 ? "What is missing stays missing" : "Nothing is missing here",
    text:
      absent > 0
        ? `${count(absent)} of the ${count(possible)} training sets were never trained${missing.length > 0 ? `, among them ${listed(missing)}, one move from ${name}` : ""}. They are no zeros: the panel names them, so that you can train what a question needs.`
        : `All ${count(possible)} training sets are stored: every question about moves has its answer.`,
    view: { ...base, layout: "lattice", measure: measured, set: key },
  });
  return steps;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
