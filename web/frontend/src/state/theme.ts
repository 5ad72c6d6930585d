/** Light, dark, or as the system says; and the colors that canvases need as plain values. */
import { signal } from "@preact/signals";

export type ThemeName = "auto" | "light" | "dark";
const KEY = "datalattice.theme";
const NAMES = ["paper", "ink", "muted", "line", "better", "worse", "accent", "shadow"] as const;

/** The colors of the page, resolved. */
export type Theme = Record<(typeof NAMES)[number], string>;

export const themeName = signal<ThemeName>(remembered());
export const theme = signal<Theme>(resolved());

function remembered(): ThemeName {
  try {
    const said = localStorage.getItem(KEY);
    return said === "light" || said === "dark" ? said : "auto";
  } catch {
    return "auto"; // storage is switched off: the choice lasts as long as the page
  }
}

function resolved(): Theme {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Theme;
}

export function setTheme(name: ThemeName): void {
  themeName.value = name;
  document.documentElement.dataset.theme = name;
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // see `remembered`
  }
  theme.value = resolved();
}

const painters = new Set<() => void>();
let paper = false;

/** Whether the page is on its way to paper, for which canvases are painted already. */
export function isOnPaper(): boolean {
  return paper;
}

/** Have a canvas painted when the page goes to paper; the returned function takes it back. */
export function onPaper(paint: () => void): () => void {
  painters.add(paint);
  return () => {
    painters.delete(paint);
  };
}

/** Paper is white, whatever the theme. Canvases are painted at once: no frame comes before it. */
export function followPrinter(): void {
  const follow = (prints: boolean) => {
    paper = prints;
    document.documentElement.dataset.theme = prints ? "light" : themeName.peek();
    theme.value = resolved();
    for (const paint of painters) paint();
  };
  addEventListener("beforeprint", () => follow(true));
  addEventListener("afterprint", () => follow(false));
  const print = matchMedia("print");
  print.addEventListener("change", ({ matches }) => follow(matches));
  if (print.matches) follow(true);
}

export function followSystemTheme(): void {
  setTheme(themeName.peek());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    theme.value = resolved();
  });
}
