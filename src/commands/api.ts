import { type Json, quote, UsageError } from "../base/mod.ts";
import { nextPageUrl } from "../http/mod.ts";
import type { RawRequest, ServiceClient } from "../services/mod.ts";
import type { Command, Values } from "./command.ts";
import type { Context } from "./context.ts";
import {
  checkOutput,
  OUTPUT_OPTIONS,
  outputSettings,
  printPages,
  printResponse,
} from "./output/mod.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
// Methods whose fields are the query; those of the others are the body.
const QUERY_METHODS = ["GET", "HEAD", "DELETE"];

/** `hca api`: any request to a service. */
export const api: Command = {
  name: "api",
  summary: "Send a request to a service as it is.",
  description:
    "For what has no command of its own. The path stands below the " +
    "service's address. Fields go into the query of GET, HEAD and DELETE, " +
    "and into the JSON body of POST, PUT and PATCH; with --json, which is " +
    "the body, all fields go into the query. Retries and pages are those of " +
    "the service's own commands. The access token is sent if the API " +
    "document asks for one for this method and path, or with --auth.",
  examples: [
    "hca api GET /bundles/all --field replica=aws",
    "hca api POST /search --field replica=aws --json '{\"es_query\": {}}'",
  ],
  positionals: [
    { name: "METHOD", description: `One of ${METHODS.join(", ")}.` },
    { name: "PATH", description: "The path, as in /bundles/all." },
  ],
  options: [
    {
      name: "field",
      description: "A field, NAME=VALUE.",
      isList: true,
    },
    { name: "json", description: "The JSON body.", type: "json" },
    {
      name: "service",
      description: "The service: dss, or one of the configuration.",
      default: "dss",
    },
    {
      name: "no-paginate",
      description: "Get the first page only, not all of them.",
      isSwitch: true,
      type: "boolean",
    },
    ...OUTPUT_OPTIONS,
  ],
  async run(context, values) {
    const request = readRequest(values, context.environment.signal);
    const settings = outputSettings(values);
    await checkOutput(context, settings);
    const client = await serviceClient(values.need("service"), context);
    const response = await client.send(request);
    const isPaged = !values.flag("no-paginate") &&
      nextPageUrl(response.headers, response.url) !== undefined;
    if (isPaged) {
      const pages = client.pagesFrom(request, response);
      return await printPages(pages, context, settings);
    }
    await printResponse(response, request.method, context, settings);
  },
};

async function serviceClient(
  name: string,
  context: Context,
): Promise<ServiceClient> {
  return name === "dss"
    ? await context.dss.client()
    : await context.services.client(name);
}

function readRequest(values: Values, signal: AbortSignal): RawRequest {
  const method = values.need("METHOD").toUpperCase();
  if (!METHODS.includes(method)) {
    throw new UsageError(
      `METHOD must be one of ${METHODS.join(", ")}, not ${quote(method)}`,
    );
  }
  const fields = (values.list("field") ?? []).map(readField);
  const json = values.get("json");
  const path = values.need("PATH");
  if (json !== undefined && (method === "GET" || method === "HEAD")) {
    throw new UsageError(`${method} has no body, so --json cannot be sent`);
  }
  if (QUERY_METHODS.includes(method) || json !== undefined) {
    return { method, path, query: fields, body: json, signal };
  }
  const body: Json = Object.fromEntries(fields);
  return { method, path, body, signal };
}

function readField(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`--field takes NAME=VALUE, not ${quote(text)}`);
}
