/** The words of the import page. */
import type { paths } from "../api/schema";

/** What POST /imports takes, all of it said. */
export type Question = Required<
  paths["/imports"]["post"]["requestBody"]["content"]["application/json"]
>;
export type OnConflict = Question["on_conflict"];

/** An uploaded file with its first lines, where it is a text, and the columns of the first one. */
export interface Chosen {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly columns: readonly string[];
  readonly lines: readonly string[];
}

/** What is going on, if anything. */
export type Activity = "uploading" | "checking" | "importing" | "undoing" | null;
