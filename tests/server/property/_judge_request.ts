import type { PlainParameter } from "../../../src/server/document/mod.ts";
import { breaches, type Definitions } from "./_fits_schema.ts";
import type { MadeRequest } from "./_make_request.ts";

/**
 * Whether a request is one of those that the document describes: `fits`,
 * `breaks` it, or `unclear` where the document does not say.
 */
export type Judgement = "fits" | "breaks" | "unclear";

/** Judges a request by the document alone. */
export function judgeRequest(
  made: MadeRequest,
  definitions: Definitions,
): Judgement {
  const { found, method, junk } = made;
  if (method !== found.method.toUpperCase() || junk !== "") return "unclear";
  let judgement: Judgement = "fits";
  const note = (found: Judgement) => {
    if (found === "breaks" || judgement === "fits") judgement = found;
  };
  for (const parameter of found.operation.parameters) {
    if (parameter.in === "body") {
      note(
        judgeBody(
          made,
          (body) => breaches(body, parameter.schema, { definitions }),
        ),
      );
    } else {
      const last = parameter.in === "path"
        ? made.path.get(parameter.name)
        : made.query.findLast(([name]) => name === parameter.name)?.[1];
      note(judgeText(last, parameter));
    }
  }
  return judgement;
}

function judgeBody(
  { body = "", contentType }: MadeRequest,
  check: (body: unknown) => string[],
): Judgement {
  if (body === "") return "breaks";
  if (contentType !== "application/json") return "breaks";
  // What cannot be stored, or is deeper than anyone writes, may be refused.
  if (body.length > 1500 || /\\u0000|\\ud8|1e999/i.test(body)) return "unclear";
  try {
    return check(JSON.parse(body)).length === 0 ? "fits" : "breaks";
  } catch {
    return body.startsWith("\ufeff") ? "unclear" : "breaks";
  }
}

function judgeText(
  text: string | undefined,
  { required, type, enum: choices, pattern, minimum, maximum }: PlainParameter,
): Judgement {
  if (text === undefined) return required ? "breaks" : "fits";
  if (text.includes("\0")) return "unclear";
  if (type === "boolean" && !/^(true|false)$/i.test(text)) return "breaks";
  if (type === "integer" && !/^[+-]?\d+$/.test(text)) return "breaks";
  const outside = Number(text) < (minimum ?? -Infinity) ||
    Number(text) > (maximum ?? Infinity);
  if (outside) return "breaks";
  if (type === "integer" && !Number.isSafeInteger(Number(text))) {
    return "unclear";
  }
  if (choices !== undefined && !choices.includes(text)) return "breaks";
  if (pattern !== undefined && !new RegExp(pattern).test(text)) {
    return "breaks";
  }
  return "fits";
}

// What no schema can say: where things are, and what fits into a header. The
// descriptions of the operations tell it.
const BEYOND_SCHEMAS: Readonly<Record<string, RegExp>> = {
  put_file:
    /^(file|https?|s3|the source|this service).* (is|does) not |more than a uuid/,
  get_events: /is not a date in DSS_VERSION format/,
  put_bundle: /more than a uuid/,
  put_collection: /more than a uuid/,
  patch_bundle: /more than a uuid/,
  delete_bundle: /more than a uuid/,
  put_subscription:
    /^'callback_url' is not|not send notifications to|^'hmac_key_id' may/,
  get_file: /^'content_disposition' cannot stand in a header/,
};

/** Whether a refusal is for something that no schema can say. */
export function isBeyondSchemas(
  { found }: MadeRequest,
  title: string,
): boolean {
  return BEYOND_SCHEMAS[found.operation.operationId]?.test(title) ?? false;
}
