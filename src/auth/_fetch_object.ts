import {
  isJsonObject,
  type JsonObject,
  parseJson,
  RefusedError,
} from "../base/mod.ts";
import {
  DEFAULT_POLICY,
  HttpClient,
  readText,
  redactUrl,
} from "../http/mod.ts";
import type { AuthTools } from "./auth_tools.ts";
import { secureEndpoint } from "./secure_endpoint.ts";

const LIMIT_BYTES = 1 << 20;

// Somebody waits in front of it, for the body too.
const DEADLINE_MS = 30_000;
const POLICY = {
  retry: { ...DEFAULT_POLICY.retry, tries: 3 },
  timeouts: { ...DEFAULT_POLICY.timeouts, totalMs: DEADLINE_MS },
  redirects: { hops: 5, waits: 0, renewals: 0 },
  deadlineMs: DEADLINE_MS,
};

/**
 * A small public JSON object of a provider or a service.
 *
 * @param what what it is, for messages
 * @throws {RefusedError} when the address is not secure, or the answer is no
 * JSON object or too long
 * @throws {AuthError | NotFoundError | ServiceError | NetworkError} from there
 */
export async function fetchObject(
  { runtime, signal }: AuthTools,
  url: string,
  what: string,
): Promise<JsonObject> {
  const { href } = secureEndpoint(url, what);
  const http = new HttpClient(runtime, POLICY);
  const headers = { accept: "application/json" };
  const response = await http.send({
    method: "GET",
    url: href,
    headers,
    signal,
  });
  secureEndpoint(response.url, what);
  const value = parseJson(await readText(response, LIMIT_BYTES), `the ${what}`);
  if (isJsonObject(value)) return value;
  throw new RefusedError(`the ${what} ${redactUrl(href)} is no JSON object`);
}
