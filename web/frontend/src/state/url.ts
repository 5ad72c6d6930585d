/** The view as a URL and back. Version 1: a link from another version says so. */

export const VERSION = "1";
export type ViewName = "map" | "grid";
export type LayoutName = "landscape" | "lattice";
export type ObjectiveName = "fewest" | "widest";

/** A camera: translation in pixels and zoom factor. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

/** Everything that a link holds. */
export interface View {
  readonly lattice: string | null;
  /** Without a lattice: the import page instead of the first one. */
  readonly importing: boolean;
  readonly view: ViewName;
  readonly measure: string | null;
  readonly layout: LayoutName | null;
  readonly set: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly objective: ObjectiveName;
  readonly without: string | null;
  readonly sort: string | null;
  readonly camera: Camera | null;
}

export const HOME: View = {
  lattice: null,
  importing: false,
  view: "map",
  measure: null,
  layout: null,
  set: null,
  from: null,
  to: null,
  objective: "fewest",
  without: null,
  sort: null,
  camera: null,
};

const TEXTS = ["measure", "set", "from", "to", "without", "sort"] as const;

/** A view and what in its link could not be understood. */
export interface ReadView {
  readonly view: View;
  readonly complaints: readonly string[];
}

/** Read a location; what is not understood falls back, and is said. */
export function readUrl(pathname: string, search: string): ReadView {
  const parts = pathname.split("/").filter(Boolean).map(decoded);
  if (parts[0] === "import") return { view: { ...HOME, importing: true }, complaints: [] };
  if (parts[0] !== "lattices" || !parts[1]) return { view: HOME, complaints: [] };
  const query = new URLSearchParams(search);
  const complaints: string[] = [];
  const version = query.get("v");
  if (version !== null && version !== VERSION) {
    complaints.push(`This link is of version ${version} of the view; this is version ${VERSION}.`);
  }
  const choose = <T extends string>(what: string, said: string | null, known: readonly T[]) => {
    if (said === null) return null;
    const found = known.find((each) => each === said);
    if (!found) complaints.push(`This link names the ${what} "${said}", which is none.`);
    return found ?? null;
  };
  const texts = Object.fromEntries(TEXTS.map((name) => [name, query.get(name)])) as Pick<
    View,
    (typeof TEXTS)[number]
  >;
  const view: View = {
    ...HOME,
    ...texts,
    lattice: parts[1],
    view:
      choose<ViewName>("view", parts[2] === "sets" ? "map" : (parts[2] ?? "map"), VIEWS) ?? "map",
    set: parts[2] === "sets" ? (parts[3] ?? null) : texts.set,
    layout: choose<LayoutName>("layout", query.get("layout"), ["landscape", "lattice"]),
    objective:
      choose<ObjectiveName>("objective", query.get("objective"), ["fewest", "widest"]) ?? "fewest",
    camera: readCamera(query.get("camera")),
  };
  return { view, complaints };
}

const VIEWS: readonly ViewName[] = ["map", "grid"];

/** The link of a view. */
export function writeUrl(view: View): string {
  if (view.lattice === null) return view.importing ? "/import" : "/";
  const query = new URLSearchParams({ v: VERSION });
  for (const name of TEXTS) {
    const value = view[name];
    if (value !== null) query.set(name, value);
  }
  if (view.layout) query.set("layout", view.layout);
  if (view.from && view.to) query.set("objective", view.objective);
  if (view.camera) {
    const { x, y, k } = view.camera;
    query.set("camera", [x, y, k].map((each) => Number(each.toPrecision(5))).join(","));
  }
  return `/lattices/${encodeURIComponent(view.lattice)}/${view.view}?${query}`;
}

function readCamera(text: string | null): Camera | null {
  const [x, y, k, ...more] = (text ?? "").split(",").map(Number);
  if (x === undefined || y === undefined || k === undefined || more.length > 0) return null;
  return [x, y, k].every(Number.isFinite) && k > 0 ? { x, y, k } : null;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
