import { describe, expect, it } from "vitest";
import { drawDots, drawLines, over, type Raster } from "./pixels";

const STILL = { x: 0, y: 0, k: 1 };
const BLUE = 0xffff0000;

function blank(width: number, height: number): Raster {
  return { width, height, pixels: new Uint32Array(width * height) };
}

/** All opacity in an image, in pixels. */
function ink({ pixels }: Raster): number {
  return pixels.reduce((sum, pixel) => sum + (pixel >>> 24) / 255, 0);
}

function middle({ pixels, width }: Raster): [number, number] {
  let [x, y, sum] = [0, 0, 0];
  pixels.forEach((pixel, place) => {
    const alpha = pixel >>> 24;
    x += ((place % width) + 0.5) * alpha;
    y += (Math.floor(place / width) + 0.5) * alpha;
    sum += alpha;
  });
  return [x / sum, y / sum];
}

describe("dots, pixel by pixel", () => {
  it("cover the area of a circle, wherever they stand", () => {
    for (const radius of [2, 2.5, 4, 7, 11]) {
      for (const [x, y] of [
        [20, 20],
        [20.3, 19.8],
        [19.99, 20.51],
      ] as const) {
        const raster = blank(40, 40);
        const look = { radius, fill: BLUE, stroke: null, width: 1, opacity: 1 };
        drawDots(raster, [x, y], look, STILL);
        expect(Math.abs(ink(raster) / (Math.PI * radius ** 2) - 1)).toBeLessThan(0.05);
        const [foundX, foundY] = middle(raster);
        expect(Math.hypot(foundX - x, foundY - y)).toBeLessThan(0.25); // a quarter of a pixel
      }
    }
  });

  it("have an outline of its width around the middle of their edge", () => {
    const raster = blank(60, 60);
    const look = { radius: 12, fill: null, stroke: BLUE, width: 3, opacity: 1 };
    drawDots(raster, [30, 30], look, STILL);
    expect(Math.abs(ink(raster) / (Math.PI * (13.5 ** 2 - 10.5 ** 2)) - 1)).toBeLessThan(0.05);
    expect((raster.pixels[30 * 60 + 30] ?? 0) >>> 24).toBe(0);
  });

  it("move with the camera and keep their size", () => {
    const [still, moved] = [blank(200, 100), blank(200, 100)];
    const look = { radius: 4, fill: BLUE, stroke: null, width: 1, opacity: 1 };
    drawDots(still, [100, 60], look, STILL);
    drawDots(moved, [30, 20], look, { x: 10, y: 0, k: 3 });
    expect(moved.pixels).toEqual(still.pixels);
  });

  it("are cut at the edges of the image and left out beyond", () => {
    const raster = blank(20, 20);
    const look = { radius: 3, fill: BLUE, stroke: null, width: 1, opacity: 1 };
    drawDots(raster, [0, 0, 20, 20, -50, 5, 5, 90, Number.NaN, 1], look, STILL);
    expect(Math.abs(ink(raster) / (0.5 * Math.PI * 9) - 1)).toBeLessThan(0.12);
  });
});

describe("lines, pixel by pixel", () => {
  it("cover their length times their width, in every direction", () => {
    for (const [dx, dy] of [
      [50, 0],
      [0, 50],
      [40, 30],
      [-30, 40],
      [35, -35],
    ] as const) {
      for (const width of [1, 1.25, 2]) {
        const raster = blank(120, 120);
        const look = { color: BLUE, width, opacity: 1 };
        drawLines(raster, [60, 60, 60 + dx, 60 + dy], look, STILL);
        expect(Math.abs(ink(raster) / (Math.hypot(dx, dy) * width) - 1)).toBeLessThan(0.05);
      }
    }
  });

  it("do not add up where they cross", () => {
    const raster = blank(20, 20);
    const look = { color: BLUE, width: 2, opacity: 0.5 };
    drawLines(raster, [10, 2, 10, 18, 2, 10, 18, 10, 2, 10, 18, 10], look, STILL);
    expect(new Set([...raster.pixels].map((pixel) => pixel >>> 24))).toEqual(new Set([0, 128]));
  });

  it("lie over what is there as canvases lay them", () => {
    expect(over(0, 0x80112233, 0x80)).toBe(0x80112233);
    const mixed = over(0xff000000, 0x80ffffff, 0x80);
    expect([mixed >>> 24, Math.abs((mixed & 255) - 128) <= 1]).toEqual([255, true]);
    const half = over(0x80000000, 0x80ffffff, 0x80);
    expect(Math.abs((half >>> 24) - 192)).toBeLessThanOrEqual(1); // 1 - 0.5 x 0.5
    expect(Math.abs((half & 255) - 170)).toBeLessThanOrEqual(2); // two thirds of white
  });
});

describe("picking", () => {
  it("hits every one of 16,384 sets at its own place", async () => {
    const { nearest } = await import("./layouts");
    const count = 16_384;
    const x = Float64Array.from({ length: count }, (_, row) => ((row * 0.754877666) % 1) * 900);
    const y = Float64Array.from({ length: count }, (_, row) => ((row * 0.569840291) % 1) * 700);
    const layout = { x, y, axes: null } as Parameters<typeof nearest>[0];
    const camera = { x: -120.5, y: 33.25, k: 2.5 };
    let hits = 0;
    for (let probe = 0; probe < 400; probe += 1) {
      const row = (probe * 41) % count;
      const px = (x[row] ?? 0) * camera.k + camera.x;
      const py = (y[row] ?? 0) * camera.k + camera.y;
      if (nearest(layout, camera, px, py, 18) === row) hits += 1;
    }
    expect(hits).toBe(400);
  });
});
