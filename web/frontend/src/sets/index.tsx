/** The page of one training set. */
export function SetPage() {
  return <p class="hint">Coming.</p>;
}
