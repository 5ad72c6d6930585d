/** Meet and join of the compared sets: what all of them hold, and what any of them does. */
import type { Comparison, Corner } from "../api/types";
import { cellText, counted } from "../scales";
import { SetName } from "../sets/names";
import { view } from "../state";
import { measure } from "../state/answers";
import { Link } from "../ui";

export function Ends({ found }: { found: Comparison }) {
  const place = found.measures.indexOf(measure.value?.name ?? "");
  return (
    <dl class="ends" data-testid="meet-and-join">
      <End title="Meet" meaning="what all of them hold" corner={found.meet} place={place} />
      <End title="Join" meaning="what any of them holds" corner={found.join} place={place} />
    </dl>
  );
}

function End(props: { title: string; meaning: string; corner: Corner; place: number }) {
  const { title, meaning, corner, place } = props;
  const { training_set: set, stored, cells } = corner;
  return (
    <div>
      <dt>
        {title} <small>{meaning}</small>
      </dt>
      <dd>
        <SetName of={set.key} testid={title.toLowerCase()} /> ({counted(set.rank, "object")}){" "}
        <span class="hint">{stored ? cellText(cells[place]) : "not stored"}</span>{" "}
        <Link to={{ ...view.value, view: "set", set: set.key }}>
          {stored ? "its page" : "what is near"}
        </Link>
      </dd>
    </div>
  );
}
