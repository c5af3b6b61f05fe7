const PERIOD = 251;
const PATTERN = Uint8Array.from(
  { length: 4_194_304 },
  (_, index) => index % PERIOD,
);

/**
 * Bytes 0 to 250 over and over, `sizeBytes` of them, cut into chunks of
 * `chunkBytes` (at most 4 MiB less 251). The period is odd and prime, so that
 * swapped parts or words show.
 */
export function* patternChunks(
  sizeBytes: number,
  chunkBytes: number,
): Generator<Uint8Array> {
  for (let offset = 0; offset < sizeBytes; offset += chunkBytes) {
    const start = offset % PERIOD;
    const length = Math.min(chunkBytes, sizeBytes - offset);
    yield PATTERN.subarray(start, start + length);
  }
}

/** The first `sizeBytes` bytes of the pattern in one piece. */
export function pattern(sizeBytes: number): Uint8Array {
  return PATTERN.subarray(0, sizeBytes);
}
