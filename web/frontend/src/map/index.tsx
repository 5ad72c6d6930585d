/** The page of the map: the drawn sets or counts, what they are, and the path under them. */
import "./map.css";
import { effect } from "@preact/signals";
import { go, view } from "../state";
import { drawsDensity, filter, histogram, sets, subgraph } from "../state/answers";
import { Complaint, Later, Waiting } from "../ui";
import { StageBar } from "./bar";
import { MapView } from "./view";

const pathPanel = () => import("../paths/panel").then((found) => found.PathPanel);
const density = () => import("./density").then((found) => found.DensityView);
const selecting = () => import("./select").then((found) => found.Selecting);

// Where counts may be drawn, their page comes while they are counted.
effect(() => {
  if (histogram.value.loading) void density().catch(() => undefined);
});

export function MapPage() {
  return (
    <>
      <Drawn />
      {view.value.from !== null && <Later load={pathPanel} />}
    </>
  );
}

function Drawn() {
  const asked = drawsDensity.value || histogram.value.refusal ? histogram : subgraph;
  const { refusal, loading, content } = asked.value;
  if (refusal && !content) {
    return (
      <div class="stage-refused">
        <Complaint refusal={refusal} retry={asked.retry} />
        {filter.value !== null && <ClearFilters />}
      </div>
    );
  }
  const shown = sets.value?.columns;
  const total = drawsDensity.value ? content?.total : shown?.total;
  if (total === 0 && filter.value === null) {
    return (
      <div class="stage">
        <div class="picture">
          <p class="nothing" data-testid="empty-lattice">
            This lattice holds no training set yet: import some results into it.
          </p>
        </div>
      </div>
    );
  }
  const nothing = total === 0 && !loading;
  return (
    <div class="stage">
      <StageBar />
      <div class="picture">
        {nothing ? null : drawsDensity.value ? <Later load={density} /> : <MapView />}
        {!content && loading && <Waiting what="the training sets" />}
        {nothing && <NothingMatches />}
        {content && <Later load={selecting} />}
      </div>
    </div>
  );
}

function NothingMatches() {
  return (
    <div class="nothing" data-testid="nothing-matches">
      <p>No training set matches.</p>
      <ClearFilters />
    </div>
  );
}

function ClearFilters() {
  return (
    <p>
      <button
        type="button"
        data-testid="clear-filters"
        onClick={() => go({ filters: [], camera: null })}
      >
        Clear filters
      </button>
    </p>
  );
}
