import { type Clock, isJsonObject, type Json, quote } from "../base/mod.ts";
import type { Operation, Parameter } from "../swagger/mod.ts";
import type { Schema } from "./document/mod.ts";
import { FrameworkProblem, illegalArguments } from "./problem.ts";
import { readBodyText } from "./read_body_text.ts";
import { type Definitions, whyUnfit } from "./validate_body.ts";

/** The arguments of a request, checked against the API document. */
export interface CheckedArguments {
  /** A text argument; undefined when it was not sent. */
  text(name: string): string | undefined;
  /** A whole number, or the fallback when it was not sent. */
  integer(name: string, fallback: number): number;
  /** A switch; false when it was not sent. */
  flag(name: string): boolean;
  /** A property of the body; undefined when it was not sent. */
  body(name: string): Json | undefined;
}

/** What the API document says of a request body. */
export interface BodyRule {
  /** The shape of the body. */
  schema: Schema;
  /** What the schema refers to. */
  definitions: Definitions;
}

/**
 * Reads and checks the arguments of a request in the order of the DSS: the
 * body, then the query, then the path. Patterns are searched, not anchored.
 *
 * @param rule what the body must be; undefined: there is none
 * @throws {Problem} 400 `illegal_arguments`
 * @throws {FrameworkProblem} 400 or 415 for a body that is not JSON; else as
 * {@linkcode readBodyText}
 */
export async function checkArguments(
  operation: Operation,
  request: Request,
  pathValues: Map<string, string>,
  rule: BodyRule | undefined,
  clock: Clock,
): Promise<CheckedArguments> {
  const body = rule === undefined ? {} : await readBody(request, clock);
  const why = rule && whyUnfit(body, rule.schema, rule.definitions);
  if (why !== undefined) throw illegalArguments(why);
  const query = new Map(new URL(request.url).searchParams);
  for (const parameter of operation.parameters) {
    if (parameter.in === "query") checkText(parameter, query, "query");
  }
  for (const parameter of operation.parameters) {
    if (parameter.in === "path") checkText(parameter, pathValues, "path");
  }
  const text = (name: string) => pathValues.get(name) ?? query.get(name);
  return {
    text,
    integer: (name, fallback) => Number(text(name) ?? fallback),
    flag: (name) => text(name)?.toLowerCase() === "true",
    body: (name) => Object.hasOwn(body, name) ? body[name] : undefined,
  };
}

async function readBody(
  request: Request,
  clock: Clock,
): Promise<Record<string, Json>> {
  const type = request.headers.get("content-type") ?? "";
  const text = await readBodyText(request, clock);
  if (text === "") throw illegalArguments("The request has no body");
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type)) {
    throw new FrameworkProblem(
      415,
      "Unsupported Media Type",
      `Invalid Content-type (${type}), expected JSON data`,
    );
  }
  let body: Json;
  try {
    body = JSON.parse(text) as Json;
  } catch {
    throw new FrameworkProblem(
      400,
      "Bad Request",
      "Request body is not valid JSON",
    );
  }
  if (!isJsonObject(body)) {
    throw illegalArguments("The request body is not a JSON object");
  }
  return body;
}

function checkText(
  parameter: Parameter,
  values: Map<string, string>,
  place: string,
): void {
  const value = values.get(parameter.name);
  if (value === undefined) {
    if (!parameter.required) return;
    throw illegalArguments(`Missing ${place} parameter '${parameter.name}'`);
  }
  const why = whyIllegal(parameter, value);
  if (why !== undefined) {
    throw illegalArguments(
      `${quote(value)} is not a valid ${place} parameter ` +
        `'${parameter.name}': ${why}`,
    );
  }
}

function whyIllegal(parameter: Parameter, value: string): string | undefined {
  const { type, choices, pattern, minimum, maximum } = parameter;
  if (value.includes("\0")) return "it has a character that cannot be stored";
  if (type === "boolean" && !/^(true|false)$/i.test(value)) {
    return "it is neither true nor false";
  }
  if (type === "integer" && !/^[+-]?\d+$/.test(value)) {
    return "it is not a whole number";
  }
  if (choices !== undefined && !choices.includes(value)) {
    return `it is not one of ${choices.join(", ")}`;
  }
  if (pattern !== undefined && !new RegExp(pattern).test(value)) {
    return `it does not match ${pattern}`;
  }
  if (minimum !== undefined && Number(value) < minimum) {
    return `it is less than ${minimum}`;
  }
  if (maximum !== undefined && Number(value) > maximum) {
    return `it is greater than ${maximum}`;
  }
  return undefined;
}
