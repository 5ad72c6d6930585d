/** File names that say what is in the file, and the way of a file to the user. */
const LONGEST_PART = 60;
/** Of all parts together: file systems take 255 bytes. */
const LONGEST = 200;

/** `adult_accuracy-held-out_rank-3_map.csv`: empty parts are left out, odd characters replaced. */
export function fileName(parts: readonly (string | null)[], suffix: string): string {
  const said = parts.filter((part) => part !== null && part !== "");
  const longest = Math.min(LONGEST_PART, Math.floor(LONGEST / Math.max(1, said.length)));
  const words = said
    .map((part) =>
      (part ?? "")
        .normalize("NFC")
        .replace(/[^\p{L}\p{N}.+=-]+/gu, "-")
        .slice(0, longest)
        .replace(/^[-.]+|[-.]+$/g, ""),
    )
    .filter(Boolean);
  return `${words.join("_") || "export"}.${suffix}`;
}

export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
