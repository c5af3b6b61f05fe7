import { ExactNumber, isJsonObject, type Json } from "../base/mod.ts";
import type { Operation, Parameter } from "../swagger/mod.ts";
import { FrameworkProblem, illegalArguments } from "./problem.ts";

const BODY_LIMIT_BYTES = 10 * 1024 * 1024;

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

/**
 * Reads and checks the arguments of a request in the order of the DSS: the
 * body, then the query, then the path. Patterns are searched, not anchored.
 *
 * @throws {Problem} 400 `illegal_arguments`
 * @throws {FrameworkProblem} 400 or 415 for a body that is not JSON
 */
export async function checkArguments(
  operation: Operation,
  request: Request,
  pathValues: Map<string, string>,
): Promise<CheckedArguments> {
  const body = operation.hasBody ? await readBody(request) : {};
  if (operation.hasBody) checkBody(operation.parameters, body);
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

async function readBody(request: Request): Promise<Record<string, Json>> {
  const type = request.headers.get("content-type") ?? "";
  const text = await readLimited(request);
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

async function readLimited(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let sizeBytes = 0;
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > BODY_LIMIT_BYTES) {
      throw new FrameworkProblem(
        413,
        "Payload Too Large",
        `The request body is larger than ${BODY_LIMIT_BYTES} bytes`,
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function checkBody(
  parameters: Parameter[],
  body: Record<string, Json>,
): void {
  for (const { name, required, type, in: place } of parameters) {
    if (place !== "body") continue;
    if (!Object.hasOwn(body, name)) {
      if (required) throw illegalArguments(`'${name}' is a required property`);
      continue;
    }
    if (!hasType(body[name], type)) {
      throw illegalArguments(`'${name}' is not of type '${type}'`);
    }
  }
}

function hasType(value: Json | undefined, type: Parameter["type"]): boolean {
  switch (type) {
    case "array":
      return Array.isArray(value);
    case "object":
      return isJsonObject(value);
    case "integer":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number" || value instanceof ExactNumber;
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
  }
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
      `'${value}' is not a valid ${place} parameter '${parameter.name}': ${why}`,
    );
  }
}

function whyIllegal(parameter: Parameter, value: string): string | undefined {
  const { type, choices, pattern, minimum, maximum } = parameter;
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
