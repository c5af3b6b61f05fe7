import type { DssContext } from "../context.ts";
import { isLoopback } from "../loopback_only.ts";
import { guessMediaType } from "../media_type.ts";
import {
  ForeignSource,
  type Source,
  unreachableSource,
  unusableSource,
} from "./source.ts";
import { parseStated } from "./stated_checksums.ts";
import { TimeLimit } from "./time_limit.ts";

const REDIRECTS = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 5;

type HttpContext = Pick<DssContext, "fetch" | "clock" | "settings">;

/**
 * What an address of this machine, or of a host that is allowed, answers.
 * Redirects are followed to such hosts only. The answer must say its length;
 * checksums may be in `x-amz-meta-hca-dss-…`, as a signed address of an
 * object on S3 gives them.
 *
 * @throws {Problem} 400 `illegal_arguments`; 422 for malformed checksums; 503
 * when it does not answer; 504 when that takes too long
 */
export async function findHttpSource(
  context: HttpContext,
  url: string,
): Promise<Source> {
  const { name, response, limit } = await ask(context, url);
  const close = async () => await response.body?.cancel().catch(() => {});
  try {
    const { headers } = response;
    const length = headers.get("content-length") ?? "";
    if (headers.has("content-encoding") || !/^\d{1,15}$/.test(length)) {
      throw unusableSource(`${name} does not say its length`);
    }
    const sizeBytes = Number(length);
    const body = response.body ?? new ReadableStream<Uint8Array>();
    const { pathname } = new URL(name);
    return {
      name,
      sizeBytes,
      contentType: headers.get("content-type") || guessMediaType(pathname),
      stated: parseStated(
        name,
        (key) => headers.get(`x-amz-meta-${key}`) ?? undefined,
        false,
      ),
      chunks: () => limit.pieces(sizeBytes === 0 ? nothing() : body, sizeBytes),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Sends one request within the time it may take. */
export async function sendRequest(
  { fetch }: Pick<DssContext, "fetch">,
  request: Request,
  name: string,
  limit: TimeLimit,
): Promise<Response> {
  try {
    return await limit.answer(fetch(request));
  } catch (error) {
    // The runtime's words could quote the whole address.
    throw error instanceof TypeError
      ? unreachableSource(`${name} cannot be reached`)
      : error;
  }
}

/** What a status that is no success says of a source. */
export function refusedSource(name: string, status: number): Error {
  if (status === 404) return unusableSource(`${name} does not exist`);
  const title = `${name} answers with status ${status}`;
  return status >= 500 || status === 429
    ? unreachableSource(title)
    : unusableSource(title);
}

async function ask(
  context: HttpContext,
  url: string,
): Promise<{ name: string; response: Response; limit: TimeLimit }> {
  let at = url;
  for (let count = 0; count <= MOST_REDIRECTS; count++) {
    const target = allowedUrl(context, at);
    // Signed addresses have their signature in the query.
    const name = `${target.origin}${target.pathname}`;
    const limit = new TimeLimit(context.clock, name);
    const request = new Request(target, {
      headers: { "accept-encoding": "identity" },
      redirect: "manual",
      signal: limit.signal,
    });
    const response = await sendRequest(context, request, name, limit);
    if (response.status === 200) return { name, response, limit };
    await response.body?.cancel().catch(() => {});
    const location = response.headers.get("location");
    const isRedirect = REDIRECTS.includes(response.status) &&
      location !== null && URL.canParse(location, target);
    if (!isRedirect) throw refusedSource(name, response.status);
    at = new URL(location, target).href;
  }
  throw unusableSource(
    `the source redirects more than ${MOST_REDIRECTS} times`,
  );
}

function allowedUrl({ settings }: HttpContext, url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target === undefined || !/^https?:$/.test(target.protocol)) {
    throw unusableSource("the source is not an address of http or https");
  }
  if (target.username !== "" || target.password !== "") {
    throw unusableSource("the address of a source cannot have a password");
  }
  const isAllowed = isLoopback(target.href) || settings.sourceHosts
    .some((host) =>
      [target.host, target.hostname].includes(host.toLowerCase())
    );
  if (isAllowed) return target;
  throw new ForeignSource(`this service does not read from ${target.host}`);
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
