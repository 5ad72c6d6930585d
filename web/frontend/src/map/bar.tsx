/** The line above the picture: what of the lattice is drawn, what is remarkable, and the tools. */
import { count } from "../scales";
import { go, view } from "../state";
import { currentDetail, drawsDensity, layout, matches, measure, sets } from "../state/answers";
import { Later, Link } from "../ui";
import { sceneRemarks } from "./utils";

const toolbar = () => import("./select").then((found) => found.Toolbar);
const legend = () => import("./density/legend").then((found) => found.DensityLegend);

export function StageBar() {
  const found = matches.value;
  return (
    <div class="stage-bar">
      <p class="shown" data-testid="stage-shown">
        {found && <Shown matching={found.matching} stored={found.stored} />}
      </p>
      {drawsDensity.value && found && found.matching > 0 && <Later load={legend} />}
      <Later load={toolbar} />
    </div>
  );
}

function Shown({ matching, stored }: { matching: number; stored: number }) {
  const columns = drawsDensity.value ? null : sets.value?.columns;
  const filtered = view.value.filters.length > 0;
  const table = { ...view.value, view: "table" as const };
  const remarks = sets.value
    ? sceneRemarks(
        sets.value,
        currentDetail.value?.objects.length ?? 0,
        measure.value,
        layout.value,
      )
    : [];
  return (
    <>
      {columns && columns.shown < columns.total ? (
        <span class="sampled" data-testid="sampled">
          {count(columns.shown)} of {count(columns.total)} shown, sampled per rank:{" "}
          <Link to={table} testid="see-all">
            see all in the table
          </Link>
        </span>
      ) : (
        <span>
          {filtered
            ? `${count(matching)} of ${count(stored)} match`
            : `${count(matching)} ${matching === 1 ? "training set" : "training sets"}`}
        </span>
      )}
      {filtered && matching > 0 && (
        <button
          type="button"
          class="quiet"
          data-testid="bar-clear"
          onClick={() => go({ filters: [], camera: null })}
        >
          Clear filters
        </button>
      )}
      {remarks.map((remark) => (
        <span key={remark} class="remark">
          {remark}
        </span>
      ))}
    </>
  );
}
