/** Pairs of objects: what two do together beyond what each does alone. */
import type { Square, Squares } from "../api/types";
import { DeltaBar, type Span, spanOf } from "../neighborhood/deltabar";
import { count } from "../scales";
import { Awaited, DeltaValue, ErrorNote } from "../ui";
import { Notes } from "./groups";
import { complements, substitutes } from "./questions";
import { clipped, interactionDelta } from "./utils";

export function Pairs() {
  return (
    <Awaited resource={complements.value} retry={complements.retry} what="the pairs">
      {(content) => <Both content={content} />}
    </Awaited>
  );
}

function Both({ content }: { content: Squares }) {
  const other = substitutes.value;
  const fits = other.content?.training_set.key === content.training_set.key;
  const tail = fits ? (other.content?.items ?? []) : [];
  const all = [...content.items, ...tail].filter((square) => deltaOf(square).value !== null);
  const kinds = ["complements", "substitutes", "neither"] as const;
  const of = (kind: (typeof kinds)[number]) => all.filter((each) => each.readings[0] === kind);
  const span = spanOf(all.map(deltaOf));
  const incomplete = content.total - content.complete;
  return (
    <>
      <p class="hint" data-testid="pair-count" data-picture>
        {count(all.length)} of {count(content.total)} pairs shown
        {all.length < content.complete ? ": the strongest of both kinds" : ""}
        {incomplete > 0 && `; ${count(incomplete)} lack one of their four sets`}.
      </p>
      <div class="two" data-picture>
        <Kind title="Complements" squares={of("complements")} span={span} />
        <Kind title="Substitutes" squares={of("substitutes").reverse()} span={span} />
      </div>
      {of("neither").length > 0 && (
        <p class="hint">
          Neither:{" "}
          {of("neither")
            .map(({ objects }) => objects.join(" and "))
            .join(", ")}
          .
        </p>
      )}
      <p class="hint">
        v(S) − v(S−i) − v(S−j) + v(S−ij). Complements do more together than each does alone;
        substitutes stand in for each other.
      </p>
      <ErrorNote deltas={all.map(deltaOf)} />
      <Notes of={content.notes} />
    </>
  );
}

function deltaOf(square: Square) {
  const [contrast] = square.interactions;
  return contrast ? interactionDelta(contrast, square.readings[0] ?? null) : { ...NOTHING };
}

const NOTHING = {
  status: "unavailable",
  value: null,
  effect: null,
  standard_error: null,
  low: null,
  high: null,
  level: 0.9,
  method: null,
  replicates: 0,
  note: "nothing is evaluated yet",
} as const;

function Kind(props: { title: string; squares: readonly Square[]; span: Span }) {
  const { title, squares, span } = props;
  return (
    <section>
      <h3>{title}</h3>
      {squares.length === 0 && <p class="hint">None.</p>}
      <ul class="rows" data-testid={title.toLowerCase()}>
        {squares.map((square) => (
          <li key={square.objects.join("\u0000")} title={square.objects.join(" and ")}>
            <span class="what">
              <b>{clipped(square.objects[0], 18)}</b> with <b>{clipped(square.objects[1], 18)}</b>
            </span>
            <DeltaBar delta={deltaOf(square)} span={span} />
            <DeltaValue delta={deltaOf(square)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
