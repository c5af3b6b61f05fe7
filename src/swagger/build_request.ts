import {
  formatJson,
  type Json,
  quote,
  RefusedError,
  UsageError,
} from "../base/mod.ts";
import type { Operation, OperationPath, Parameter } from "./operation.ts";

/** The arguments of a call, by parameter name; null and undefined vanish. */
export type Arguments = Record<string, Json | undefined>;

/** A request of an operation, ready to be sent. */
export interface OperationRequest {
  /** HTTP method. */
  method: string;
  /** Absolute URL. */
  url: string;
  /** Header fields. */
  headers: Record<string, string>;
  /** JSON text, if the operation has a body. */
  body?: string;
}

/**
 * Places the arguments of an operation into a request, each where the
 * document says. Path parts are percent-encoded; an empty query value is
 * sent; an operation with a body always sends one, `{}` at least.
 *
 * @param base the address that paths are appended to
 * @throws {UsageError} when the arguments fill none of the operation's paths,
 * or when one cannot be sent in its place.
 * @throws {RefusedError} when the document gives a header an impossible name.
 */
export function buildRequest(
  operation: Operation,
  base: string,
  args: Arguments,
): OperationRequest {
  const given = (place: Parameter["in"]) =>
    operation.parameters.filter((parameter) => parameter.in === place)
      .flatMap(({ name }): [string, Json][] => {
        const value = Object.hasOwn(args, name) ? args[name] : undefined;
        return value === undefined || value === null ? [] : [[name, value]];
      });
  const query = new URLSearchParams();
  for (const [name, value] of given("query")) {
    for (const item of Array.isArray(value) ? value : [value]) {
      query.append(name, asText(item));
    }
  }
  const path = fillPath(operation, new Map(given("path")));
  const headers: Record<string, string> = { accept: "*/*" };
  for (const [name, value] of given("header")) {
    checkHeaderName(name);
    headers[name] = headerValue(name, asText(value));
  }
  const url = `${base}${path}${query.size > 0 ? `?${query}` : ""}`;
  if (!operation.hasBody) return { method: operation.method, url, headers };
  headers["content-type"] = "application/json";
  return {
    method: operation.method,
    url,
    headers,
    body: formatJson(Object.fromEntries(given("body")), { indent: 0 }),
  };
}

function fillPath(operation: Operation, values: Map<string, Json>): string {
  const path = choosePath(operation.paths, values);
  if (path === undefined) {
    const wanted = operation.paths.map(({ placeholders }) =>
      placeholders.join(" and ") || "none"
    ).join(", or ");
    throw new UsageError(
      `${operation.name} needs these path parameters: ${wanted}`,
    );
  }
  return path.template.replace(
    /\{([^{}]*)\}/g,
    (_whole, name: string) => pathPart(name, asText(values.get(name) ?? "")),
  );
}

/** The path whose placeholders are exactly the values that were given. */
function choosePath(
  paths: OperationPath[],
  values: Map<string, Json>,
): OperationPath | undefined {
  return paths.find(({ placeholders }) =>
    placeholders.length === values.size &&
    placeholders.every((name) => values.has(name))
  );
}

// A URL parser takes `.` and `..` for steps, percent-encoded or not: the
// request would go to another operation.
function pathPart(name: string, value: string): string {
  if (value === "." || value === "..") {
    throw new UsageError(`${name} cannot be ${quote(value)}`);
  }
  return encodeURIComponent(value.toWellFormed());
}

// A token (RFC 9110, section 5.1).
function checkHeaderName(name: string): void {
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return;
  throw new RefusedError(
    `the API document has a parameter ${quote(name)} that is sent as an ` +
      "HTTP header, which cannot have this name",
  );
}

// What a header field can hold (RFC 9110, section 5.5).
function headerValue(name: string, value: string): string {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new UsageError(
      `${name} cannot be ${quote(value)}: it is sent as an HTTP header`,
    );
  }
  return value;
}

function asText(value: Json): string {
  return typeof value === "string" ? value : formatJson(value, { indent: 0 });
}
