import { jsonAnswer } from "./answers.ts";

/** One page of a list, as the DSS frames it. */
export interface PageAnswer {
  /** The whole body. */
  body: unknown;
  /** Dotted path of the list in the body. */
  contentKey: string;
  /** The address of the next page; undefined on the last one. */
  nextUrl: string | undefined;
  /** The quote around `next`: the DSS writes `"` in search, else `'`. */
  quote?: '"' | "'";
}

/** A 206 with a `Link` to the next page, or a 200 for the last one. */
export function pageAnswer(page: PageAnswer): Response {
  const { body, contentKey, nextUrl, quote = "'" } = page;
  const headers: Record<string, string> = {
    "x-openapi-pagination": String(nextUrl !== undefined),
    "x-openapi-paginated-content-key": contentKey,
  };
  if (nextUrl === undefined) return jsonAnswer(body, 200, headers);
  headers.link = `<${nextUrl}>; rel=${quote}next${quote}`;
  return jsonAnswer(body, 206, headers);
}

/** A URL with some query parameters replaced and put at its end. */
export function withQuery(
  url: string,
  parameters: Record<string, string>,
): string {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(parameters)) {
    changed.searchParams.delete(name);
    changed.searchParams.append(name, value);
  }
  return changed.href;
}
