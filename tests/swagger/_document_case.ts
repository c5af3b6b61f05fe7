import {
  ApiDocument,
  type Operation,
  type Parameter,
  parseOperations,
} from "../../src/swagger/mod.ts";

export const DOCUMENT_URL = "https://dss.test/v1/swagger.json";

/** A Swagger 2.0 document of some paths; as text, so that any key can occur. */
export function swagger2(paths: unknown, more: object = {}): ApiDocument {
  return ApiDocument.parse(
    JSON.stringify({ swagger: "2.0", host: "dss.test", paths, ...more }),
    DOCUMENT_URL,
  );
}

/** An OpenAPI 3 document of some paths. */
export function openApi3(paths: unknown, more: object = {}): ApiDocument {
  return ApiDocument.parse(
    JSON.stringify({ openapi: "3.0.1", paths, ...more }),
    DOCUMENT_URL,
  );
}

/** The only operation of a document. */
export function onlyOperation(document: ApiDocument): Operation {
  const [operation, ...others] = parseOperations(document).values();
  if (operation === undefined || others.length > 0) {
    throw new Error(`the document has ${others.length} operations more`);
  }
  return operation;
}

/** Parameters in one line each: `path uuid! string`. */
export function shown(parameters: Parameter[]): string[] {
  return parameters.map(({ in: place, name, required, type }) =>
    `${place} ${name}${required ? "!" : ""} ${type}`
  );
}
