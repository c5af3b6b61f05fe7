/**
 * Grapheme clusters (Unicode Standard Annex 29): what a person takes for one
 * character, and a cursor steps over at once.
 *
 * @module
 */

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

// Latin, Greek, Cyrillic, punctuation, boxes, kana and ideographs: where there
// is nothing else, each is a cluster, and finding that out is quick.
const SINGLE =
  /^[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2500-\u25ff\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]*$/;

/** The clusters of a text, in order. */
export function clustersOf(text: string): string[] {
  if (SINGLE.test(text)) return text.split("");
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Where the cluster ends that begins at, or goes over, an offset. */
export function nextBoundary(text: string, offset: number): number {
  if (offset >= text.length) return text.length;
  if (isPlain(text, offset) && isPlain(text, offset + 1)) return offset + 1;
  const found = segmenter.segment(text).containing(offset);
  return found === undefined ? text.length : found.index + found.segment.length;
}

/** Where the cluster begins that ends at, or goes over, an offset. */
export function previousBoundary(text: string, offset: number): number {
  if (offset <= 1) return 0;
  if (isPlain(text, offset - 1) && isPlain(text, offset - 2)) return offset - 1;
  return segmenter.segment(text).containing(offset - 1)?.index ?? 0;
}

/** The offset itself, or where the cluster ends that it would cut. */
export function snapToBoundary(text: string, offset: number): number {
  return offset <= 0 ? 0 : nextBoundary(text, previousBoundary(text, offset));
}

// Between two such characters there is always a boundary.
function isPlain(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset);
  return code >= 0x20 && code < 0x7f;
}
