import type { Operation } from "./operation.ts";

/**
 * The operation that a request is for: the one with its method and a path
 * template that its path fills. A template with fewer placeholders wins, as
 * `/bundles/all` over `/bundles/{uuid}`; a HEAD that the document does not
 * have is taken for the GET (RFC 9110, section 9.3.2).
 *
 * @param method upper case
 * @param path below the service's address; what follows `?` does not count
 * @returns undefined when the document has no such operation
 */
export function findOperation(
  operations: Iterable<Operation>,
  method: string,
  path: string,
): Operation | undefined {
  const known = [...operations];
  const segments = segmentsOf(path.replace(/[?#].*$/s, ""));
  const found = bestOf(known, method, segments);
  return found === undefined && method === "HEAD"
    ? bestOf(known, "GET", segments)
    : found;
}

function bestOf(
  operations: readonly Operation[],
  method: string,
  segments: readonly string[],
): Operation | undefined {
  let best: Operation | undefined;
  let fewest = Infinity;
  for (const operation of operations) {
    if (operation.method !== method) continue;
    for (const { template, placeholders } of operation.paths) {
      if (placeholders.length >= fewest) continue;
      if (!fills(segments, segmentsOf(template))) continue;
      best = operation;
      fewest = placeholders.length;
    }
  }
  return best;
}

function fills(
  segments: readonly string[],
  template: readonly string[],
): boolean {
  return segments.length === template.length &&
    template.every((part, at) => fillsPart(segments[at] ?? "", part));
}

function fillsPart(segment: string, part: string): boolean {
  const open = part.indexOf("{");
  const close = part.lastIndexOf("}");
  if (open < 0 || close < open) return segment === part;
  const before = part.slice(0, open);
  const after = part.slice(close + 1);
  return segment.length > before.length + after.length &&
    segment.startsWith(before) && segment.endsWith(after);
}

/** Percent-encoding is undone, so that `/%62undles` is `/bundles`. */
function segmentsOf(path: string): string[] {
  return path.split("/").map((segment) => {
    try {
      return decodeURIComponent(segment);
    } catch {
      return segment;
    }
  });
}
