/** The grid: training sets x measures, and leave-one-out pairs side by side. */
import type { Exportable } from "../export/types";
import { useExport } from "../export/use";
import { Bones, ColumnChooser, NoRows, SortTool, UnknownSort } from "../rows";
import { go, view } from "../state";
import { currentDetail, filter } from "../state/answers";
import { Complaint } from "../ui";
import { columns, gridRows } from "./answers";
import { HeatMap, HeightTool } from "./heat";
import { Numbers } from "./numbers";
import { Pairs, pairs } from "./pairs";
import { asHeatMap } from "./utils";
import "./grid.css";

const ROWS_SEEN = 24;

function offered(): Exportable | null {
  const { without } = view.value;
  const shown = without === null ? gridRows.head.value.content : pairs.head.value.content;
  if (!shown || shown.measures.length === 0 || shown.total === 0) return null;
  return {
    title: without === null ? "grid" : "pairs",
    about: () => [without === null ? null : `without-${without}`, filter.peek()],
    picture: () => import("./export").then((found) => found.gridPicture()),
    extents: () => import("./export").then((found) => found.gridExtents()),
  };
}

export function GridPage() {
  useExport(offered);
  const without = view.value.without;
  return (
    <section class="grid-page" aria-label="Grid">
      <Toolbar />
      <UnknownSort />
      {without === null ? <Sets /> : <Pairs />}
    </section>
  );
}

function Toolbar() {
  const objects = currentDetail.value?.objects ?? [];
  const { without } = view.value;
  return (
    <div class="row-tools" role="toolbar" aria-label="Grid tools">
      {without === null && <SortTool />}
      <ColumnChooser clusters={without === null} />
      {without === null && <LookTool />}
      <label class="tool">
        <span>Leave out</span>
        <select
          data-testid="pairs-object"
          value={without ?? ""}
          onChange={(event) => go({ without: event.currentTarget.value || null, sort: null })}
        >
          <option value="">nothing</option>
          {objects.map((object) => (
            <option key={object.name} value={object.name}>
              {object.name}
              {object.label ? ` (${object.label})` : ""}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** Numbers or colors alone. */
function LookTool() {
  const total = gridRows.head.value.content?.total ?? 0;
  const heat = asHeatMap(
    view.value.rows,
    columns.value?.columns.length ?? 0,
    Math.min(total, ROWS_SEEN),
  );
  return (
    <>
      <fieldset class="segments tool">
        <legend class="hidden">Cells</legend>
        <button
          type="button"
          data-testid="grid-numbers"
          aria-pressed={!heat}
          onClick={() => go({ rows: "numbers" })}
        >
          Numbers
        </button>
        <button
          type="button"
          data-testid="grid-heat"
          aria-pressed={heat}
          onClick={() => go({ rows: "heat" })}
        >
          Heat map
        </button>
      </fieldset>
      {heat && <HeightTool />}
    </>
  );
}

function Sets() {
  const { content, refusal } = gridRows.head.value;
  const found = currentDetail.value;
  if (found && found.measures.length === 0) {
    return (
      <div class="nothing" data-testid="no-measures">
        <p>
          This lattice has no measures yet: nothing was evaluated, so the grid has no columns.
          Import evaluations to fill it.
        </p>
        <button type="button" onClick={() => go({ view: "table" })}>
          See its training sets
        </button>
      </div>
    );
  }
  if (refusal && (content === null || refusal.problem.status !== 0)) {
    return <Complaint refusal={refusal} retry={gridRows.head.retry} />;
  }
  if (!content || !columns.value) return <Bones />;
  if (content.total === 0) return <NoRows />;
  const shown = columns.value.columns;
  const heat = asHeatMap(view.value.rows, shown.length, Math.min(content.total, ROWS_SEEN));
  return heat ? <HeatMap /> : <Numbers />;
}
