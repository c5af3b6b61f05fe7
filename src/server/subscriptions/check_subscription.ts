import { isJsonObject, type JsonObject, quote } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import { illegalArguments, Problem } from "../problem.ts";
import { parseQuery, QueryError } from "../search/mod.ts";
import { whyForbidden } from "./callback_address.ts";
import { checkExpression } from "./compile_expression.ts";
import { attachmentsOf, kindOf, textOf } from "./subscription.ts";

// It stands in a quoted string of a header (RFC 9110, section 5.6.4).
const KEY_ID = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
// Each may take tenths of a second.
const MAX_ATTACHMENTS = 100;

/**
 * Checks what the API document cannot say of a new subscription.
 *
 * @throws {Problem} 400 `illegal_arguments` for an address that notifications
 * may not be sent to, or a key id that no header can have;
 * `elasticsearch_bad_request`, `invalid_jmespath`, `invalid_attachment_name`
 * or `invalid_attachment_expression`; 501 for JMESPath without a library
 */
export async function checkSubscription(
  { settings, jmesPath }: Pick<DssContext, "settings" | "jmesPath">,
  body: JsonObject,
): Promise<void> {
  const address = textOf(body, "callback_url") ?? "";
  const why = whyForbidden(address, settings.callbackHosts);
  if (why !== undefined) throw illegalArguments(why);
  if (!KEY_ID.test(textOf(body, "hmac_key_id") ?? "")) {
    throw illegalArguments(
      "'hmac_key_id' may have printable ASCII only, no quotes and backslashes",
    );
  }
  const query = textOf(body, "jmespath_query");
  if (kindOf(body) === "elasticsearch") checkEsQuery(body);
  else if (query !== undefined) {
    await checkExpression(
      jmesPath,
      query,
      "'jmespath_query'",
      "invalid_jmespath",
    );
  }
  await checkAttachments(jmesPath, body);
}

// The DSS says 500 `elasticsearch_error`, although nothing of its own failed.
function checkEsQuery({ es_query: query }: JsonObject): void {
  try {
    parseQuery(isJsonObject(query) ? query : {});
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new Problem(400, "elasticsearch_bad_request", error.message);
  }
}

async function checkAttachments(
  jmesPath: DssContext["jmesPath"],
  body: JsonObject,
): Promise<void> {
  const attachments = attachmentsOf(body) ?? new Map<string, string>();
  if (attachments.size > MAX_ATTACHMENTS) {
    throw illegalArguments(
      `'attachments' has more than ${MAX_ATTACHMENTS} of them`,
    );
  }
  for (const name of attachments.keys()) {
    if (!name.startsWith("_")) continue;
    throw new Problem(
      400,
      "invalid_attachment_name",
      `The attachment ${quote(name)} must not start with an underscore`,
    );
  }
  for (const [name, expression] of attachments) {
    await checkExpression(
      jmesPath,
      expression,
      `The expression of the attachment ${quote(name)}`,
      "invalid_attachment_expression",
    );
  }
}
