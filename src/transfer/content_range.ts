/** What a 206 answer says of itself. */
export interface ContentRange {
  /** First byte of the part. */
  start: number;
  /** The byte after its last one. */
  end: number;
  /** Size of the whole; undefined when it is not known. */
  sizeBytes: number | undefined;
}

/**
 * Reads `Content-Range: bytes 0-499/1234` (RFC 9110, section 14.4).
 *
 * @returns undefined when it is absent or makes no sense
 */
export function parseContentRange(headers: Headers): ContentRange | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i
    .exec(headers.get("content-range")?.trim() ?? "");
  if (match === null) return undefined;
  const [, first, last, size] = match;
  const range = {
    start: Number(first),
    end: Number(last) + 1,
    sizeBytes: size === "*" ? undefined : Number(size),
  };
  return range.start < range.end && range.end <= (range.sizeBytes ?? Infinity)
    ? range
    : undefined;
}
