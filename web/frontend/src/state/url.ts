/** The view as a URL and back. Version 2; links of version 1 are read as what they meant. */

export const VERSION = "2";
const READABLE: readonly string[] = ["1", VERSION];

/** What fills the center. `set` is the page of one training set and its neighborhood. */
export const VIEWS = ["map", "set", "paths", "grid", "compare", "table"] as const;
export type ViewName = (typeof VIEWS)[number];

export const LAYOUTS = ["lattice", "landscape", "rows", "density"] as const;
export type LayoutName = (typeof LAYOUTS)[number];

/** What the page of paths asks for: a path, its trade-offs, the longest run, or orders of units. */
export const MODES = ["path", "tradeoffs", "longest", "withdraw", "acquire"] as const;
export type ModeName = (typeof MODES)[number];

/** Parameters of path questions, by the names of the API; several values repeat the name. */
export const OPTIONS = [
  "objective",
  "k",
  "slack",
  "cost",
  "jumps",
  "only",
  "min_rank",
  "max_rank",
  "keep",
  "avoid",
  "floor",
  "ceiling",
  "evaluated",
  "first",
  "second",
  "by",
  "unit",
  "group",
  "profile",
] as const;
export type OptionName = (typeof OPTIONS)[number];
export type Options = Readonly<Partial<Record<OptionName, readonly string[]>>>;

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
  /** The measure that everything is about; null is the usual one. */
  readonly measure: string | null;
  /** The measure that colors; null is the measure itself. */
  readonly color: string | null;
  readonly layout: LayoutName | null;
  /** The pinned set: a key or any spelling. */
  readonly set: string | null;
  /** Predicates that all hold of what is shown: the chips. */
  readonly filters: readonly string[];
  /** Keys of the selected sets, and which of them is the baseline. */
  readonly tray: readonly string[];
  readonly baseline: string | null;
  /** In comparisons and in the tray: only what differs. */
  readonly differences: boolean;
  readonly from: string | null;
  readonly to: string | null;
  readonly mode: ModeName;
  readonly options: Options;
  /** Which of the best paths is shown, counted from 2; null is the best. */
  readonly alternative: string | null;
  readonly without: string | null;
  readonly sort: string | null;
  /** How the columns of the grid are ordered: as given, or clustered. */
  readonly columns: string | null;
  /** The measures that grid and table show, by name; none is all. */
  readonly shown: readonly string[];
  /** How the grid draws its rows: as numbers, or as a heat map. */
  readonly rows: string | null;
  /** What the colors of the grid span: a metric, or each column. */
  readonly scale: string | null;
  /** On the page of one set: how many moves around it, which ones, which sections are open. */
  readonly radius: string | null;
  readonly moves: string | null;
  readonly open: string | null;
  /** Groups that are left out of the set, each a set in any spelling. */
  readonly groups: readonly string[];
  /** How the measures of a comparison are ordered: by size of the change, or as given. */
  readonly order: string | null;
  readonly camera: Camera | null;
}

export const HOME: View = {
  lattice: null,
  importing: false,
  view: "map",
  measure: null,
  color: null,
  layout: null,
  set: null,
  filters: [],
  tray: [],
  baseline: null,
  differences: false,
  from: null,
  to: null,
  mode: "path",
  options: {},
  alternative: null,
  without: null,
  sort: null,
  columns: null,
  shown: [],
  rows: null,
  scale: null,
  radius: null,
  moves: null,
  open: null,
  groups: [],
  order: null,
  camera: null,
};

const TEXTS = [
  "measure",
  "color",
  "set",
  "baseline",
  "from",
  "to",
  "alternative",
  "without",
  "sort",
  "columns",
  "rows",
  "scale",
  "radius",
  "moves",
  "open",
  "order",
] as const;

/** What a question for paths consists of. */
const QUESTION = ["lattice", "mode", "from", "to", "options", "measure", "filters"] as const;

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
  if (version !== null && !READABLE.includes(version)) {
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
  const options = Object.fromEntries(
    OPTIONS.filter((name) => query.has(name)).map((name) => [name, query.getAll(name)]),
  );
  const page = parts[2] === "sets" ? "set" : (parts[2] ?? "map");
  const view: View = {
    ...HOME,
    ...texts,
    lattice: parts[1],
    view: choose<ViewName>("view", page, VIEWS) ?? "map",
    set: parts[2] === "sets" ? (parts[3] ?? null) : texts.set,
    layout: choose<LayoutName>("layout", query.get("layout"), LAYOUTS),
    filters: query.getAll("filter"),
    tray: query.getAll("tray"),
    shown: query.getAll("show"),
    groups: query.getAll("groups"),
    differences: query.get("differences") !== null,
    mode: choose<ModeName>("kind of path", query.get("mode"), MODES) ?? "path",
    options,
    camera: readCamera(query.get("camera")),
  };
  return { view, complaints };
}

/** The link of a view. */
export function writeUrl(view: View): string {
  if (view.lattice === null) return view.importing ? "/import" : "/";
  const query = new URLSearchParams({ v: VERSION });
  const ownSet = view.view === "set" && view.set !== null;
  for (const name of TEXTS) {
    const value = view[name];
    if (value !== null && !(name === "set" && ownSet)) query.set(name, value);
  }
  if (view.layout) query.set("layout", view.layout);
  for (const each of view.filters) query.append("filter", each);
  for (const each of view.tray) query.append("tray", each);
  for (const each of view.shown) query.append("show", each);
  for (const each of view.groups) query.append("groups", each);
  if (view.differences) query.set("differences", "");
  if (view.mode !== HOME.mode) query.set("mode", view.mode);
  for (const name of OPTIONS) for (const each of view.options[name] ?? []) query.append(name, each);
  if (view.camera) {
    const { x, y, k } = view.camera;
    query.set("camera", [x, y, k].map((each) => Number(each.toPrecision(5))).join(","));
  }
  const page = ownSet ? `sets/${encodeURIComponent(view.set ?? "")}` : view.view;
  return `/lattices/${encodeURIComponent(view.lattice)}/${page}?${query}`;
}

/** Whether two views ask for the same paths. */
export function asksTheSame(one: View, other: View): boolean {
  return QUESTION.every((name) => one[name] === other[name]);
}

/** An option's only value, or null. */
export function option(view: View, name: OptionName): string | null {
  return view.options[name]?.[0] ?? null;
}

/** Options with one of them changed; without values it is left out. */
export function withOption(options: Options, name: OptionName, ...values: string[]): Options {
  const { [name]: _, ...others } = options;
  return values.length > 0 ? { ...others, [name]: values } : others;
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
