import { parseJson, quote, UsageError } from "../../base/mod.ts";
import { discard, JSON_LIMIT_BYTES, readText } from "../../http/mod.ts";
import { isJson } from "../../services/mod.ts";
import { rememberAnswer } from "../completion/mod.ts";
import type { Context } from "../context.ts";
import { applyQuery } from "./apply_query.ts";
import { writeOutput } from "./output_file.ts";
import { isReshaped, type OutputSettings } from "./output_options.ts";
import { renderValue } from "./render_value.ts";
import { headersOf } from "./response_headers.ts";

/**
 * Writes a single answer. JSON is written in the form that was asked for,
 * anything else byte for byte, as it arrives. The headers, as a JSON object,
 * stand for an answer that has no content of its own: to HEAD, and a redirect
 * to a bucket. A file gets JSON as its bytes too, unless a form or query was
 * asked for.
 *
 * @param method the HTTP method of the request
 * @throws {UsageError} before anything is written, when a form or query was
 * asked for and the answer is not JSON
 * @throws {RefusedError} when the answer says that it is JSON and is not
 */
export async function printResponse(
  response: Response,
  method: string,
  context: Context,
  settings: OutputSettings,
): Promise<void> {
  try {
    const chunks = render(response, method, context, settings);
    await writeOutput(chunks, context, settings);
  } finally {
    await discard(response);
  }
}

async function* render(
  response: Response,
  method: string,
  context: Context,
  settings: OutputSettings,
): AsyncGenerator<string | Uint8Array> {
  const isHead = method === "HEAD" || response.status >= 300;
  const isVerbatim = !isReshaped(settings) && settings.file !== undefined;
  if (!isHead && (isVerbatim || !isJson(response))) {
    yield* bytesOf(response, settings);
    return;
  }
  const { query } = settings;
  const body = isHead
    ? headersOf(response)
    : parseJson(await readText(response, JSON_LIMIT_BYTES), "the answer");
  if (!isHead) await rememberAnswer(context, body);
  const key = response.headers.get("x-openapi-paginated-content-key");
  const value = query === undefined
    ? body
    : await applyQuery(context, query, body);
  const { presenter } = context.environment;
  presenter?.remember(body, { contentKey: key, shown: value });
  yield* renderValue(value, key, context, settings);
}

async function* bytesOf(
  response: Response,
  settings: OutputSettings,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of response.body ?? []) {
    // An answer without content has no type, and is nothing in any form.
    if (isReshaped(settings)) throw notJson(response, settings);
    yield chunk;
  }
}

function notJson(response: Response, { query }: OutputSettings): UsageError {
  const type = response.headers.get("content-type");
  const is = type === null ? "of no stated type" : quote(type);
  const flag = query === undefined ? "--output" : "--query";
  return new UsageError(`${flag} needs JSON, but the answer is ${is}`, {
    hint: `Leave out ${flag} to get its bytes as they are.`,
  });
}
