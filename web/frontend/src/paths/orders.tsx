/** In which order units leave a set, or join it: curves, and who goes when. */
import { useSignal } from "@preact/signals";
import type { Order, Orders } from "../api/types";
import { StepChart } from "../charts";
import { Key } from "../charts/marks";
import type { Series } from "../charts/types";
import { cellText, count, counted, number, share, signed } from "../scales";
import { hovered, pin } from "../state";
import { DeltaValue, ErrorNote } from "../ui";
import { sentence, ToTrain } from "./gap";
import { chartValue, isDeclared, large, optimismText, scoreText, shortened } from "./utils";

const HEIGHT = 300;

/** The curves in drawing order; the chosen one is drawn last. */
export const CURVES = [
  { name: "average", title: "average of all orders", look: "average" },
  { name: "greedy_worst", title: "greedy for the worst", look: "greedy worst" },
  { name: "greedy_best", title: "greedy for the best", look: "greedy best" },
  { name: "worst", title: "worst order", look: "worst" },
  { name: "best", title: "best order", look: "best" },
] as const;
type CurveName = (typeof CURVES)[number]["name"];

export function OrdersAnswer({ found }: { found: Orders }) {
  const usual: CurveName = found.best ? "best" : "greedy_best";
  const wanted = useSignal<CurveName | null>(null);
  const active = useSignal<number | null>(null);
  const chosen =
    wanted.value === null || (wanted.value !== "average" && !found[wanted.value])
      ? usual
      : wanted.value;
  const order = chosen === "average" ? null : found[chosen];
  const series = seriesOf(found, chosen);
  const sign = found.direction === "withdrawal" ? "−" : "+";
  const verb = found.direction === "withdrawal" ? "left" : "joined";
  const steps = order?.steps ?? [];
  const point = (step: number | null) => {
    active.value = step;
    hovered.value = step === null ? null : (steps[step]?.training_set.key ?? null);
  };
  return (
    <section class="answer" data-testid="paths-orders">
      <p class="verdict" data-picture>
        <strong data-testid="paths-summary">{verdict(found)}</strong>
      </p>
      <div data-picture>
        <StepChart
          testid="paths-curves"
          series={series}
          labels={Array.from({ length: found.units.length + 1 }, (_, moved) => `${moved}`)}
          names={steps.map((step) => (step.unit === null ? "" : `${sign}${step.unit}`))}
          height={HEIGHT}
          title={`${found.measure} after so many have ${verb}`}
          label={`${found.measure} after each has ${verb}; arrows walk along, Enter pins the set`}
          textOf={(step) => reading(found, chosen, step)}
          active={active.value}
          onActive={point}
          onChoose={(step) => {
            const key = steps[step]?.training_set.key;
            if (key) pin(key);
          }}
        />
      </div>
      <p class={active.value === null ? "readout hint" : "readout"}>
        {active.value === null ? (
          <>
            <span data-picture>
              The band is one standard deviation of all orders around their average.
            </span>{" "}
            Point at a number to read it, click to pin its set.
          </>
        ) : (
          reading(found, chosen, active.value)
        )}
      </p>
      <fieldset class="curves" data-picture>
        <legend class="hidden">Which order is listed</legend>
        {CURVES.toReversed().map(({ name, title, look }) => (
          <button
            key={name}
            type="button"
            class="curve"
            aria-pressed={chosen === name}
            disabled={name !== "average" && found[name] === null}
            data-testid={`paths-curve-${name}`}
            onClick={() => {
              wanted.value = name;
            }}
          >
            <Key look={look}>{title}</Key>
            <small>{areaText(found, name)}</small>
          </button>
        ))}
      </fieldset>
      {order ? (
        <OrderList found={found} order={order} active={active.value} point={point} />
      ) : (
        <Sizes found={found} />
      )}
      <Together found={found} />
      {found.notes.map((note) => (
        <p key={note} class="hint">
          {sentence(note)}
        </p>
      ))}
      {found.missing.length > 0 && (
        <section>
          <h3>
            {found.missing_count === null ? "Many sets" : counted(found.missing_count, "set")}{" "}
            without a score that some order needs
          </h3>
          <ToTrain sets={found.missing} total={found.missing_count} />
        </section>
      )}
    </section>
  );
}

function verdict(found: Orders): string {
  const { orders, complete, units } = found;
  const who = counted(units.length, "unit");
  if (orders === null) return `${who}, too many orders to count them.`;
  if (complete === orders)
    return `${who}, ${large(orders)} orders: all have every score they need.`;
  return `${who}, ${large(orders)} orders: ${complete === null ? "some" : large(complete)} have every score they need.`;
}

function seriesOf(found: Orders, chosen: CurveName): Series[] {
  const all = CURVES.flatMap(({ name, title, look }): Series[] => {
    const mark = name === chosen ? `${look} chosen` : look;
    if (name === "average") {
      const values = found.average.sizes.map(({ mean, deviation, moved }) =>
        isDeclared(found, moved)
          ? { value: mean, aside: true }
          : mean === null || deviation === null
            ? { value: mean }
            : { value: mean, low: mean - deviation, high: mean + deviation },
      );
      return [{ name: title, look: mark, values, band: true }];
    }
    const order = found[name];
    if (!order) return [];
    const values = order.steps.map((step) => chartValue(step.cell));
    if (name === chosen) return [{ name: title, look: mark, values, points: true }];
    return [
      {
        name: title,
        look: mark,
        values: values.map(({ value, aside }) => ({ value, aside: aside === true })),
      },
    ];
  });
  return all.toSorted(
    (one, other) => Number(one.look.endsWith("chosen")) - Number(other.look.endsWith("chosen")),
  );
}

/** What is known after so many have moved, in one line. */
function reading(found: Orders, chosen: CurveName, moved: number): string {
  const said = [`after ${moved}`];
  const size = found.average.sizes[moved];
  if (chosen !== "average") {
    const step = found[chosen]?.steps[moved];
    const sign = found.direction === "withdrawal" ? "−" : "+";
    if (step?.unit) said.push(`${sign}${step.unit}`);
    said.push(step ? shortened(step.training_set.name, 44) : "no next set has a score");
    if (step) said.push(scoreText(step.cell));
    if (step && step.cumulative !== null) said.push(`${signed(step.cumulative)} since the start`);
  }
  if (size) said.push(sizeText(size));
  return said.join(" · ");
}

function sizeText(size: Orders["average"]["sizes"][number]): string {
  if (size.mean === null) {
    return `average unavailable: ${count(size.scored)} of ${count(size.sets)} sets have a score`;
  }
  if (size.sets === 1) return "all orders pass this set";
  return `average ${number(size.mean)}, deviation ${number(size.deviation ?? 0)}, from ${number(size.low ?? size.mean)} to ${number(size.high ?? size.mean)} (${count(size.sets)} sets)`;
}

/** The mean score over the steps: what orders are judged by. */
function areaText(found: Orders, name: CurveName): string {
  if (name === "average") {
    const { area, deviation } = found.average;
    return area === null
      ? "unavailable"
      : `mean ${number(area)}, deviation ${number(deviation ?? 0)}`;
  }
  const order = found[name];
  if (!order) return "unavailable";
  const { value, standard_error: error } = order.area;
  if (value === null) return order.area.note ?? "unavailable";
  return `mean ${number(value)}${error === null ? "" : ` ± ${number(error)}`}`;
}

function OrderList(props: {
  found: Orders;
  order: Order;
  active: number | null;
  point: (step: number | null) => void;
}) {
  const { found, order, active, point } = props;
  const sign = found.direction === "withdrawal" ? "−" : "+";
  const stopped = order.steps.length <= found.units.length;
  return (
    <>
      <div class="scroll steps-table">
        <table data-testid="paths-order">
          <thead>
            <tr>
              <th scope="col">After</th>
              <th scope="col">{found.direction === "withdrawal" ? "Leaves" : "Joins"}</th>
              <th scope="col">Set</th>
              <th scope="col">Score</th>
              <th scope="col">Change</th>
              <th scope="col">Since the start</th>
            </tr>
          </thead>
          <tbody>
            {order.steps.map(({ unit, training_set: set, cell, delta, cumulative }, place) => (
              <tr
                key={set.key}
                data-testid="path-row"
                class={active === place ? "active" : ""}
                onPointerEnter={() => point(place)}
                onPointerLeave={() => point(null)}
              >
                <th scope="row">{place}</th>
                <td class="move">{unit === null ? "start" : `${sign}${unit}`}</td>
                <td class="name">
                  <button
                    type="button"
                    class="link"
                    onFocus={() => point(place)}
                    onBlur={() => point(null)}
                    onClick={() => pin(set.key)}
                  >
                    {set.name}
                  </button>
                </td>
                <td title={cellText(cell)}>{scoreText(cell)}</td>
                <td>
                  <DeltaValue delta={delta ?? undefined} />
                </td>
                <td>{cumulative === null ? "" : signed(cumulative)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {stopped && <p>It ends here: no next set has a score.</p>}
      <div class="said">
        {order.optima !== null && order.optima > 1 && (
          <p>
            {count(order.optima)} orders are equally good; the first in the objects' order is
            listed.
          </p>
        )}
        {order.optimism && <p>{optimismText(order.optimism, "order")}</p>}
        <ErrorNote deltas={order.steps.map((step) => step.delta ?? undefined)} />
      </div>
    </>
  );
}

function Sizes({ found }: { found: Orders }) {
  return (
    <div class="scroll steps-table">
      <table data-testid="paths-sizes">
        <thead>
          <tr>
            {["After", "Mean", "Deviation", "Lowest", "Highest", "Sets with a score"].map(
              (title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {found.average.sizes.map((size) => (
            <tr key={size.moved}>
              <th scope="row">{size.moved}</th>
              {[size.mean, size.deviation, size.low, size.high].map((value, place) => (
                <td key={place}>{value === null ? "unavailable" : number(value)}</td>
              ))}
              <td>
                {count(size.scored)} of {count(size.sets)}
                {size.scored < size.sets ? ` (${share(size.scored / size.sets)})` : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What all change together, and what each changes alone. */
function Together({ found }: { found: Orders }) {
  const { together, apart, synergy, direction } = found;
  const [all, each] =
    direction === "withdrawal"
      ? ["All leave together", "Each leaves alone, in sum"]
      : ["All join together", "Each joins alone, in sum"];
  const plain = (contrast: Orders["apart"]) => ({ ...contrast, effect: null });
  return (
    <dl class="together" data-testid="paths-together" data-picture>
      {(
        [
          [all, together],
          [each, plain(apart)],
          ["Synergy: the difference", plain(synergy)],
        ] as const
      ).map(([title, delta]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>
            <DeltaValue delta={delta} />
            {delta.value === null && <small> {delta.note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
