/** What the colors and lines of a density mean. */
import { count } from "../../scales";
import { histogram } from "../../state/answers";
import { theme } from "../../state/theme";
import { countColors, isDark } from "./scene";
import { declaredSays, unmeasuredAt } from "./utils";

const STEPS = 12;

export function DensityLegend() {
  const found = histogram.value.content;
  if (!found) return null;
  const strip = found.ranks.map((_, row) => unmeasuredAt(found, row));
  const most = [...found.counts.flat(), ...strip].reduce((a, b) => Math.max(a, b), 0);
  const declared = declaredSays(found);
  const colorOf = countColors(isDark(theme.value));
  return (
    <ul class="density-legend" data-testid="density-legend">
      <li>
        <span>1</span>
        <svg viewBox={`0 0 ${STEPS} 1`} preserveAspectRatio="none" class="ramp" aria-hidden="true">
          {Array.from({ length: STEPS }, (_, step) => (
            <rect
              key={colorOf(step / (STEPS - 1))}
              x={step}
              width="1.02"
              height="1"
              fill={colorOf(step / (STEPS - 1))}
            />
          ))}
        </svg>
        <span>{most > 1 ? `${count(most)} sets in a cell, logarithmic` : "set in a cell"}</span>
      </li>
      <li>
        <svg viewBox="0 0 26 12" class="key" aria-hidden="true">
          <path class="median" d="M1 6h24" />
        </svg>
        median
      </li>
      <li>
        <svg viewBox="0 0 26 12" class="key" aria-hidden="true">
          <path class="quartile" d="M1 6h24" />
        </svg>
        quartiles
      </li>
      <li>
        <svg viewBox="0 0 14 12" class="key head" aria-hidden="true">
          <path class="best" d={found.better === "higher" ? "M2 9l5-5 5 5" : "M2 3l5 5 5-5"} />
        </svg>
        best
      </li>
      <li>
        <svg viewBox="0 0 14 12" class="key head" aria-hidden="true">
          <path class="worst" d={found.better === "higher" ? "M2 3l5 5 5-5" : "M2 9l5-5 5 5"} />
        </svg>
        worst
      </li>
      {declared && (
        <li data-testid="density-declared">
          <svg viewBox="0 0 14 12" class="key head" aria-hidden="true">
            <rect class="declared" x="1" y="2" width="12" height="8" />
          </svg>
          {declared}
        </li>
      )}
    </ul>
  );
}
