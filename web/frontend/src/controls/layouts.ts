/** The layouts of the map: what each shows, and why it cannot be had. */
import type { LayoutName } from "../state/url";

export interface LayoutChoice {
  readonly name: LayoutName;
  readonly title: string;
  readonly shows: string;
  /** Why it is not offered; null where it is. */
  readonly why: string | null;
}

export function layoutChoices(fits: {
  readonly lattice: boolean;
  readonly rows: boolean;
  readonly measured: boolean;
  readonly known: boolean;
}): readonly LayoutChoice[] {
  const unless = (fine: boolean, why: string) => (fine || !fits.known ? null : why);
  return [
    {
      name: "lattice",
      title: "Lattice",
      shows: "Parallel lines are the same move; larger sets stand higher",
      why: unless(fits.lattice, "up to 1,024 sets"),
    },
    {
      name: "landscape",
      title: "Landscape",
      shows: "Rank to the right, score upwards: slopes are changes",
      why: null,
    },
    {
      name: "rows",
      title: "Rows",
      shows: "A row per rank, sorted by score",
      why: unless(fits.rows, "up to 256 sets"),
    },
    {
      name: "density",
      title: "Density",
      shows: "How many sets of each rank have which score",
      why: unless(fits.measured, "nothing is evaluated"),
    },
  ];
}

/** The next layout that can be had, in turn. */
export function nextLayout(choices: readonly LayoutChoice[], now: LayoutName): LayoutName {
  const offered = choices.filter((each) => each.why === null).map((each) => each.name);
  return offered[(offered.indexOf(now) + 1) % offered.length] ?? now;
}
