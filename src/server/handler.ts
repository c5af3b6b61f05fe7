import type { Json } from "../base/mod.ts";
import {
  ApiDocument,
  type Operation,
  parseOperations,
} from "../swagger/mod.ts";
import { gatewayAnswer, jsonAnswer, problemAnswer } from "./answers.ts";
import { ANYONE } from "./authorization/caller.ts";
import type { DssContext, Route } from "./context.ts";
import { apiDocument } from "./document/mod.ts";
import { Problem } from "./problem.ts";
import { getBlob } from "./routes/get_blob.ts";
import { getBundle } from "./routes/get_bundle.ts";
import { getBundlesAll } from "./routes/get_bundles_all.ts";
import { getFile, headFile } from "./routes/get_file.ts";
import { postSearch } from "./routes/post_search.ts";
import { checkArguments } from "./validate_request.ts";

/** The operations that work; the document has more. */
const ROUTES: Readonly<Record<string, Route>> = {
  post_search: postSearch,
  head_file: headFile,
  get_file: getFile,
  get_bundles_all: getBundlesAll,
  get_bundle: getBundle,
};

const BASE_PATH = "/v1";

/** A service as a function: one request in, one answer out. */
export type Handler = (request: Request) => Promise<Response>;

/**
 * The embedded DSS as a function. It builds absolute addresses from the
 * host and scheme that were asked, so it works behind a port and in process.
 *
 * @param version what `info.version` and `/version` say
 */
export function createHandler(context: DssContext, version: string): Handler {
  const paths = compilePaths(version);
  return async (request) => {
    const whole = await answer(request).catch((error) =>
      problemAnswer(request, error)
    );
    const response = request.method === "HEAD"
      ? new Response(null, whole)
      : whole;
    response.headers.set("x-aws-request-id", crypto.randomUUID());
    // Pages of other sites may read what is public, and no login page.
    if (!isProviderPath(new URL(request.url).pathname)) {
      response.headers.set("access-control-allow-origin", "*");
    }
    return response;
  };

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const { pathname } = url;
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (isRead && pathname.startsWith("/blobs/")) {
      return await getBlob(context, request);
    }
    if (isRead && pathname === `${BASE_PATH}/swagger.json`) {
      // Its order is that of a client's commands, so it is not sorted.
      return Response.json(documentOf(url, version));
    }
    if (isRead && pathname === "/version") {
      return jsonAnswer({ version_info: { version } });
    }
    if (isRead && pathname === "/internal/health") {
      return jsonAnswer({ Healthy: true });
    }
    if (isProviderPath(pathname)) {
      return await askProvider(context, request);
    }
    const found = findOperation(paths, request.method, pathname) ??
      // Every GET can be asked for its head.
      (isRead ? findOperation(paths, "GET", pathname) : undefined);
    if (found === undefined) return gatewayAnswer();
    const { operation, values } = found;
    const { isSecured, name } = operation;
    // In the order of the DSS: the token, the arguments, what is its bearer's.
    const authority = isSecured ? await context.authority() : undefined;
    const caller = await authority?.authenticate(request) ?? ANYONE;
    const args = await checkArguments(operation, request, values);
    authority?.checkMayCall(name, caller);
    const route = ROUTES[name];
    if (route === undefined) {
      throw new Problem(
        501,
        "not_implemented",
        `This DSS does not have the operation ${name} yet`,
      );
    }
    return await route(context, request, args, caller);
  }
}

// As the services of the atlas had them. The rest is the provider's.
function isProviderPath(pathname: string): boolean {
  return /^\/(\.well-known|oauth)\//.test(pathname) ||
    pathname === "/echo" || pathname === "/internal/application_secrets";
}

async function askProvider(
  { authority }: DssContext,
  request: Request,
): Promise<Response> {
  const response = await (await authority()).handle(request);
  // Some answers, redirects above all, come with headers that are fixed.
  return response === undefined
    ? gatewayAnswer()
    : new Response(response.body, response);
}

function documentOf(url: URL, version: string): unknown {
  const scheme = url.protocol === "https:" ? "https" : "http";
  return apiDocument({ host: url.host, scheme, version });
}

interface CompiledPath {
  operation: Operation;
  pattern: RegExp;
  placeholders: string[];
}

function compilePaths(version: string): CompiledPath[] {
  const root = documentOf(new URL("http://localhost/"), version);
  const document = new ApiDocument(root as Json, "http://localhost/");
  const compiled: CompiledPath[] = [];
  for (const operation of parseOperations(document).values()) {
    for (const { template, placeholders } of operation.paths) {
      const source = template.replace(/\{[^{}]*\}/g, "([^/]+)");
      const pattern = new RegExp(`^${BASE_PATH}${source}/?$`);
      compiled.push({ operation, pattern, placeholders });
    }
  }
  // A fixed path (/bundles/all) is meant before one with a placeholder.
  return compiled.sort((a, b) => a.placeholders.length - b.placeholders.length);
}

function findOperation(
  paths: CompiledPath[],
  method: string,
  pathname: string,
): { operation: Operation; values: Map<string, string> } | undefined {
  for (const { operation, pattern, placeholders } of paths) {
    const match = operation.method === method ? pattern.exec(pathname) : null;
    if (match === null) continue;
    const values = new Map(placeholders.map((name, index) => [
      name,
      decodePart(match[index + 1] ?? ""),
    ]));
    return { operation, values };
  }
  return undefined;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
