/** What else is asked of a set, each question asked when its section is opened. */
import type { ComponentChildren } from "preact";
import type { Cell, Neighborhood } from "../api/types";
import { Replicates } from "../replicates";
import { count } from "../scales";
import { currentDetail } from "../state/answers";
import { Columns } from "./columns";
import { Groups } from "./groups";
import { Missing } from "./missing";
import { Pairs } from "./pairs";
import { open, type SectionName, show } from "./questions";
import { Scores } from "./scores";

export function Sections({ content }: { content: Neighborhood }) {
  const found = currentDetail.value;
  const { rank, name } = content.training_set;
  const hasColumns = found?.measures.some((each) => each.evaluation_set.members !== null);
  const cell = content.cells[0];
  return (
    <>
      {cell && (
        <Section name="replicates" title={`Replicates (${measuredTimes(cell)})`}>
          <Replicates of={content.training_set.key} cell={cell} wide />
        </Section>
      )}
      {found && found.measures.length > 0 && (
        <Section name="scores" title={`All scores (${found.measures.length})`}>
          <Scores />
        </Section>
      )}
      {rank > 0 && (
        <Section name="groups" title="Leave groups out">
          <Groups of={name} />
        </Section>
      )}
      {rank > 1 && (
        <Section name="pairs" title="Pairs: complements and substitutes">
          <Pairs />
        </Section>
      )}
      {hasColumns && (
        <Section name="columns" title="One object more in the evaluation set">
          <Columns />
        </Section>
      )}
      <Section name="missing" title="Cells one could buy around it">
        <Missing />
      </Section>
    </>
  );
}

/** How many replicates there are; a declared score has none. */
function measuredTimes({ origin, replicates }: Cell): string {
  return origin === "declared" ? "none" : count(replicates);
}

function Section(props: { name: SectionName; title: string; children: ComponentChildren }) {
  const { name, title, children } = props;
  const isOpen = open.value.includes(name);
  return (
    <details
      class="section"
      data-testid={`section-${name}`}
      open={isOpen}
      onToggle={(event) => show(name, event.currentTarget.open)}
    >
      <summary>{title}</summary>
      {isOpen && <div class="section-body">{children}</div>}
    </details>
  );
}
