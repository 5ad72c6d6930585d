/** The first page: every lattice with its landscape in small, and how complete it is. */
import "./home.css";
import { useSignal } from "@preact/signals";
import { token } from "../api";
import type { LatticeSummary } from "../api/types";
import { count, counted } from "../scales";
import { go } from "../state";
import { lattices } from "../state/answers";
import { HOME } from "../state/url";
import { startTour, tourDone } from "../tour/state";
import { Awaited, Link, Skeleton } from "../ui";

import { Card } from "./card";
import { lookedFor, ORDERS, type OrderName, ordered, walkable } from "./utils";

/** From this many on, lattices can be sorted and looked for. */
const MANY = 4;

export function Home() {
  const { content, loading } = lattices.value;
  return (
    <main class="home" id="main">
      <h1>What changes when the training data change?</h1>
      <p class="lead">
        Every training set is a node, adding or removing one data object is a move. In the pictures,
        training sets grow to the right and scores upward.
      </p>
      <Newcomer items={content?.items ?? []} />
      {!content && loading && <Loading />}
      <Awaited resource={lattices.value} retry={lattices.retry} what="the lattices">
        {({ items }) => (items.length === 0 ? <Empty /> : <Lattices items={items} />)}
      </Awaited>
    </main>
  );
}

function Loading() {
  return (
    <ul class="cards">
      {["a", "b", "c"].map((each) => (
        <li key={each} class="card">
          <div class="thumbnail" />
          <Skeleton lines={3} />
        </li>
      ))}
    </ul>
  );
}

function Newcomer({ items }: { items: readonly LatticeSummary[] }) {
  const lattice = walkable(items);
  const start = () => {
    if (lattice === null) return;
    go({ ...HOME, lattice });
    startTour(lattice);
  };
  return (
    <p class="actions start">
      {lattice !== null && (
        <button
          type="button"
          class={tourDone.value ? "quiet" : "strong"}
          data-testid="tour-start"
          onClick={start}
        >
          {tourDone.value
            ? "Walk through leave-one-out again"
            : "New here? Walk through leave-one-out in a minute"}
        </button>
      )}
      {token() && (
        <Link class="button" to={{ ...HOME, importing: true }} testid="import-link">
          Import results
        </Link>
      )}
    </p>
  );
}

function Empty() {
  return (
    <section class="empty" data-testid="no-lattices">
      <h2>No lattice yet</h2>
      <p>Import your results, or the bundled ones to look around:</p>
      <pre>
        lattice import results.csv{"\n"}
        lattice import --bundled
      </pre>
      <p>
        <button type="button" onClick={lattices.retry}>
          Look again
        </button>
      </p>
    </section>
  );
}

function Lattices({ items }: { items: readonly LatticeSummary[] }) {
  const order = useSignal<OrderName>("imported");
  const text = useSignal("");
  const shown = ordered(lookedFor(items, text.value), order.value);
  return (
    <>
      {items.length >= MANY && (
        <div class="shelf">
          <p role="status">
            {shown.length === items.length
              ? counted(items.length, "lattice")
              : `${count(shown.length)} of ${count(items.length)} lattices`}
          </p>
          <label>
            <span>Find</span>
            <input
              type="search"
              data-testid="home-search"
              value={text.value}
              onInput={(event) => {
                text.value = event.currentTarget.value;
              }}
            />
          </label>
          <label>
            <span>Sort by</span>
            <select
              data-testid="home-sort"
              value={order.value}
              onChange={(event) => {
                order.value = event.currentTarget.value as OrderName;
              }}
            >
              {Object.entries(ORDERS).map(([name, title]) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      {shown.length === 0 && (
        <p class="actions" data-testid="no-lattice-found">
          0 of {counted(items.length, "lattice")} match “{text.value.trim()}”.
          <button
            type="button"
            onClick={() => {
              text.value = "";
            }}
          >
            Show all
          </button>
        </p>
      )}
      <ul class="cards">
        {shown.map((summary) => (
          <Card key={summary.name} summary={summary} />
        ))}
      </ul>
    </>
  );
}
