import { HttpClient, redactUrl } from "../../http/mod.ts";
import { DocumentCache } from "../../swagger/mod.ts";
import type { Command } from "../command.ts";
import type { Context } from "../context.ts";
import { withRetiredHint } from "../dss_session.ts";

/** `hca dss refresh-swagger`. */
export const refreshSwagger: Command = {
  name: "refresh-swagger",
  summary: "Fetch the API document of the service anew.",
  description: "hca keeps it for seven days. The embedded service has no " +
    "copy that could be old.",
  examples: ["hca dss refresh-swagger"],
  async run(context) {
    const url = await context.dss.swaggerUrl();
    if (url === undefined) {
      return context.log("INFO", "the embedded service needs no API document");
    }
    await refreshDocument(url, context)
      .catch((error) => Promise.reject(withRetiredHint(error)));
  },
};

/**
 * Fetches an API document, keeps it, and says so.
 *
 * @param before what to do with the kept copies first
 */
export async function refreshDocument(
  url: string,
  context: Context,
  before: (cache: DocumentCache) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { log, environment: { runtime, signal } } = context;
  const http = new HttpClient({ ...runtime, log });
  const cache = new DocumentCache(context.dss.cacheDir, { ...runtime, log });
  await before(cache);
  const document = await cache.refresh(url, http, signal);
  const paths = Object.keys(document.resolve(document.root.paths)).length;
  log("INFO", `fetched the API document of ${redactUrl(url)}: ${paths} paths`);
}
