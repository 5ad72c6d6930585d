/** A set that is not stored, or that cannot be read: what was meant, and what is near. */
import type { Refusal } from "../api";
import type { Nearest } from "../api/types";
import { cellText, counted } from "../scales";
import { pin, toggleInTray, view } from "../state";
import { neighborhood } from "../state/answers";
import { Awaited, Complaint } from "../ui";
import { Objects, SetName } from "./names";
import { nearest } from "./questions";

export function Absent({ refusal }: { refusal: Refusal }) {
  const isUnknown = !refusal.problem.type.endsWith("set-not-stored");
  if (isUnknown) {
    return (
      <>
        <h1>No such set</h1>
        <Complaint refusal={refusal} retry={neighborhood.retry} choose={pin} />
        <p class="hint">Search for a set at the left; every spelling is understood.</p>
      </>
    );
  }
  return (
    <Awaited resource={nearest.value} retry={nearest.retry} what="the nearest stored sets">
      {(content) => <Near content={content} />}
    </Awaited>
  );
}

function Near({ content }: { content: Nearest }) {
  const { training_set: set, items } = content;
  const neighbors = items.filter((item) => item.distance === 1).length;
  return (
    <>
      <header>
        <h1>{set.name} is not stored</h1>
        <p class="hint">
          Nobody has trained on these {counted(set.rank, "object")} yet: it is a cell that one could
          buy.{" "}
          {neighbors > 0
            ? `${neighbors === items.length ? "At least " : ""}${counted(neighbors, "stored set")} ${neighbors === 1 ? "is" : "are"} one move away.`
            : "No stored set is one move away."}
        </p>
        <p class="actions">
          <button type="button" onClick={() => toggleInTray(set.key)}>
            {view.value.tray.includes(set.key) ? "Take out of the tray" : "Add to tray"}
          </button>
        </p>
      </header>
      {items.length > 0 && <NearestSets items={items} />}
    </>
  );
}

function NearestSets({ items }: { items: Nearest["items"] }) {
  return (
    <>
      <h2>Nearest stored sets</h2>
      <div class="scroll">
        <table class="plain" data-testid="nearest">
          <thead>
            <tr>
              <th scope="col">set</th>
              <th scope="col">away</th>
              <th scope="col">to come to it</th>
              <th scope="col">score</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.training_set.key}>
                <th scope="row">
                  <SetName of={item.training_set.key} testid="nearest-set" />
                </th>
                <td>{counted(item.distance, "object")}</td>
                <td>
                  <Objects names={item.add} sign="+" none="" />{" "}
                  <Objects names={item.remove} sign="−" none="" />
                </td>
                <td>{cellText(item.cells[0])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
