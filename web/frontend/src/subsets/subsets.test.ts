import { describe, expect, it } from "vitest";
import {
  across,
  hasObject,
  keyOfWords,
  MISSING,
  movesWithin,
  positionsOf,
  setTable,
  spell,
  stepsFrom,
  wordsOfKey,
} from ".";
import spellings from "./spellings.json";

/** Every subset of n objects, as keys made another way: through BigInt. */
function allKeys(n: number): string[] {
  return Array.from({ length: 2 ** n }, (_, mask) => keyOf(BigInt(mask)));
}

function keyOf(mask: bigint): string {
  let hex = "";
  for (let rest = mask; rest > 0n; rest >>= 8n) hex += (rest & 255n).toString(16).padStart(2, "0");
  return `~${hex}`;
}

describe("keys", () => {
  it("are little-endian bytes without trailing zeros", () => {
    expect(keyOfWords(wordsOfKey("~0f", 1))).toBe("~0f");
    expect(keyOfWords(wordsOfKey("~", 1))).toBe("~");
    expect([...wordsOfKey("~0001", 1)]).toEqual([256]);
  });

  it("come back for every position of a large universe", () => {
    for (const position of [0, 31, 32, 63, 64, 129]) {
      const key = keyOf(1n << BigInt(position));
      const table = setTable([key], 130);
      expect(positionsOf(table, 0)).toEqual([position]);
      expect(keyOfWords(wordsOfKey(key, table.width))).toBe(key);
    }
  });
});

describe("moves", () => {
  it("are all pairs of a complete lattice: n 2^(n-1)", () => {
    const table = setTable(allKeys(5), 5);
    expect(movesWithin(table, 10_000)?.length).toBe(2 * 5 * 16);
    expect(movesWithin(table, 79)).toBeNull();
  });

  it("join only sets that differ by one object, in universes of any size", () => {
    const masks = [0n, 1n << 100n, (1n << 100n) | 1n, (1n << 100n) | 7n, 1n];
    const table = setTable(masks.map(keyOf), 130);
    const pairs = movesWithin(table, 100) ?? new Uint32Array();
    const found = Array.from({ length: pairs.length / 2 }, (_, i) => [
      pairs[2 * i],
      pairs[2 * i + 1],
    ]);
    expect(found.sort()).toEqual([
      [0, 1],
      [0, 4],
      [1, 2],
      [4, 2],
    ]);
  });

  it("name the object and whether it is added", () => {
    const table = setTable(["~03", "~07", "~0f", "~0d"], 4); // AB, ABC, ABCD, ACD: the toy
    expect(stepsFrom(table, 2)).toEqual([
      { row: 3, position: 1, adds: false },
      { row: 1, position: 3, adds: false },
    ]);
    expect(across(table, 0, 2)).toBe(1);
    expect(across(table, 0, 3)).toBe(MISSING);
    expect(hasObject(table, 3, 1)).toBe(false);
  });
});

describe("names", () => {
  it.each(spellings as [string[], number[], string][])(
    "of %j at %j are %s",
    (names, positions, text) => {
      expect(spell(names, positions)).toBe(text);
    },
  );
});
