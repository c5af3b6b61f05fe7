import { apiDocument } from "../../src/server/document/mod.ts";
import { uuidOf } from "../support/local_store.ts";
import { type Found, operationsOf } from "./document/client_view.ts";

const UUID = uuidOf(1);

/** The document of the service, wherever it is. */
export const DOCUMENT = apiDocument({
  host: "dss.test",
  scheme: "http",
  version: "1",
});

/** Every operation that the document asks a token for. */
export const SECURED: readonly Found[] = operationsOf(DOCUMENT)
  .filter(({ operation }) => operation.security !== undefined);

/** Every other operation. */
export const OPEN: readonly Found[] = operationsOf(DOCUMENT)
  .filter(({ operation }) => operation.security === undefined);

/** A request that satisfies what the document says of an operation. */
export function requestFor(found: Found): { path: string; init: RequestInit } {
  const query = new URLSearchParams();
  let body: string | undefined;
  for (const parameter of found.operation.parameters) {
    if (parameter.in === "body") {
      body = JSON.stringify(exampleOf(parameter.schema));
    } else if (parameter.in === "query" && parameter.required) {
      const value = parameter.name === "uuid" ? UUID : exampleOf(parameter);
      query.set(parameter.name, String(value));
    }
  }
  const path = found.path.replace(/\{[^{}]*\}/g, UUID);
  return {
    path: `/v1${path}?${query}`,
    init: {
      method: found.method.toUpperCase(),
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body,
    },
  };
}

// What patterns ask for; no service is at any of these.
const TEXTS = [UUID, "gs://bucket/key", "http://localhost/", "a@b.c", "bucket"];

interface Described {
  type?: string;
  pattern?: string;
  enum?: readonly unknown[];
  $ref?: string;
  properties?: Record<string, Described>;
}

function exampleOf(schema: Described): unknown {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace("#/definitions/", "");
    return exampleOf(DOCUMENT.definitions[name] as Described);
  }
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.properties !== undefined) {
    return Object.fromEntries(
      Object.entries(schema.properties).map(([key, value]) => [
        key,
        exampleOf(value),
      ]),
    );
  }
  for (const text of TEXTS) {
    if (schema.pattern && new RegExp(schema.pattern).test(text)) return text;
  }
  if (schema.type === "array") return [];
  if (schema.type === "object") return {};
  if (schema.type === "integer" || schema.type === "number") return 10;
  if (schema.type === "boolean") return true;
  return "2019-01-01T000000.000000Z";
}
