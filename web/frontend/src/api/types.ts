/** The answers of the API by the words of the project; generated from its OpenAPI document. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Cell = Schemas["Cell"];
export type Delta = Schemas["Delta"];
export type Grid = Schemas["Grid"];
export type ImportedResults = Schemas["ImportedResults"];
export type ImportJob = Schemas["ImportJob"];
export type LatticeDetail = Schemas["LatticeDetail"];
export type LatticeList = Schemas["LatticeList"];
export type LatticeSummary = Schemas["LatticeSummary"];
export type Measure = Schemas["Measure"];
export type Move = Schemas["Move"];
export type Neighbor = Schemas["Neighbor"];
export type Neighborhood = Schemas["Neighborhood"];
export type OpenQuestion = Schemas["OpenQuestion"];
export type PairPage = Schemas["PairPage"];
export type Path = Schemas["Path"];
export type PathStep = Schemas["PathStep"];
export type Problem = Schemas["Problem"];
export type SetPreview = Schemas["SetPreview"];
export type Subgraph = Schemas["Subgraph"];
export type UndoReport = Schemas["UndoReport"];
export type Upload = Schemas["Upload"];
