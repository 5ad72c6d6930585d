/** What the panel asks besides the neighborhood: how far the pinned set is from the baseline. */
import { computed } from "@preact/signals";
import { following } from "../api";
import type { Comparison } from "../api/types";
import { view } from "../state";
import { latticeUrl, measure, neighborhood } from "../state/answers";

/** The neighborhood, when it is that of the pinned set and not of the one before. */
export const around = computed(() => {
  const { content } = neighborhood.value;
  return content && content.training_set.key === view.value.set ? content : null;
});

const besideUrl = computed(() => {
  const { baseline, set } = view.value;
  if (baseline === null || set === null || baseline === set || !around.value) return null;
  return latticeUrl(["compare"], { sets: [baseline, set], measure: measure.value?.name ?? null });
});

/** The pinned set beside the chosen baseline. */
export const besideBaseline = following<Comparison>(besideUrl);
