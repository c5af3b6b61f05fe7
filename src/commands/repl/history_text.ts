/** How many lines are kept. */
export const HISTORY_LIMIT_LINES = 10_000;

/** How large the file may be, bytes. */
export const HISTORY_LIMIT_BYTES = 1024 * 1024;

// A line like this is a document; two dozen would push all others out.
const LINE_LIMIT_BYTES = 64 * 1024;

const NEWLINE = 0x0a;

/**
 * A line as it stands in the file: a JSON string, so that a statement of
 * several lines is one, and a line end. Undefined for one of more than 64 KiB.
 */
export function encodeLine(line: string): Uint8Array | undefined {
  const bytes = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
  return bytes.length > LINE_LIMIT_BYTES ? undefined : bytes;
}

/** The lines of a file, oldest first; what is damaged is left out. */
export function decodeHistory(bytes: Uint8Array): string[] {
  return new TextDecoder().decode(bytes).split("\n").flatMap((text) => {
    try {
      const line: unknown = JSON.parse(text);
      return typeof line === "string" ? line : [];
    } catch {
      return [];
    }
  });
}

/** Whether a file has to be made shorter before a line is added. */
export function isHistoryFull(bytes: Uint8Array, line: Uint8Array): boolean {
  if (bytes.length + line.length >= HISTORY_LIMIT_BYTES) return true;
  let lineCount = 1;
  for (const byte of bytes) if (byte === NEWLINE) lineCount++;
  return lineCount > HISTORY_LIMIT_LINES;
}

/**
 * The newest lines as they stand in the file: nine tenths of what is allowed,
 * so that it has not to be made shorter again soon.
 */
export function trimHistory(lines: readonly string[]): Uint8Array[] {
  const kept: Uint8Array[] = [];
  let leftBytes = HISTORY_LIMIT_BYTES * 0.9;
  for (const line of lines.slice(-HISTORY_LIMIT_LINES * 0.9).reverse()) {
    const encoded = encodeLine(line);
    if (encoded === undefined) continue;
    leftBytes -= encoded.length;
    if (leftBytes < 0) break;
    kept.push(encoded);
  }
  return kept.reverse();
}

/** Whether the last line of a file has no end: writing it was cut short. */
export function isCutShort(bytes: Uint8Array): boolean {
  return bytes.length > 0 && bytes.at(-1) !== NEWLINE;
}
