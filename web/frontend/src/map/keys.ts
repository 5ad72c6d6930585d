/** Predicates that list sets by their keys. */

/** The predicate of exactly these sets. */
export function among(keys: readonly string[]): string {
  return `among(${keys.map((key) => `"${key}"`).join(", ")})`;
}
