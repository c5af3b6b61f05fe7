import { parseJson } from "../base/mod.ts";
import { discard, JSON_LIMIT_BYTES, readText } from "../http/mod.ts";
import { isJson } from "../services/mod.ts";
import type { Context } from "./context.ts";

/**
 * Writes an answer to standard output as the old client did: JSON with an
 * indent of 2, anything else byte for byte, as it arrives. The headers stand
 * for an answer that has no content of its own: to HEAD, and a redirect to a
 * bucket.
 */
export async function printAnswer(
  response: Response,
  context: Context,
  method: string,
): Promise<void> {
  const { terminal } = context.environment;
  if (method === "HEAD" || response.status >= 300) {
    await discard(response);
    return await context.printJson(headersOf(response));
  }
  if (isJson(response)) {
    const text = await readText(response, JSON_LIMIT_BYTES);
    const value = parseJson(text, "the answer");
    // The old client printed nothing for a null.
    return value === null ? undefined : await context.printJson(value);
  }
  for await (const chunk of response.body ?? []) await terminal.out(chunk);
}

/** Header fields by name; those of the DSS in their usual capitals. */
function headersOf(response: Response): Record<string, string> {
  return Object.fromEntries(
    [...response.headers].map(([name, value]) => [capitalized(name), value]),
  );
}

// fetch gives lower-case names; scripts look for the ones in the documents.
function capitalized(name: string): string {
  if (name.startsWith("x-dss-") || name.startsWith("x-aws-")) {
    return name.toUpperCase();
  }
  return name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
}
