import { HttpClient, redactUrl } from "../../http/mod.ts";
import { DocumentCache } from "../../swagger/mod.ts";
import type { Command } from "../command.ts";
import { withRetiredHint } from "../dss_session.ts";

/** `hca dss refresh-swagger`. */
export const refreshSwagger: Command = {
  name: "refresh-swagger",
  summary: "Fetch the API document of the service anew.",
  description: "hca keeps it for seven days. The embedded service has no " +
    "copy that could be old.",
  examples: ["hca dss refresh-swagger"],
  async run(context) {
    const { log, environment: { runtime, signal } } = context;
    const url = await context.dss.swaggerUrl();
    if (url === undefined) {
      return log("INFO", "the embedded service needs no API document");
    }
    const http = new HttpClient({ ...runtime, log });
    const cache = new DocumentCache(context.dss.cacheDir, { ...runtime, log });
    const document = await cache.refresh(url, http, signal)
      .catch((error) => Promise.reject(withRetiredHint(error)));
    const paths = Object.keys(document.resolve(document.root.paths)).length;
    log(
      "INFO",
      `fetched the API document of ${redactUrl(url)}: ${paths} paths`,
    );
  },
};
