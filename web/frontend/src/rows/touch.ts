/** What fingers need: rows that can be hit, and room for a mark that stands in each. */

const isCoarse = globalThis.matchMedia?.("(pointer: coarse)").matches ?? false;

/** No row that is pressed is lower than this, in pixels. */
export const LEAST_HEIGHT = isCoarse ? 44 : 0;
/** Room beside the name of a set, in pixels: with a mouse the mark comes where one points. */
export const MARK_ROOM = isCoarse ? 26 : 0;
