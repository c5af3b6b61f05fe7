import {
  CancelledError,
  HcaError,
  type ItemFailure,
  PartialError,
  quote,
  UsageError,
} from "../base/mod.ts";
import { redactUrl } from "../http/mod.ts";
import type { Command } from "./command.ts";
import type { Context } from "./context.ts";
import { refreshDocument } from "./dss/refresh_swagger.ts";

/** `hca clear-hca-cache`. */
export const clearHcaCache: Command = {
  name: "clear-hca-cache",
  summary: "Remove the kept API documents and fetch them anew.",
  description: "This is done for every service that is configured. A copy is " +
    "removed even when the service cannot be reached. The embedded service " +
    "has no copy.",
  examples: ["hca clear-hca-cache"],
  async run(context) {
    const urls = await documentUrls(context);
    if (urls.size === 0) {
      return context.log(
        "INFO",
        "no service is configured, so no document is kept",
      );
    }
    const failures: ItemFailure[] = [];
    for (const url of urls) {
      const error = await clear(url, context);
      if (error !== undefined) failures.push({ name: redactUrl(url), error });
    }
    if (failures.length === 0) return;
    throw new PartialError(
      `${failures.length} of ${urls.size} API documents could not be ` +
        "fetched anew",
      failures,
      { hint: "'hca config list' shows which services are configured." },
    );
  },
};

/** The address of each service's API document, each once. */
async function documentUrls(context: Context): Promise<Set<string>> {
  const dss = await context.dss.swaggerUrl();
  const urls = new Set(dss === undefined ? [] : [dss]);
  for (const [name, url] of await context.services.addresses()) {
    if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
      throw new UsageError(
        `the API document of the service ${quote(name)} has no http or ` +
          "https address",
        { hint: "'hca config list --show-origin' shows where it is set." },
      );
    }
    urls.add(url);
  }
  return urls;
}

async function clear(
  url: string,
  context: Context,
): Promise<HcaError | undefined> {
  try {
    await refreshDocument(url, context, (cache) => cache.forget(url));
    return undefined;
  } catch (error) {
    if (!(error instanceof HcaError) || error instanceof CancelledError) {
      throw error;
    }
    return error;
  }
}
