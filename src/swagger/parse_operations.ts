import { ExactNumber, type Json, type JsonObject } from "../base/mod.ts";
import type { ApiDocument } from "./document.ts";
import { methodName } from "./naming.ts";
import type {
  Operation,
  Parameter,
  ParameterPlace,
  ParameterType,
} from "./operation.ts";

const METHODS = [
  "get",
  "put",
  "post",
  "delete",
  "options",
  "head",
  "patch",
  "trace",
];
const PLACES: readonly string[] = ["path", "query", "header"];
const TYPES: readonly string[] = [
  "string",
  "integer",
  "number",
  "boolean",
  "object",
  "array",
];
/**
 * Every operation of a document, by name, in the document's order. Two paths
 * that yield one name become one operation with both paths and the union of
 * their parameters.
 *
 * @throws {RefusedError} when a reference cannot be resolved.
 */
export function parseOperations(document: ApiDocument): Map<string, Operation> {
  const variants = new Map<string, Variants>();
  for (
    const [path, item] of Object.entries(document.resolve(document.root.paths))
  ) {
    const pathItem = document.resolve(item);
    for (const [method, value] of Object.entries(pathItem)) {
      if (!METHODS.includes(method)) continue;
      const operation = parseOperation(document, {
        path,
        method,
        item: document.resolve(value),
        shared: asArray(pathItem.parameters),
      });
      const known = variants.get(operation.name);
      if (known === undefined) variants.set(operation.name, [operation]);
      else known.push(operation);
    }
  }
  return new Map(
    Array.from(variants, ([name, operations]) => [name, merge(operations)]),
  );
}

/** The operations of one name, one for each path, in document order. */
type Variants = [Operation, ...Operation[]];

function parseOperation(document: ApiDocument, source: {
  path: string;
  method: string;
  item: JsonObject;
  shared: Json[];
}): Operation {
  const { path, method, item, shared } = source;
  const declared = parseDeclared(document, shared, asArray(item.parameters));
  const bodySchema = findBodySchema(document, item, declared);
  const body = bodySchema === undefined
    ? undefined
    : parseBodyProperties(document, bodySchema);
  const others = declared.flatMap((parameter) =>
    parseParameter(document, parameter)
  );
  return {
    name: methodName(method, path),
    method: method.toUpperCase(),
    summary: asText(item.summary),
    description: asText(item.description),
    parameters: [...(body ?? []), ...others],
    paths: [{
      template: path,
      placeholders: [...path.matchAll(/\{([^{}]*)\}/g)].map((m) => m[1] ?? ""),
    }],
    hasBody: body !== undefined && body.length > 0,
    isSecured: asArray(item.security).length > 0,
    isPaged: Object.hasOwn(document.resolve(item.responses), "206"),
  };
}

/** Parameters of the path, then of the operation, which override them. */
function parseDeclared(
  document: ApiDocument,
  shared: Json[],
  own: Json[],
): JsonObject[] {
  const declared = new Map<string, JsonObject>();
  for (const value of [...shared, ...own]) {
    const parameter = document.resolve(value);
    declared.set(
      `${asText(parameter.in)} ${asText(parameter.name)}`,
      parameter,
    );
  }
  return [...declared.values()];
}

function findBodySchema(
  document: ApiDocument,
  item: JsonObject,
  declared: JsonObject[],
): JsonObject | undefined {
  const swagger2 = declared.find((parameter) => parameter.in === "body");
  if (swagger2 !== undefined) return document.resolve(swagger2.schema);
  const content = document.resolve(document.resolve(item.requestBody).content);
  const json = Object.entries(content).find(([type]) =>
    /^application\/json\s*(;|$)/i.test(type)
  );
  return json && document.resolve(document.resolve(json[1]).schema);
}

function parseBodyProperties(
  document: ApiDocument,
  schema: JsonObject,
  // Each schema once: a few that refer to each other could stand for millions.
  seen = new Set<JsonObject>(),
): Parameter[] {
  seen.add(schema);
  const required = asArray(schema.required);
  const properties = new Map<string, Parameter>();
  for (
    const [name, value] of Object.entries(document.resolve(schema.properties))
  ) {
    properties.set(name, {
      ...parseSchema(document, document.resolve(value), name),
      in: "body",
      required: required.includes(name),
    });
  }
  for (const value of asArray(schema.allOf)) {
    const part = document.resolve(value);
    if (seen.has(part)) continue;
    for (const property of parseBodyProperties(document, part, seen)) {
      properties.set(property.name, {
        ...property,
        required: required.includes(property.name),
      });
    }
  }
  return [...properties.values()];
}

function parseParameter(
  document: ApiDocument,
  parameter: JsonObject,
): Parameter[] {
  const place = asText(parameter.in);
  const name = asText(parameter.name);
  if (!PLACES.includes(place) || name === "") return [];
  const schema = document.resolve(parameter.schema);
  return [{
    ...parseSchema(document, { ...schema, ...parameter }, name),
    in: place as ParameterPlace,
    // A path cannot be built without its parts, whatever the document says.
    required: parameter.required === true || place === "path",
  }];
}

function parseSchema(
  document: ApiDocument,
  schema: JsonObject,
  name: string,
): Omit<Parameter, "in" | "required"> {
  const choices = asArray(schema.enum).filter((value) =>
    value !== null &&
    (typeof value !== "object" || value instanceof ExactNumber)
  ).map(String);
  return {
    name,
    type: parseType(document, schema),
    choices: choices.length > 0 ? choices : undefined,
    description: asText(schema.description),
    pattern: typeof schema.pattern === "string" ? schema.pattern : undefined,
    minimum: asNumber(schema.minimum),
    maximum: asNumber(schema.maximum),
    default: schema.default,
  };
}

function parseType(document: ApiDocument, schema: JsonObject): ParameterType {
  const stated = Array.isArray(schema.type)
    ? schema.type.find((type) => type !== "null")
    : schema.type;
  if (isType(stated)) return stated;
  if (schema.properties !== undefined) return "object";
  if (schema.items !== undefined) return "array";
  return asArray(schema.allOf).map((value) => document.resolve(value).type)
    .find(isType) ?? "string";
}

function isType(value: Json | undefined): value is ParameterType {
  return typeof value === "string" && TYPES.includes(value);
}

// In one pass: a document may have a hundred thousand paths of one name.
function merge(variants: Variants): Operation {
  if (variants.length === 1) return variants[0];
  return {
    ...variants[variants.length - 1] ?? variants[0],
    parameters: mergeParameters(variants),
    paths: variants.flatMap((variant) => variant.paths),
    hasBody: variants.some((variant) => variant.hasBody),
    isSecured: variants.some((variant) => variant.isSecured),
    isPaged: variants.some((variant) => variant.isPaged),
  };
}

function mergeParameters(variants: Variants): Parameter[] {
  const parameters = new Map<string, Parameter>();
  const requiring = new Map<string, number>();
  for (const variant of variants) {
    for (const parameter of variant.parameters) {
      parameters.set(parameter.name, parameter);
      if (!parameter.required) continue;
      requiring.set(parameter.name, (requiring.get(parameter.name) ?? 0) + 1);
    }
  }
  return Array.from(parameters.values(), (parameter) => ({
    ...parameter,
    // Required only where every path needs it.
    required: requiring.get(parameter.name) === variants.length,
  }));
}

function asArray(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function asNumber(value: Json | undefined): number | undefined {
  if (typeof value === "number") return value;
  return value instanceof ExactNumber ? value.valueOf() : undefined;
}
