/** Packed answers: safetensors files, from arrays to the columns that the explorer works with. */
import { keysOfWords } from "../subsets";
import { asked } from ".";
import type { Subgraph } from "./types";

/** The columns of a subgraph, and its sets as words so that nobody parses keys. */
export interface PackedSubgraph extends Subgraph {
  readonly words: Uint32Array;
}

interface Tensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The answer to a question for sets, packed on the way. */
export async function askSubgraph(url: string, abort?: AbortSignal): Promise<PackedSubgraph> {
  const response = await asked(`${url}${url.includes("?") ? "&" : "?"}format=packed`, abort);
  return subgraphOf(await response.arrayBuffer());
}

/** The columns in a packed subgraph; NaN is null again, and what was sent once is there for all. */
export function subgraphOf(buffer: ArrayBuffer): PackedSubgraph {
  const start = 8 + new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, start - 8))) as {
    readonly [name: string]: Tensor;
  } & { readonly __metadata__: { total: string; objects: string; measure?: string } };
  const tensor = (name: string): Tensor => {
    const found = header[name];
    if (!found) throw new RangeError(`a packed subgraph without ${name}`);
    return found;
  };
  const [shown = 0] = tensor("words").shape;
  const numbers = (name: string): ArrayLike<number> => {
    const { dtype, data_offsets } = tensor(name);
    const at = start + data_offsets[0];
    const bytes = data_offsets[1] - data_offsets[0];
    if (dtype === "F64") return new Float64Array(buffer, at, bytes / 8);
    return dtype === "U32"
      ? new Uint32Array(buffer, at, bytes / 4)
      : new Uint8Array(buffer, at, bytes);
  };
  const column = <T>(name: string, read: (value: number) => T): T[] => {
    const values = numbers(name);
    if (values.length === 1) return new Array<T>(shown).fill(read(values[0] ?? 0));
    return Array.from(values, read);
  };
  const nullable = (value: number) => (Number.isNaN(value) ? null : value);
  const words = numbers("words") as Uint32Array;
  const { measure = null, total } = header.__metadata__;
  return {
    measure,
    total: Number(total),
    shown,
    keys: keysOfWords(words, shown),
    means: column("means", nullable),
    standard_errors: column("standard_errors", nullable),
    replicates: column("replicates", Number),
    declared: column("declared", Boolean),
    words,
  };
}
