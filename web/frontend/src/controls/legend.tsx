/** What position, color and lines of the picture mean. */
import { extentOf, higherIsBetter, measuredOf, number, scoreColors } from "../scales";
import { colorColumns, colorMeasure, drawsDensity, layout, measure, sets } from "../state/answers";
import { meanings, rampEnds, titled } from "./legend-words";

const STEPS = 24;

export function Legend() {
  const density = drawsDensity.value;
  return (
    <figure class="legend" data-testid="legend">
      <figcaption>Legend</figcaption>
      {!density && <Ramp />}
      <dl>
        {meanings({ layout: layout.value, measure: measure.value, color: colorMeasure.value }).map(
          ({ of, text }) => (
            <div key={of}>
              <dt>{of}</dt>
              <dd>{text}</dd>
            </div>
          ),
        )}
      </dl>
      {!density && <Signs />}
    </figure>
  );
}

/** Colors from the worst score that is drawn to the best. */
function Ramp() {
  const shown = colorMeasure.value;
  const columns = colorColumns.value;
  const extent = columns ? extentOf(measuredOf(columns)) : null;
  if (!shown || !extent) return null;
  const higher = higherIsBetter(shown);
  const colorOf = scoreColors(extent, higher);
  const { left, right, words } = rampEnds(extent, higher);
  const steps = Array.from({ length: STEPS + 1 }, (_, step) => step);
  return (
    <>
      <svg class="ramp" aria-hidden="true">
        <linearGradient id="ramp-of-scores">
          {steps.map((step) => (
            <stop
              key={step}
              offset={step / STEPS}
              stop-color={colorOf(left + (step / STEPS) * (right - left))}
            />
          ))}
        </linearGradient>
        <rect width="100%" height="100%" fill="url(#ramp-of-scores)" />
      </svg>
      <p class="ends">
        <span>
          {number(left)} <small>{words[0]}</small>
        </span>
        <span>
          <small>{words[1]}</small> {number(right)}
        </span>
      </p>
      <p class="caption">Color: {titled(shown)}</p>
    </>
  );
}

/** Signs that are drawn now: what is not on the picture is not explained. */
function Signs() {
  const columns = sets.value?.columns;
  const unscored = columns?.means.includes(null) ?? false;
  const declared = columns?.declared.includes(true) ?? false;
  return (
    <ul>
      {(unscored || declared) && (
        <li data-testid="legend-hollow">
          <svg class="sign" viewBox="0 0 40 12" aria-hidden="true">
            <circle cx="20" cy="6" r="4.5" />
          </svg>
          {unscored && declared
            ? "hollow: not measured, or only declared"
            : unscored
              ? "hollow: not measured"
              : "hollow: declared, not measured"}
        </li>
      )}
      <li>
        <svg class="sign" viewBox="0 0 40 12" aria-hidden="true">
          <line x1="2" x2="38" y1="6" y2="6" />
        </svg>
        adds an object (+)
      </li>
      <li>
        <svg class="sign" viewBox="0 0 40 12" aria-hidden="true">
          <line class="dashed" x1="2" x2="38" y1="6" y2="6" />
        </svg>
        removes one (−)
      </li>
      <li>
        <svg class="sign effects" viewBox="0 0 40 12" aria-hidden="true">
          <line class="better" x1="2" x2="18" y1="6" y2="6" />
          <line class="worse" x1="22" x2="38" y1="6" y2="6" />
        </svg>
        for the better, for the worse
      </li>
      <li>
        <svg class="sign path-sign" viewBox="0 0 40 12" aria-hidden="true">
          <line x1="2" x2="38" y1="6" y2="6" />
        </svg>
        the path
      </li>
    </ul>
  );
}
