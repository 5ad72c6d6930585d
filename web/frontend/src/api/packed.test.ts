import { describe, expect, it } from "vitest";
import { setTable } from "../subsets";
import { subgraphOf } from "./packed";

/** A safetensors file, written here independently of the server. */
function file(about: Record<string, string>, arrays: Record<string, ArrayBufferView>): ArrayBuffer {
  const types = { Float64Array: "F64", Uint32Array: "U32", Uint8Array: "BOOL" } as const;
  let end = 0;
  const header: Record<string, unknown> = { __metadata__: about };
  for (const [name, array] of Object.entries(arrays)) {
    const dtype = types[array.constructor.name as keyof typeof types];
    const size = { F64: 8, U32: 4, BOOL: 1 }[dtype];
    const width = name === "words" ? Number(about.width ?? 1) : 0;
    const length = array.byteLength / size;
    const shape = width ? [length / width, width] : [length];
    header[name] = { dtype, shape, data_offsets: [end, end + array.byteLength] };
    end += array.byteLength;
  }
  let text = JSON.stringify(header);
  text += " ".repeat((8 - (text.length % 8)) % 8);
  const bytes = new Uint8Array(8 + text.length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(new TextEncoder().encode(text), 8);
  let at = 8 + text.length;
  for (const array of Object.values(arrays)) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes.buffer;
}

describe("packed sets", () => {
  it("keep every bit of a score, and NaN is no score", () => {
    const found = subgraphOf(
      file(
        { total: "7", objects: "4", measure: "accuracy/A" },
        {
          means: Float64Array.of(0.1 + 0.2, Number.NaN, -0.0),
          standard_errors: Float64Array.of(Number.NaN),
          words: Uint32Array.of(3, 0, 13),
          replicates: Uint32Array.of(2, 0, 5),
          declared: Uint8Array.of(0, 0, 1),
        },
      ),
    );
    expect(found).toMatchObject({
      measure: "accuracy/A",
      total: 7,
      shown: 3,
      keys: ["~03", "~", "~0d"],
      means: [0.30000000000000004, null, -0],
      standard_errors: [null, null, null],
      replicates: [2, 0, 5],
      declared: [false, false, true],
    });
  });

  it("of many objects have the keys that their words have when the keys are read", () => {
    const words = Uint32Array.of(1, 0, 0, 0, 0x80000000, 0, 0x00010000, 0, 0x0100, 0, 0, 0);
    const found = subgraphOf(
      file(
        { total: "4", objects: "70", width: "3" },
        {
          means: Float64Array.of(Number.NaN),
          standard_errors: Float64Array.of(Number.NaN),
          words,
          replicates: Uint32Array.of(0),
          declared: Uint8Array.of(0),
        },
      ),
    );
    expect(found.keys).toEqual(["~01", "~0000000000000080", "~0000010000000000" + "0001", "~"]);
    expect([...setTable(found.keys, 70).words]).toEqual([...words]);
    expect(found.measure).toBeNull();
  });

  it("may be none", () => {
    const nothing = new Float64Array(0);
    const found = subgraphOf(
      file(
        { total: "0", objects: "3" },
        {
          means: nothing,
          standard_errors: nothing,
          words: new Uint32Array(0),
          replicates: new Uint32Array(0),
          declared: new Uint8Array(0),
        },
      ),
    );
    expect([found.shown, found.keys, found.means]).toEqual([0, [], []]);
  });
});
