import { type Json, LocalError, messageOf } from "../base/mod.ts";
import {
  ApiDocument,
  type Operation,
  parseOperations,
} from "../swagger/mod.ts";
import { gatewayAnswer, jsonAnswer, problemAnswer } from "./answers.ts";
import { ANYONE } from "./authorization/caller.ts";
import type { DssContext, Route } from "./context.ts";
import { apiDocument, type SwaggerDocument } from "./document/mod.ts";
import {
  FrameworkProblem,
  Problem,
  readOnly,
  storeRemoved,
} from "./problem.ts";
import { deleteCollection } from "./routes/delete_collection.ts";
import { deleteSubscription } from "./routes/delete_subscription.ts";
import { deleteBundle } from "./routes/delete_bundle.ts";
import { getBlob } from "./routes/get_blob.ts";
import { getBundle } from "./routes/get_bundle.ts";
import { getBundlesAll } from "./routes/get_bundles_all.ts";
import { getBundlesCheckout } from "./routes/get_bundles_checkout.ts";
import { getCollection } from "./routes/get_collection.ts";
import { getCollections } from "./routes/get_collections.ts";
import { getEvent } from "./routes/get_event.ts";
import { getEvents } from "./routes/get_events.ts";
import { getFile, headFile } from "./routes/get_file.ts";
import { getJournal } from "./routes/get_journal.ts";
import { getSubscription } from "./routes/get_subscription.ts";
import { getSubscriptions } from "./routes/get_subscriptions.ts";
import { patchCollection } from "./routes/patch_collection.ts";
import { postBundlesCheckout } from "./routes/post_bundles_checkout.ts";
import { patchBundle } from "./routes/patch_bundle.ts";
import { postSearch } from "./routes/post_search.ts";
import { putBundle } from "./routes/put_bundle.ts";
import { putFile } from "./routes/put_file.ts";
import { putCollection } from "./routes/put_collection.ts";
import { putSubscription } from "./routes/put_subscription.ts";
import { type BodyRule, checkArguments } from "./validate_request.ts";

/** Who does which operation of the document. */
const ROUTES: Readonly<Record<string, Route>> = {
  post_search: postSearch,
  head_file: headFile,
  get_file: getFile,
  put_file: putFile,
  get_bundles_all: getBundlesAll,
  get_bundle: getBundle,
  put_bundle: putBundle,
  patch_bundle: patchBundle,
  delete_bundle: deleteBundle,
  get_subscriptions: getSubscriptions,
  put_subscription: putSubscription,
  get_subscription: getSubscription,
  delete_subscription: deleteSubscription,
  get_collections: getCollections,
  put_collection: putCollection,
  get_collection: getCollection,
  patch_collection: patchCollection,
  delete_collection: deleteCollection,
  post_bundles_checkout: postBundlesCheckout,
  get_bundles_checkout: getBundlesCheckout,
  get_events: getEvents,
  get_event: getEvent,
};

const BASE_PATH = "/v1";

/** A service as a function: one request in, one answer out. */
export type Handler = (request: Request) => Promise<Response>;

/**
 * The embedded DSS as a function. It builds absolute addresses from the
 * host and scheme that were asked, so it works behind a port and in process.
 *
 * @param version what `info.version` and `/version` say
 * @param throwsDamage whether it rejects when its database is damaged, with
 * the `LocalError`; default: it answers 500
 */
export function createHandler(
  context: DssContext,
  version: string,
  throwsDamage = false,
): Handler {
  const paths = compilePaths(version);
  return async (request) => {
    const whole = await answer(request).catch((error) => {
      if (throwsDamage && isDamage(error)) throw error;
      tellUnforeseen(context, request, error);
      return problemAnswer(request, error);
    });
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
    if (isRead && pathname.startsWith("/journals/")) {
      return await getJournal(context, request);
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
    // Nothing that is written would stay.
    if (context.isRemoved()) throw storeRemoved();
    const { operation, values, body } = found;
    const { isSecured, name } = operation;
    // In the order of the DSS: the token, the arguments, what is its bearer's.
    const authority = isSecured ? await context.authority() : undefined;
    const caller = await authority?.authenticate(request) ?? ANYONE;
    const args = await checkArguments(
      operation,
      request,
      values,
      body,
      context.clock,
    );
    if (context.settings.isReadOnly && !isReading(operation)) throw readOnly();
    authority?.checkMayCall(name, caller);
    const route = ROUTES[name];
    if (route === undefined) throw new TypeError(`nobody does ${name}`);
    return await route(context, request, args, caller);
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof LocalError && error.reason === "damaged";
}

/** The answer says it too, but whoever asked need not be who can mend it. */
function tellUnforeseen(
  { log }: DssContext,
  request: Request,
  error: unknown,
): void {
  if (error instanceof Problem || error instanceof FrameworkProblem) return;
  const { pathname } = new URL(request.url);
  log("ERROR", `${request.method} ${pathname} failed: ${messageOf(error)}`);
}

// As in the DSS: HEAD of a file has an operation of its own and is refused.
function isReading({ method, name }: Operation): boolean {
  return method === "GET" || name === "post_search";
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

function documentOf(url: URL, version: string): SwaggerDocument {
  const scheme = url.protocol === "https:" ? "https" : "http";
  return apiDocument({ host: url.host, scheme, version });
}

interface CompiledPath {
  operation: Operation;
  body: BodyRule | undefined;
  pattern: RegExp;
  placeholders: string[];
}

function compilePaths(version: string): CompiledPath[] {
  const root = documentOf(new URL("http://localhost/"), version);
  const document = new ApiDocument(
    root as unknown as Json,
    "http://localhost/",
  );
  const compiled: CompiledPath[] = [];
  for (const operation of parseOperations(document).values()) {
    for (const { template, placeholders } of operation.paths) {
      const source = template.replace(/\{[^{}]*\}/g, "([^/]+)");
      const pattern = new RegExp(`^${BASE_PATH}${source}/?$`);
      const body = bodyRule(root, template, operation.method);
      compiled.push({ operation, body, pattern, placeholders });
    }
  }
  // A fixed path (/bundles/all) is meant before one with a placeholder.
  return compiled.sort((a, b) => a.placeholders.length - b.placeholders.length);
}

function bodyRule(
  { paths, definitions }: SwaggerDocument,
  template: string,
  method: string,
): BodyRule | undefined {
  const operation = Object.entries(paths[template] ?? {})
    .find(([name]) => name === method.toLowerCase())?.[1];
  for (const parameter of operation?.parameters ?? []) {
    if (parameter.in !== "body") continue;
    return { schema: parameter.schema, definitions };
  }
  return undefined;
}

interface FoundOperation {
  operation: Operation;
  values: Map<string, string>;
  body: BodyRule | undefined;
}

function findOperation(
  paths: CompiledPath[],
  method: string,
  pathname: string,
): FoundOperation | undefined {
  for (const { operation, body, pattern, placeholders } of paths) {
    const match = operation.method === method ? pattern.exec(pathname) : null;
    if (match === null) continue;
    const values = new Map(placeholders.map((name, index) => [
      name,
      decodePart(match[index + 1] ?? ""),
    ]));
    return { operation, values, body };
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
