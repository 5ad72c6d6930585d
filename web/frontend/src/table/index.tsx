/** The page of table. */
export function TablePage() {
  return <p class="hint">Coming.</p>;
}
