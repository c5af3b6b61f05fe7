import { type Json, parseJson, RefusedError, valueAt } from "../base/mod.ts";
import { readText } from "./body.ts";
import type { HttpClient } from "./client.ts";
import type { HttpRequest } from "./http_request.ts";
import { nextPageUrl } from "./link_header.ts";
import { redactUrl } from "./redact.ts";

/**
 * Most bytes of one JSON answer that are taken in, decoded; a little less
 * than the longest text there can be (2^29 characters).
 */
export const JSON_LIMIT_BYTES = 500 * 1024 * 1024;

// The key under which a page keeps its items, when it does not say.
const DEFAULT_CONTENT_KEY = "results";

/** One page of a paged answer. */
export interface Page {
  /** The whole body. */
  body: Json;
  /** The items, an empty array if the page has none. */
  items: Json[];
  /** Dotted path of the items in the body, as in `bundle.files`. */
  contentKey: string;
  /** The answer, its body read. */
  response: Response;
}

/**
 * Asks for a page and for all that follow it, one at a time, as the consumer
 * wants them. The next page is the `Link` entry with `rel="next"` (RFC
 * 8288), used unchanged: it already carries the query. Method, headers and
 * body are those of the first page.
 *
 * @param first the answer to the first request, if it was sent already
 * @throws {RefusedError} when a page leads to another origin or back to a
 * page that was seen, or is not JSON, or when there are more pages than the
 * policy allows; and all that
 * {@linkcode HttpClient.send} throws.
 */
export async function* readPages(
  http: Pick<HttpClient, "policy" | "send">,
  request: HttpRequest,
  first?: Response,
): AsyncGenerator<Page, void, void> {
  const seen = new Set<string>();
  const { pages } = http.policy;
  const { origin } = new URL(request.url);
  for (let url: string | undefined = request.url; url !== undefined;) {
    const known: Response | undefined = seen.size === 0 ? first : undefined;
    seen.add(url);
    const response: Response = known ?? await http.send({ ...request, url });
    const next: string | undefined = nextPageUrl(
      response.headers,
      response.url,
    );
    yield await readPage(response);
    if (next !== undefined) checkNext(next, origin, seen, pages);
    url = next;
  }
}

async function readPage(response: Response): Promise<Page> {
  const text = await readText(response, JSON_LIMIT_BYTES);
  const body = parseJson(text, `the answer of ${redactUrl(response.url)}`);
  const contentKey = response.headers.get("x-openapi-paginated-content-key") ??
    DEFAULT_CONTENT_KEY;
  const items = valueAt(body, contentKey);
  return {
    body,
    items: Array.isArray(items) ? items : [],
    contentKey,
    response,
  };
}

function checkNext(
  next: string,
  origin: string,
  seen: Set<string>,
  pages: number,
): void {
  const why = new URL(next).origin !== origin
    ? "to another host"
    : seen.has(next)
    ? "back to a page that was already read"
    : seen.size >= pages
    ? `on after ${pages} pages`
    : undefined;
  if (why === undefined) return;
  throw new RefusedError(
    `a page of the answer leads ${why} (${redactUrl(next)})`,
  );
}
