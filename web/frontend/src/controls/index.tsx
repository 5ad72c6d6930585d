/** The left panel: what is looked for, which measure, which layout, and what the picture means. */
import "./controls.css";
import { count } from "../scales";
import { view } from "../state";
import { currentDetail, detail } from "../state/answers";
import { Skeleton } from "../ui";
import { Fold, narrow } from "../ui/fold";
import { Filters } from "./chips";
import { Legend } from "./legend";
import { ColorPicker, LatticePicker, LayoutPicker, MeasurePicker } from "./pickers";
import { SetSearch } from "./search";

export function Controls() {
  const onMap = view.value.view === "map";
  if (!currentDetail.value && detail.value.loading) return <Skeleton lines={8} />;
  return (
    <>
      {!narrow.value && <LatticePicker />}
      <SetSearch />
      <Filters />
      <Fold title={onMap ? "Lattice, measure, layout" : "Lattice, measure"} testid="fold-pickers">
        {narrow.value && <LatticePicker />}
        <MeasurePicker />
        {onMap && <ColorPicker />}
        {onMap && <LayoutPicker />}
      </Fold>
      {onMap && (
        <Fold title="Legend" testid="fold-legend">
          <Legend />
        </Fold>
      )}
      <About />
    </>
  );
}

function About() {
  const found = currentDetail.value;
  if (!found) return null;
  const { summary, notes } = found;
  return (
    <details class="about fold">
      <summary>About this lattice</summary>
      <p>{summary.title}</p>
      <p>{summary.description}</p>
      {notes.map((note) => (
        <p key={note}>Note: {note}.</p>
      ))}
      {found.result_sets.map((results) => (
        <p key={results.id}>
          {results.name}: {count(results.evaluations)} evaluations, replicates{" "}
          {results.replicate_kind}. {results.source} {results.licence}
        </p>
      ))}
    </details>
  );
}
