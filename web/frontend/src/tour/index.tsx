/** The walk through leave-one-out: a card above the live views that it sets. */
import "./tour.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { apiUrl, ask, Refusal } from "../api";
import type { LatticeDetail, Neighborhood, Path, SetPage } from "../api/types";
import { go, view } from "../state";
import { Complaint } from "../ui";
import { leaveTour, tour } from "./state";
import { type Subject, stepsOf, strongestRemoval, type TourStep } from "./steps";

export function Tour() {
  const [steps, setSteps] = useState<readonly TourStep[] | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const next = useRef<HTMLButtonElement>(null);
  const lattice = tour.value?.lattice ?? null;
  const at = tour.value?.step ?? 0;
  const step = steps?.[at] ?? null;

  useEffect(() => {
    if (lattice === null) return undefined;
    const abort = new AbortController();
    subjectOf(lattice, abort.signal)
      .then((subject) => setSteps(subject ? stepsOf(subject) : []))
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        if (!(error instanceof Refusal)) throw error;
        setRefusal(error);
      });
    return () => abort.abort();
  }, [lattice]);
  useEffect(() => {
    if (!step) return;
    go(step.view);
    next.current?.focus();
  }, [step]);
  // Another lattice is another matter.
  useEffect(() => {
    if (view.value.lattice !== lattice) leaveTour();
  }, [view.value.lattice, lattice]);
  useEffect(() => {
    if (steps?.length === 0) leaveTour();
  }, [steps]);

  if (tour.value === null) return null;
  const turn = (by: number) => {
    const now = tour.peek();
    if (now) tour.value = { ...now, step: now.step + by };
  };
  const last = steps !== null && at === steps.length - 1;
  return (
    <section
      class="tour"
      aria-label="Walk through leave-one-out"
      data-testid="tour"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        leaveTour();
      }}
    >
      <div class="said" aria-live="polite">
        {refusal && <Complaint refusal={refusal} />}
        {step && (
          <>
            <h2>{step.title}</h2>
            <p data-testid="tour-text">{step.text}</p>
          </>
        )}
      </div>
      <p class="actions">
        <span class="place" data-testid="tour-place">
          {steps ? `${at + 1} of ${steps.length}` : "…"}
        </span>
        <button type="button" class="quiet" data-testid="tour-leave" onClick={leaveTour}>
          Leave
        </button>
        <button type="button" data-testid="tour-back" disabled={at === 0} onClick={() => turn(-1)}>
          Back
        </button>
        <button
          type="button"
          class="strong"
          ref={next}
          data-testid="tour-next"
          disabled={steps === null}
          onClick={() => (last ? leaveTour() : turn(1))}
        >
          {last ? "Done" : "Next"}
        </button>
      </p>
    </section>
  );
}

/** What the walk is about; null where the lattice has no removal to show. */
async function subjectOf(lattice: string, abort: AbortSignal): Promise<Subject | null> {
  const url = (path: readonly string[], parameters: Parameters<typeof apiUrl>[1] = {}) =>
    apiUrl(["lattices", lattice, ...path], parameters);
  const page = (sort: string) =>
    ask<SetPage>(url(["sets"], { sort, limit: 1, fields: "members" }), abort);
  const [detail, largest, smallest] = await Promise.all([
    ask<LatticeDetail>(url([]), abort),
    page("-rank"),
    page("rank"),
  ]);
  const [to, from] = [largest.items[0]?.training_set, smallest.items[0]?.training_set];
  if (!to || !from) return null;
  const around = await ask<Neighborhood>(url(["sets", to.key, "neighborhood"]), abort);
  const strongest = strongestRemoval(around);
  if (!strongest) return null;
  const path = await ask<Path>(
    url(["paths"], {
      from: from.key,
      to: to.key,
      measure: around.measures[strongest.measure],
    }),
    abort,
  ).catch((error: unknown) => {
    if (error instanceof Refusal) return null;
    throw error;
  });
  return {
    summary: detail.summary,
    objects: detail.objects.map((object) => object.name),
    around,
    ...strongest,
    path: from.key === to.key ? null : path,
  };
}
