/** Text in XML. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#9;",
};
// Everything but what XML 1.0 calls a character.
const FOREIGN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** Text as it stands between tags and in quotes; what XML cannot hold becomes U+FFFD. */
export function escaped(text: string): string {
  return text
    .replace(new RegExp(FOREIGN, "gu"), "\ufffd")
    .replace(/[&<>"\n\r\t]/g, (character) => ENTITIES[character] ?? "");
}

/** Whether XML can hold all of a text. */
export function fitsXml(text: string): boolean {
  return !FOREIGN.test(text);
}
