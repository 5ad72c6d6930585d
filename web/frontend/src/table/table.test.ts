import { describe, expect, it } from "vitest";
import type { DataObject } from "../api/types";
import { amountColumns, amountsOf } from "./utils";

const object = (name: string, more: Partial<DataObject>): DataObject =>
  ({ name, size: null, cost: null, owner: null, ...more }) as DataObject;

const OBJECTS = [
  object("a", { size: 10, cost: 0.1, owner: "Ada" }),
  object("b", { size: 20, cost: 0.2, owner: "Bo" }),
  object("c", { cost: 1e-7, owner: "Ada" }),
];

describe("what a set's objects add up to", () => {
  it("is as on paper", () => {
    expect(amountsOf("~03", OBJECTS)).toEqual({ size: 30, cost: 0.3, owners: ["Ada", "Bo"] });
    expect(amountsOf("~", OBJECTS)).toEqual({ size: 0, cost: 0, owners: [] });
    expect(amountsOf("~06", OBJECTS).cost).toBe(0.2000001);
  });

  it("is unknown where a part is, never 0", () => {
    expect(amountsOf("~05", OBJECTS).size).toBeNull();
    expect(amountsOf("~05", OBJECTS).owners).toEqual(["Ada"]);
  });

  it("has no column where no object has it", () => {
    expect(amountColumns(OBJECTS)).toEqual(["size", "cost", "owner"]);
    expect(amountColumns([object("a", { size: 1 })])).toEqual(["size"]);
  });
});
