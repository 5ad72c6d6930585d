/** A graph as GraphML, attribute by attribute as the command line writes it. */
import type { Attributes, Graph, Value } from "./types";
import { escaped, fitsXml } from "./xml";

const AT_ONCE = 5_000;

/** The parts of the file. Throws where a name has a character that XML cannot hold. */
export function* graphmlParts(graph: Graph): Generator<string> {
  const nodes = [...graph.nodes];
  const edges = [...graph.edges];
  const keys = new Map<string, string>();
  const declared: string[] = [];
  for (const [domain, items] of [["node", nodes] as const, ["edge", edges] as const]) {
    for (const [name, kind] of kinds(items)) {
      const id = `d${keys.size}`;
      keys.set(`${domain} ${name}`, id);
      declared.push(
        `<key id="${id}" for="${domain}" attr.name="${held(name)}" attr.type="${kind}"/>\n`,
      );
    }
  }
  const data = (domain: string, attributes: Attributes) =>
    Object.entries(attributes)
      .filter(([, value]) => value !== null)
      .map(
        ([name, value]) =>
          `<data key="${keys.get(`${domain} ${name}`)}">${held(`${value}`)}</data>`,
      )
      .join("");
  yield `<?xml version="1.0" encoding="utf-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n${declared.join("")}<graph edgedefault="directed">\n`;
  for (let start = 0; start < nodes.length; start += AT_ONCE) {
    yield nodes
      .slice(start, start + AT_ONCE)
      .map(({ id, attributes }) => `<node id="${held(id)}">${data("node", attributes)}</node>\n`)
      .join("");
  }
  for (let start = 0; start < edges.length; start += AT_ONCE) {
    yield edges
      .slice(start, start + AT_ONCE)
      .map(
        ({ source, target, attributes }) =>
          `<edge source="${held(source)}" target="${held(target)}">${data("edge", attributes)}</edge>\n`,
      )
      .join("");
  }
  yield "</graph>\n</graphml>\n";
}

function held(text: string): string {
  if (!fitsXml(text)) {
    throw new Error(`The name ${JSON.stringify(text)} has a character that GraphML cannot hold.`);
  }
  return escaped(text);
}

function kinds(items: readonly { attributes: Attributes }[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { attributes } of items) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && found.get(name) !== "string") found.set(name, kindOf(name, value));
    }
  }
  return found;
}

function kindOf(name: string, value: Exclude<Value, null>): string {
  if (typeof value === "number")
    return name === "rank" || name === "replicates" ? "long" : "double";
  return typeof value === "boolean" ? "boolean" : "string";
}
