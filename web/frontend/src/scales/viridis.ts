/** The color map viridis at 33 points; between them it is straight, at most 3 of 255 from the whole. */

const POINTS =
  "440154470d6048186a482374472d7b4537814240863e49893b528b375b8d33638d2f6b8e2c728e297a8e26828e23898e" +
  "21918c1f988b1fa08822a78528ae8032b67a3fbc734ec36b5ec96270cf5784d44b98d83eaddc30c2df23d8e219ece51b" +
  "fde725";
const LAST = POINTS.length / 6 - 1;

/** The color at `t` from 0, dark, to 1, bright. */
export function viridis(t: number): string {
  const place = Math.max(0, Math.min(1, t)) * LAST;
  const before = Math.min(LAST - 1, Math.floor(place));
  const mixed = [0, 2, 4].map((channel) => {
    const [from, to] = [before, before + 1].map((point) =>
      Number.parseInt(POINTS.slice(point * 6 + channel, point * 6 + channel + 2), 16),
    ) as [number, number];
    return Math.round(from + (to - from) * (place - before))
      .toString(16)
      .padStart(2, "0");
  });
  return `#${mixed.join("")}`;
}
