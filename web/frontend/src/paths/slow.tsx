/** A question that took too long: why, what makes it smaller, and a way to ask again. */
import type { Refusal } from "../api";
import { counted } from "../scales";
import { go, view } from "../state";
import { objectNames } from "../state/answers";
import { takesFilter } from "./options";
import { apartOf, isWithin } from "./utils";

/** So few objects apart, the number of sets between the ends is not what takes the time. */
const FEW = 12;

export function OutOfTime({ refusal, retry }: { refusal: Refusal; retry: () => void }) {
  const { mode, filters, options, from, to } = view.value;
  const narrows = takesFilter(mode);
  const n = objectNames.value.length;
  const kind = narrows && options.only === undefined ? onlyKind(from, to, n) : null;
  const apart = narrows ? apartOf(from, to, n) : null;
  const ways = [
    narrows ? "nearer ends" : "a smaller set",
    ...(kind ? [`moves that only ${kind} objects`] : []),
    ...(narrows ? [filters.length === 0 ? "a filter on scores" : "a narrower filter"] : []),
  ];
  return (
    <div class="complaint" role="alert" data-testid="error-message">
      <p>
        {refusal.message}{" "}
        {apart !== null && apart > FEW
          ? `The ends are ${counted(apart, "object")} apart, and each one doubles the sets between them: `
          : "A smaller question is answered sooner: "}
        try {listed(ways)}.
      </p>
      <p class="hint">
        <code>lattice serve --timeout 60</code> lets a question take a minute.
      </p>
      <p class="actions">
        {kind && (
          <button type="button" onClick={() => go({ options: { ...options, only: [kind] } })}>
            Only {kind}
          </button>
        )}
        <button type="button" onClick={retry}>
          Try again
        </button>
      </p>
    </div>
  );
}

function listed(parts: readonly string[]): string {
  return parts.length < 2
    ? parts.join("")
    : `${parts.slice(0, -1).join(", ")} or ${parts.at(-1) ?? ""}`;
}

/** The kind of moves that alone lead from one set to another, if one does. */
function onlyKind(from: string | null, to: string | null, n: number): "add" | "remove" | null {
  if (from === null || to === null) return null;
  const known = from.startsWith("~") && to.startsWith("~");
  if (from === "empty" || to === "all" || (known && isWithin(from, to, n))) return "add";
  return from === "all" || to === "empty" || (known && isWithin(to, from, n)) ? "remove" : null;
}
