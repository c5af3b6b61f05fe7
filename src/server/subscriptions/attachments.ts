import {
  formatJson,
  type JmesPath,
  type Json,
  type JsonObject,
  RefusedError,
} from "../../base/mod.ts";
import type { TakeTurns } from "../take_turns.ts";
import { compileExpression } from "./compile_expression.ts";

const LIMIT_BYTES = 131_072;

/**
 * What is attached to a notification: the value of each expression under its
 * name, and under `_errors` the message of each that failed. More than 128 KiB
 * of JSON are replaced by a message.
 *
 * @param expressions JMESPath by name
 * @param document what they are evaluated on
 * @param pause called between expressions, each of which may take a while
 * @throws {Error} when the library for JMESPath cannot be loaded
 */
export async function selectAttachments(
  jmesPath: JmesPath,
  expressions: Map<string, string>,
  document: JsonObject,
  pause: TakeTurns,
): Promise<JsonObject> {
  const values: [string, Json][] = [];
  const errors: [string, Json][] = [];
  for (const [name, expression] of expressions) {
    await pause();
    try {
      const select = await compileExpression(jmesPath, expression);
      values.push([name, select(document)]);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      errors.push([name, error.message]);
    }
  }
  if (errors.length > 0) values.push(["_errors", Object.fromEntries(errors)]);
  return await withinLimit(Object.fromEntries(values), pause);
}

async function withinLimit(
  attachments: JsonObject,
  pause: TakeTurns,
): Promise<JsonObject> {
  try {
    const sizeBytes = await sizeOf(attachments, pause);
    return sizeBytes <= LIMIT_BYTES ? attachments : {
      _errors: `Attachments too large (${sizeBytes} > ${LIMIT_BYTES})`,
    };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return { _errors: error.message };
  }
}

/** How long an object is as JSON, which is ASCII, one value after the other. */
async function sizeOf(object: JsonObject, pause: TakeTurns): Promise<number> {
  let sizeBytes = "{}".length;
  let separator = "";
  for (const [name, value] of Object.entries(object)) {
    await pause();
    const entry = formatJson({ [name]: value }, { indent: 0 });
    sizeBytes += separator.length + entry.length - "{}".length;
    separator = ", ";
  }
  return sizeBytes;
}
