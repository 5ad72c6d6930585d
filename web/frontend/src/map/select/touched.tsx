/** The pinned set under the fingers: who has no keys and no Shift takes it into the tray here. */
import { labelOf } from "../../sets/names";
import { view } from "../../state";
import { TrayToggle } from "../../tray/toggle";

export function Touched() {
  const { set } = view.value;
  if (set === null) return null;
  return (
    <p class="touched" data-testid="touched">
      <TrayToggle of={set} name={labelOf(set)} whole />
    </p>
  );
}
