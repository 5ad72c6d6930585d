/** Colors as every program that reads SVG takes them: six digits, and an opacity of its own. */

export interface PlainColor {
  readonly hex: string;
  readonly opacity: number;
}

/** A computed color of CSS; null where nothing is to be seen of it. */
export function plainColor(css: string): PlainColor | null {
  const text = css.trim();
  if (text === "" || text === "none" || text === "transparent") return null;
  const parts = partsOf(text) ?? partsByCanvas(text);
  if (!parts) return null;
  const [red = 0, green = 0, blue = 0, opacity = 1] = parts;
  if (opacity === 0) return null;
  return { hex: `#${[red, green, blue].map(twoDigits).join("")}`, opacity };
}

/** Channels from 0 to 255 and the opacity, where the text says them itself. */
function partsOf(text: string): number[] | null {
  const hex = /^#(..)(..)(..)(..)?$/.exec(text);
  if (hex) {
    const [red, green, blue, alpha = 255] = hex
      .slice(1)
      .flatMap((part) => (part === undefined ? [] : [Number.parseInt(part, 16)]));
    return [red ?? 0, green ?? 0, blue ?? 0, alpha / 255];
  }
  const found = /^(rgba?|color)\((?:srgb )?([^)]*)\)$/.exec(text);
  if (!found || (found[1] === "color" && !text.startsWith("color(srgb "))) return null;
  const values = (found[2] ?? "").split(/[\s,/]+/).map(Number);
  if (values.length < 3 || values.some(Number.isNaN)) return null;
  const scale = found[1] === "color" ? 255 : 1;
  return [...values.slice(0, 3).map((value) => value * scale), values[3] ?? 1];
}

/** Of other notations the canvas knows what they are. */
function partsByCanvas(text: string): number[] | null {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}

function twoDigits(channel: number): string {
  const value = Math.max(0, Math.min(255, Math.round(channel)));
  return value.toString(16).padStart(2, "0");
}
