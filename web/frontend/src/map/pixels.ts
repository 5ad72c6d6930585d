/**
 * Draws thousands of dots and thin lines into an image, for where no graphics card helps: filling
 * canvas paths of 16,000 dots takes several frames there, this a fraction of one. The edges are
 * smooth: what is covered of a pixel is its opacity.
 */

/** Red, green, blue, alpha in the bytes of a little-endian number, as in the data of an image. */
export type Rgba = number;

/** An image of so many pixels, not premultiplied. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

/** From positions in a scene to pixels. */
export interface Placing {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

/** Lengths are in pixels of the image. */
export interface DotLook {
  readonly radius: number;
  readonly fill: Rgba | null;
  readonly stroke: Rgba | null;
  readonly width: number;
  readonly opacity: number;
}

export interface LineLook {
  readonly color: Rgba;
  readonly width: number;
  readonly opacity: number;
}

/** Dots are placed on a quarter of a pixel. */
const PHASES = 4;
const OPAQUE = 255;
const RED_BLUE = 0xff00ff;

/** Draw `points` (x, y of each) as circles. */
export function drawDots(
  raster: Raster,
  points: ArrayLike<number>,
  look: DotLook,
  { x, y, k }: Placing,
): void {
  const stamps = stampsOf(look);
  const size = stamps.size;
  const half = size / 2;
  const { width, height, pixels } = raster;
  for (let index = 0; index + 1 < points.length; index += 2) {
    const left = (points[index] as number) * k + x - half;
    const top = (points[index + 1] as number) * k + y - half;
    if (!(left > -size && top > -size && left < width && top < height)) continue;
    const column = Math.floor(left);
    const row = Math.floor(top);
    const phase = Math.floor((top - row) * PHASES) * PHASES + Math.floor((left - column) * PHASES);
    const stamp = stamps.phases[phase] as Uint32Array;
    const from = Math.max(0, -column);
    const to = Math.min(stamps.span, width - column);
    const last = Math.min(stamps.span, height - row);
    for (let down = Math.max(0, -row); down < last; down += 1) {
      const source = down * stamps.span;
      const target = (row + down) * width + column;
      for (let across = from; across < to; across += 1) {
        const color = stamp[source + across] as number;
        const alpha = color >>> 24;
        if (alpha === OPAQUE) pixels[target + across] = color;
        else if (alpha > 0) {
          pixels[target + across] = over(pixels[target + across] as number, color, alpha);
        }
      }
    }
  }
}

/**
 * Draw `points` (x1, y1, x2, y2 of each) as lines of one look. Where they cross they do not add
 * up, as in one path of a canvas.
 */
export function drawLines(
  raster: Raster,
  points: ArrayLike<number>,
  look: LineLook,
  { x, y, k }: Placing,
): void {
  const { width, height, pixels } = raster;
  const mask = emptyMask(width * height);
  const half = look.width / 2;
  for (let index = 0; index + 3 < points.length; index += 4) {
    coverLine(
      mask,
      width,
      height,
      (points[index] as number) * k + x,
      (points[index + 1] as number) * k + y,
      (points[index + 2] as number) * k + x,
      (points[index + 3] as number) * k + y,
      half,
    );
  }
  const rgb = look.color & 0xffffff;
  const strength = ((look.color >>> 24) / OPAQUE) * look.opacity;
  for (let place = 0; place < mask.length; place += 1) {
    const covered = mask[place] as number;
    if (covered === 0) continue;
    const alpha = Math.round(covered * strength);
    if (alpha === 0) continue;
    const color = (rgb | (alpha << 24)) >>> 0;
    pixels[place] = alpha === OPAQUE ? color : over(pixels[place] as number, color, alpha);
  }
}

/** A color over what is there; two channels at a time. */
export function over(below: Rgba, color: Rgba, alpha: number): Rgba {
  const beneath = below >>> 24;
  if (beneath === 0) return color;
  let both = OPAQUE;
  let share = alpha + (alpha >>> 7);
  if (beneath !== OPAQUE) {
    // How opaque both are together, and the color's share of that, of 256.
    both = alpha + (((beneath * (OPAQUE - alpha) + 127) / OPAQUE) | 0);
    share = ((alpha << 8) / both + 0.5) | 0;
  }
  const redBlue =
    ((Math.imul(color & RED_BLUE, share) + Math.imul(below & RED_BLUE, 256 - share)) >>> 8) &
    RED_BLUE;
  const green =
    ((Math.imul((color >>> 8) & 255, share) + Math.imul((below >>> 8) & 255, 256 - share)) >>> 8) &
    255;
  return ((both << 24) | (green << 8) | redBlue) >>> 0;
}

// ---------------------------------------------------------------- dots

interface Stamps {
  /** Width of the circle with its edge, and of the square of pixels that holds it at any phase. */
  readonly size: number;
  readonly span: number;
  readonly phases: readonly Uint32Array[];
}

const known = new Map<string, Stamps>();
const MOST_KNOWN = 512;

/** A dot's pixels at every phase. */
function stampsOf(look: DotLook): Stamps {
  const { radius, fill, stroke, width, opacity } = look;
  const key = [radius, fill, stroke, width, opacity].join();
  const before = known.get(key);
  if (before) return before;
  const reach = radius + (stroke === null ? 0 : width / 2);
  const size = 2 * reach + 1;
  const span = Math.ceil(size) + 1;
  const phases = Array.from({ length: PHASES * PHASES }, (_, phase) => {
    const middleX = size / 2 + ((phase % PHASES) + 0.5) / PHASES;
    const middleY = size / 2 + (Math.floor(phase / PHASES) + 0.5) / PHASES;
    const stamp = new Uint32Array(span * span);
    for (let place = 0; place < stamp.length; place += 1) {
      const away = Math.hypot(
        (place % span) + 0.5 - middleX,
        Math.floor(place / span) + 0.5 - middleY,
      );
      let pixel = 0;
      if (fill !== null) pixel = shaded(pixel, fill, within(away, radius) * opacity);
      if (stroke !== null) {
        const ring = within(away, radius + width / 2) - within(away, radius - width / 2);
        pixel = shaded(pixel, stroke, ring * opacity);
      }
      stamp[place] = pixel;
    }
    return stamp;
  });
  if (known.size >= MOST_KNOWN) known.clear();
  const made = { size, span, phases };
  known.set(key, made);
  return made;
}

/** Which share of a pixel, so far from the middle, is within a circle: its edge taken as straight. */
function within(away: number, radius: number): number {
  return Math.max(0, Math.min(1, radius - away + 0.5));
}

function shaded(below: Rgba, color: Rgba, share: number): Rgba {
  const alpha = Math.round((color >>> 24) * share);
  return alpha === 0 ? below : over(below, ((color & 0xffffff) | (alpha << 24)) >>> 0, alpha);
}

// ---------------------------------------------------------------- lines

let held = new Uint8Array(0);

function emptyMask(length: number): Uint8Array {
  if (held.length === length) held.fill(0);
  else held = new Uint8Array(length);
  return held;
}

/** Mark how much of each pixel a line covers, going along its longer direction. */
function coverLine(
  mask: Uint8Array,
  width: number,
  height: number,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  half: number,
): void {
  const steep = Math.abs(y2 - y1) > Math.abs(x2 - x1);
  const forward = steep ? y1 <= y2 : x1 <= x2;
  const start = steep ? (forward ? y1 : y2) : forward ? x1 : x2;
  const end = steep ? (forward ? y2 : y1) : forward ? x2 : x1;
  if (!(end > start)) return;
  const across = steep ? (forward ? x1 : x2) : forward ? y1 : y2;
  const slope = ((steep ? (forward ? x2 : x1) : forward ? y2 : y1) - across) / (end - start);
  const along = steep ? height : width;
  const aside = steep ? width : height;
  const stepAlong = steep ? width : 1;
  const stepAside = steep ? 1 : width;
  const reach = half * Math.sqrt(1 + slope * slope);
  const first = Math.max(0, Math.floor(start + 0.5));
  const last = Math.min(along - 1, Math.floor(end + 0.5) - 1);
  let middle = across + slope * (first + 0.5 - start);
  for (let step = first; step <= last; step += 1, middle += slope) {
    const low = middle - reach;
    const high = middle + reach;
    if (low < 0 || high >= aside) continue;
    let place = low | 0;
    const to = high | 0;
    let at = step * stepAlong + place * stepAside;
    if (place === to) {
      cover(mask, at, (high - low) * OPAQUE);
      continue;
    }
    cover(mask, at, (place + 1 - low) * OPAQUE);
    for (place += 1, at += stepAside; place < to; place += 1, at += stepAside) mask[at] = OPAQUE;
    cover(mask, at, (high - to) * OPAQUE);
  }
}

function cover(mask: Uint8Array, at: number, share: number): void {
  const covered = (share + 0.5) | 0;
  if (covered > (mask[at] as number)) mask[at] = covered;
}
