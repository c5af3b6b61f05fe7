/** Bytes `start` (inclusive) to `end` (exclusive) of a content. */
export interface ByteRange {
  /** First byte. */
  start: number;
  /** The byte after the last one. */
  end: number;
}

/**
 * Reads a `Range` header with one range (RFC 9110, section 14.1.2).
 *
 * @returns undefined when there is none to honour (absent, malformed, several
 * ranges or another unit), and `unsatisfiable` when it lies past the end
 */
export function parseRange(
  header: string | null,
  sizeBytes: number,
): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? "");
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const start = Math.max(0, sizeBytes - Number(last));
    return start < sizeBytes ? { start, end: sizeBytes } : "unsatisfiable";
  }
  const start = Number(first);
  const end = last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (last !== "" && Number(last) < start) return undefined;
  return start < sizeBytes ? { start, end } : "unsatisfiable";
}
