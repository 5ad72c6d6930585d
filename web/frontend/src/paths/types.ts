/** What can be asked about paths, in the words of the page. */
import type { ModeName, OptionName } from "../state/url";

export interface Choice {
  readonly name: string;
  readonly title: string;
  /** One plain sentence. */
  readonly meaning: string;
}

export const OBJECTIVES: readonly Choice[] = [
  { name: "fewest", title: "fewest moves", meaning: "As few single moves as possible." },
  {
    name: "widest",
    title: "widest: best worst score",
    meaning:
      "The worst score strictly between the ends is as good as it can be; then as few moves as possible.",
  },
  {
    name: "average",
    title: "best average score",
    meaning:
      "The mean score after the first set is as good as it can be; every differing object moves once.",
  },
  {
    name: "least-loss",
    title: "least loss on the way",
    meaning: "The losses of all moves that make the score worse add up to as little as possible.",
  },
  {
    name: "monotone",
    title: "never worse",
    meaning:
      "The score never falls behind the best so far, or by the slack at most; then as few moves as possible.",
  },
  {
    name: "cheapest",
    title: "cheapest",
    meaning: "The costs of all moves add up to as little as possible.",
  },
];

/** Objectives that can be traded for each other. */
export const TRADABLE = ["widest", "fewest", "least-loss", "cheapest"] as const;

export const MODE_TITLES: Readonly<Record<ModeName, string>> = {
  path: "Path",
  tradeoffs: "Trade-offs",
  longest: "Longest run",
  withdraw: "Withdraw",
  acquire: "Acquire",
};

export const MODE_MEANINGS: Readonly<Record<ModeName, string>> = {
  path: "A chain of single moves from one stored set to another.",
  tradeoffs:
    "The paths that no other path beats in one of two objectives without losing in the other.",
  longest: "The longest chain of sets with a score in which every move adds an object.",
  withdraw:
    "What happens when objects leave a set one after the other, and in which order it hurts least and most.",
  acquire:
    "What happens when objects join a set one after the other, and in which order it helps most and least.",
};

/** A constraint that is set, as a chip. */
export interface Chip {
  readonly name: OptionName;
  readonly value: string;
  readonly text: string;
  /** Why the question does not use it; null where it does. */
  readonly unused: string | null;
}
