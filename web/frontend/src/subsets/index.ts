/** Sets on the client: keys, words, names, and the moves between sets. */

export const MISSING = -1;
const UNSAFE_LETTERS = /[+\-,^~"{} ]/;
const RESERVED = new Set(["empty", "all", "{}"]);

/** Sets over n objects: `words` holds `width` 32-bit words per set, lowest positions first. */
export interface SetTable {
  readonly n: number;
  readonly width: number;
  readonly keys: readonly string[];
  readonly words: Uint32Array;
  readonly rowOfKey: ReadonlyMap<string, number>;
}

/** The words of a key: `~` and the hex of little-endian packed bytes. */
export function wordsOfKey(key: string, width: number): Uint32Array {
  const words = new Uint32Array(width);
  for (let byte = 0; byte * 2 + 1 < key.length; byte += 1) {
    const value = Number.parseInt(key.slice(1 + byte * 2, 3 + byte * 2), 16);
    const word = byte >> 2;
    words[word] = (words[word] ?? 0) | (value << ((byte & 3) * 8));
  }
  return words;
}

/** The key of a set's words, trailing zero bytes stripped. */
export function keyOfWords(words: Uint32Array): string {
  let hex = "";
  for (const word of words) {
    for (let shift = 0; shift < 32; shift += 8) {
      hex += ((word >>> shift) & 255).toString(16).padStart(2, "0");
    }
  }
  return `~${hex.replace(/(00)+$/, "")}`;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The keys of so many sets from all their words. */
export function keysOfWords(words: Uint32Array, count: number): string[] {
  const width = count === 0 ? 0 : words.length / count;
  return Array.from({ length: count }, (_, row) => {
    let key = "";
    let pending = "";
    for (let place = row * width; place < (row + 1) * width; place += 1) {
      for (let rest = words[place] ?? 0, shift = 0; shift < 4; rest >>>= 8, shift += 1) {
        pending += HEX[rest & 255];
        if ((rest & 255) !== 0) {
          key += pending;
          pending = "";
        }
      }
    }
    return `~${key}`;
  });
}

/** A table of the sets with these keys; their words, where somebody has them already. */
export function setTable(keys: readonly string[], n: number, given?: Uint32Array): SetTable {
  const width = Math.max(1, Math.ceil(n / 32));
  const words = given ?? new Uint32Array(keys.length * width);
  if (!given) {
    keys.forEach((key, row) => {
      words.set(wordsOfKey(key, width), row * width);
    });
  }
  return { n, width, keys, words, rowOfKey: new Map(keys.map((key, row) => [key, row])) };
}

/** Whether the set in `row` has the object at `position`. */
export function hasObject(table: SetTable, row: number, position: number): boolean {
  const word = table.words[row * table.width + (position >> 5)] ?? 0;
  return ((word >>> (position & 31)) & 1) === 1;
}

/** Positions of a set's objects, ascending. */
export function positionsOf(table: SetTable, row: number): number[] {
  const positions: number[] = [];
  for (let position = 0; position < table.n; position += 1) {
    if (hasObject(table, row, position)) positions.push(position);
  }
  return positions;
}

/** The row of the set that differs from `row` by the object at `position`, or MISSING. */
export function across(table: SetTable, row: number, position: number): number {
  const start = row * table.width;
  const words = table.words.slice(start, start + table.width);
  const word = position >> 5;
  words[word] = (words[word] ?? 0) ^ (1 << (position & 31));
  return table.rowOfKey.get(keyOfWords(words)) ?? MISSING;
}

/** One stored neighbor of a set: the object that the move adds or removes, and where it leads. */
export interface Step {
  readonly row: number;
  readonly position: number;
  readonly adds: boolean;
}

/** All moves from a set to sets of the table. */
export function stepsFrom(table: SetTable, row: number): Step[] {
  const steps: Step[] = [];
  for (let position = 0; position < table.n; position += 1) {
    const other = across(table, row, position);
    if (other !== MISSING) {
      steps.push({ row: other, position, adds: !hasObject(table, row, position) });
    }
  }
  return steps;
}

/**
 * All moves as pairs (lower row, upper row), or null when there are more than `most`.
 *
 * Sets of many objects are found by the XOR of one number per object, below 2^53 so that it can be
 * a map's key; every hit is confirmed.
 */
export function movesWithin(table: SetTable, most: number): Uint32Array | null {
  return table.width === 1 ? movesOfWords(table, most) : movesBySignature(table, most);
}

/** The same where a set is one number. */
function movesOfWords({ n, words }: SetTable, most: number): Uint32Array | null {
  const rowOf = new Map<number, number>();
  words.forEach((word, row) => {
    rowOf.set(word, row);
  });
  const pairs: number[] = [];
  for (let row = 0; row < words.length; row += 1) {
    const word = words[row] ?? 0;
    for (let position = 0; position < n; position += 1) {
      const larger = (word | (1 << position)) >>> 0;
      const upper = larger === word ? undefined : rowOf.get(larger);
      if (upper === undefined) continue;
      pairs.push(row, upper);
      if (pairs.length > most * 2) return null;
    }
  }
  return Uint32Array.from(pairs);
}

function movesBySignature(table: SetTable, most: number): Uint32Array | null {
  const high = Uint32Array.from({ length: table.n }, (_, i) => mixed(2 * i) & 0x1fffff);
  const low = Uint32Array.from({ length: table.n }, (_, i) => mixed(2 * i + 1));
  const signatures = table.keys.map((_, row) => {
    let [highs, lows] = [0, 0];
    for (const position of positionsOf(table, row)) {
      highs ^= high[position] ?? 0;
      lows ^= low[position] ?? 0;
    }
    return [highs, lows] as const;
  });
  const rowOf = new Map(signatures.map(([highs, lows], row) => [joined(highs, lows), row]));
  const pairs: number[] = [];
  for (const [row, [highs, lows]] of signatures.entries()) {
    for (let position = 0; position < table.n; position += 1) {
      if (hasObject(table, row, position)) continue;
      const wanted = joined(highs ^ (high[position] ?? 0), lows ^ (low[position] ?? 0));
      const upper = rowOf.get(wanted);
      if (upper === undefined || across(table, row, position) !== upper) continue;
      pairs.push(row, upper);
      if (pairs.length > most * 2) return null;
    }
  }
  return Uint32Array.from(pairs);
}

function joined(high: number, low: number): number {
  return (high >>> 0) * 2 ** 32 + (low >>> 0);
}

/** A fixed pseudo-random 32-bit number (the finalizer of MurmurHash3). */
function mixed(seed: number): number {
  let value = Math.imul(seed + 1, 0x9e3779b1);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Whether sets over these objects are written as joined letters. */
function byLetters(names: readonly string[]): boolean {
  return (
    names.length > 0 && names.every((name) => [...name].length === 1 && !UNSAFE_LETTERS.test(name))
  );
}

/** `empty`, or `{}` where the objects' names could spell that word too. */
function emptySet(names: readonly string[]): string {
  const spelled = byLetters(names) && [..."empty"].every((letter) => names.includes(letter));
  return spelled || names.includes("empty") ? "{}" : "empty";
}

/** An object's name as it stands in a sum, in double quotes where it has to. */
export function quoted(name: string): string {
  const risky =
    /[+,"]/.test(name) || name !== name.trim() || /^([\^~{]|all-)/.test(name) || RESERVED.has(name);
  return risky ? `"${name.replaceAll('"', '""')}"` : name;
}

/**
 * The canonical spelling of a set: what the server gives, by the vectors in spellings.json that
 * both sides are tested with.
 */
export function spell(names: readonly string[], positions: readonly number[]): string {
  if (positions.length === 0) return emptySet(names);
  const members = positions.map((position) => names[position] ?? "?");
  if (byLetters(names)) {
    const letters = members.join("");
    if (!RESERVED.has(letters)) return letters;
  }
  return members.map(quoted).join("+");
}
