/** The sets that were pinned lately, as crumbs that lead back. */

import { SetName } from "../sets/names";
import { trail, view } from "../state";

const LETTERS = 12;

export function Trail() {
  const visited = trail.value.filter((key) => key.startsWith("~"));
  if (visited.length < 2) return null;
  return (
    <nav class="trail" aria-label="Sets visited" data-testid="trail">
      <ol>
        {visited.map((key) => (
          <li key={key} class={key === view.value.set ? "here" : ""}>
            <SetName of={key} longest={LETTERS} />
          </li>
        ))}
      </ol>
    </nav>
  );
}
