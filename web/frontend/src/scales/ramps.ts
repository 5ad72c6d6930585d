/** Colors between given ones, and the color map viridis. */

/**
 * A ramp through colors at even distances, each six hexadecimal digits; beyond its ends it stays
 * as there.
 */
export function ramp(colors: string): (t: number) => string {
  const last = colors.length / 6 - 1;
  return (t) => {
    const place = Math.max(0, Math.min(1, t)) * last;
    const before = Math.min(last - 1, Math.floor(place));
    const mixed = [0, 2, 4].map((channel) => {
      const [from, to] = [before, before + 1].map((point) =>
        Number.parseInt(colors.slice(point * 6 + channel, point * 6 + channel + 2), 16),
      ) as [number, number];
      return Math.round(from + (to - from) * (place - before))
        .toString(16)
        .padStart(2, "0");
    });
    return `#${mixed.join("")}`;
  };
}

/** Viridis at 33 points, dark to bright; between them it is at most 3 of 255 from the whole. */
export const viridis = ramp(
  "440154470d6048186a482374472d7b4537814240863e49893b528b375b8d33638d2f6b8e2c728e297a8e26828e23898e" +
    "21918c1f988b1fa08822a78528ae8032b67a3fbc734ec36b5ec96270cf5784d44b98d83eaddc30c2df23d8e219ece51b" +
    "fde725",
);
