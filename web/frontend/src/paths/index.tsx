/** The page of paths. */
import { PathPanel } from "./panel";

export function PathsPage() {
  return <PathPanel />;
}
