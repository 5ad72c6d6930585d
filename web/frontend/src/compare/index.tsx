/** The page of compare. */
export function ComparePage() {
  return <p class="hint">Coming.</p>;
}
