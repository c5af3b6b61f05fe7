import type {
  Method,
  Operation,
  Parameter,
  Schema,
  SwaggerDocument,
} from "../../../src/server/document/mod.ts";

/** One operation of a document, with where it stands. */
export interface Found {
  method: Method;
  path: string;
  operation: Operation;
}

/** Every operation, in the order of the document. */
export function operationsOf(document: SwaggerDocument): Found[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method as Method,
      path,
      operation,
    }))
  );
}

/** The method name that the reference client makes of a path. */
export function methodName(method: string, path: string): string {
  const words = path.replaceAll("/.well-known", "").replaceAll("-", "_")
    .split("/").slice(1).filter((word) => !word.startsWith("{"));
  const name = [method, ...words].join("_");
  const one = ["post", "put"].includes(method) || path.endsWith("/{uuid}");
  return one && name.endsWith("s") ? name.slice(0, -1) : name;
}

/** The command that the reference client makes of an operation, as one line. */
export function commandLine(document: SwaggerDocument, found: Found): string {
  const { method, path, operation } = found;
  const marks = (operation.security === undefined ? "" : " A") +
    (operation.responses["206"] === undefined ? "" : " P");
  const name = methodName(method, path).replaceAll("_", "-");
  return `${name}${marks} | ${method.toUpperCase()} ${path} | ${
    flagGroups(document, operation)
  }`;
}

function flagGroups(document: SwaggerDocument, operation: Operation): string {
  const flags = operation.parameters
    .filter((parameter) => parameter.in === "body")
    .flatMap((parameter) => bodyFlags(document, parameter))
    .concat(
      operation.parameters.filter((parameter) => parameter.in !== "body")
        .map((parameter) => [parameter.in.charAt(0), plainFlag(parameter)]),
    );
  let line = "";
  let place = "";
  for (const [letter = "", flag = ""] of flags) {
    line += letter === place ? ` ${flag}` : `; ${letter} ${flag}`;
    place = letter;
  }
  return line.slice(2);
}

function bodyFlags(
  document: SwaggerDocument,
  parameter: Parameter,
): string[][] {
  if (parameter.in !== "body") return [];
  const body = resolve(document, parameter.schema);
  return Object.entries(body.properties ?? {}).map(([name, schema]) => {
    const required = body.required?.includes(name) ?? false;
    const kind = converter(resolve(document, schema), required);
    return ["b", `--${name.replaceAll("_", "-")}${required ? "!" : ""}${kind}`];
  });
}

function converter(schema: Schema, required: boolean): string {
  if (schema.enum !== undefined) return `=${schema.enum.join("|")}`;
  if (schema.type === "string") return "";
  if (schema.type === "integer") return ":int";
  if (schema.type === "object") return ":json";
  if (schema.type === "array") return required ? ":json+" : ":array";
  return `:${schema.type}`;
}

function plainFlag(parameter: Parameter): string {
  if (parameter.in === "body") return "";
  const name = parameter.name.replaceAll("_", "-");
  const choices = parameter.enum === undefined
    ? ""
    : `=${parameter.enum.join("|")}`;
  return `--${name}${parameter.required ? "!" : ""}${choices}`;
}

/** The schema itself, after any `$ref`. */
export function resolve(document: SwaggerDocument, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const target = document.definitions[
    schema.$ref.replace(/^#\/definitions\//, "")
  ];
  if (target === undefined) throw new Error(`nothing at ${schema.$ref}`);
  return resolve(document, target);
}
