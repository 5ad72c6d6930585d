/** Whether a walk-through is on, where it stands, and whether it was seen to its end. */
import { signal } from "@preact/signals";

const KEY = "datalattice.tour";

/** The lattice that is walked through and the step; null while nobody is guided. */
export const tour = signal<{ readonly lattice: string; readonly step: number } | null>(null);

export const tourDone = signal(remembered());

function remembered(): boolean {
  try {
    return localStorage.getItem(KEY) === "done";
  } catch {
    return false; // storage is switched off: the walk is offered again
  }
}

export function startTour(lattice: string): void {
  tour.value = { lattice, step: 0 };
}

export function leaveTour(): void {
  tour.value = null;
  tourDone.value = true;
  try {
    localStorage.setItem(KEY, "done");
  } catch {
    // see `remembered`
  }
}
