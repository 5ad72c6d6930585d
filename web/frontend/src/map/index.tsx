/** The page of the map: the drawn sets or counts, and the path under them. */
import { count } from "../scales";
import { view } from "../state";
import { filter, sets, subgraph } from "../state/answers";
import { Complaint, Later, Waiting } from "../ui";
import { MapView } from "./view";

const pathPanel = () => import("../paths/panel").then((found) => found.PathPanel);

export function MapPage() {
  return (
    <>
      <Drawn />
      {view.value.from !== null && <Later load={pathPanel} />}
    </>
  );
}

function Drawn() {
  const { refusal, loading } = subgraph.value;
  if (refusal && !sets.value) return <Complaint refusal={refusal} retry={subgraph.retry} />;
  const shown = sets.value?.columns;
  if (shown?.total === 0 && filter.value === null) {
    return <p class="hint">This lattice holds no training set yet.</p>;
  }
  return (
    <div class="stage">
      <MapView />
      {!shown && loading && <Waiting what="the training sets" />}
      {shown && shown.shown < shown.total && (
        <p class="sampled">
          {count(shown.shown)} of {count(shown.total)} shown, sampled per rank
        </p>
      )}
    </div>
  );
}
