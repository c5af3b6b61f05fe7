import { quote, type Runtime, UsageError } from "../base/mod.ts";
import {
  HttpClient,
  type HttpPolicy,
  readText,
  redactUrl,
} from "../http/mod.ts";
import { ApiDocument, DocumentCache } from "../swagger/mod.ts";

const LIMIT_BYTES = 1 << 26;

/** Which document to load, and how. */
export interface DocumentSource {
  /** The machine. */
  runtime: Runtime;
  /** Where it is. */
  swaggerUrl: string;
  /** Where documents are kept for a week; not kept without it. */
  cacheDir?: string;
  /** Retries, timeouts and redirects; parts left out keep the default. */
  policy?: Partial<HttpPolicy>;
  /** Ends the loading. */
  signal?: AbortSignal;
}

/**
 * Gets an API document, from where it is kept or from its service.
 *
 * @throws {UsageError} when the URL is not http or https
 * @throws {NetworkError | ServiceError | RefusedError} when it cannot be had
 */
export async function loadDocument(
  { runtime, swaggerUrl, cacheDir, policy, signal }: DocumentSource,
): Promise<ApiDocument> {
  if (!/^https?:\/\//i.test(swaggerUrl) || !URL.canParse(swaggerUrl)) {
    throw new UsageError(
      `${quote(redactUrl(swaggerUrl), 200)} is not the http or https address ` +
        "of an API document",
      { hint: "It looks like https://host/v1/swagger.json." },
    );
  }
  const http = new HttpClient(runtime, policy);
  if (cacheDir !== undefined) {
    const cache = new DocumentCache(cacheDir, runtime);
    return await cache.load(swaggerUrl, http, signal);
  }
  const response = await http.send({ method: "GET", url: swaggerUrl, signal });
  return ApiDocument.parse(await readText(response, LIMIT_BYTES), swaggerUrl);
}
