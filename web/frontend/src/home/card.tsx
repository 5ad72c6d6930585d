/** One lattice: its landscape, how complete it is, what is measured, and when it was imported. */
import type { LatticeSummary } from "../api/types";
import { count, counted, share } from "../scales";
import { HOME } from "../state/url";
import { Link } from "../ui";
import { Thumbnail } from "./thumbnail";

export function Card({ summary }: { summary: LatticeSummary }) {
  const { name, title } = summary;
  return (
    <li>
      <Link class="card" to={{ ...HOME, lattice: name }} testid="lattice-card">
        <Thumbnail summary={summary} />
        <h2>{name}</h2>
        {title && title !== name && <p class="title">{title}</p>}
        <Completeness summary={summary} />
        <p class="facts">
          <span>{measured(summary)}</span>
          {summary.last_import && (
            <span>
              imported{" "}
              <time dateTime={summary.last_import}>{summary.last_import.slice(0, 10)}</time>
            </span>
          )}
        </p>
      </Link>
    </li>
  );
}

function measured({ measures, cells, coverage }: LatticeSummary): string {
  if (measures === 0 || cells === 0) return "nothing measured yet";
  const filled = coverage === 1 ? "every cell" : `${share(coverage)} of cells`;
  return `${counted(measures, "measure")}, ${filled} filled`;
}

/** How many of all possible sets are there, as words and as a bar. */
function Completeness({ summary }: { summary: LatticeSummary }) {
  const { training_sets: sets, objects, completeness } = summary;
  return (
    <div class="completeness">
      <p>
        <span>
          <b>{counted(sets, "training set")}</b> of {counted(objects, "object")}
        </span>
        <span class="part">
          {completeness === 1 ? `all ${possible(objects)}` : `${share(completeness)} of all`}
        </span>
      </p>
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect class="whole" width="100" height="1" />
        <rect width={completeness === 0 ? 0 : Math.max(1, 100 * completeness)} height="1" />
      </svg>
    </div>
  );
}

function possible(objects: number): string {
  return objects < 30 ? count(2 ** objects) : "possible";
}
