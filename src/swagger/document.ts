import {
  isJsonObject,
  type Json,
  type JsonObject,
  parseJson,
  quote,
  RefusedError,
} from "../base/mod.ts";
import { redactUrl } from "../http/mod.ts";

// References that lead to references: far more than any real document has.
const REFERENCE_LIMIT = 100;

/** How messages name the document of an address, without secrets of it. */
export function describeDocument(url: string): string {
  return `the API document ${redactUrl(url)}`;
}

/** An API document, Swagger 2.0 or OpenAPI 3.x, with its references readable. */
export class ApiDocument {
  /** The parsed document. */
  readonly root: JsonObject;
  /** Where it came from; its server address may be relative to it. */
  readonly url: string;

  /**
   * Takes a parsed document.
   *
   * @throws {RefusedError} when it has no `swagger` or `openapi` version that
   * is understood, or no paths.
   */
  constructor(root: Json, url: string) {
    const version = isJsonObject(root) ? root.swagger ?? root.openapi : null;
    if (!isJsonObject(root) || !/^(2|3)(\.|$)/.test(String(version))) {
      throw new RefusedError(
        `${
          redactUrl(url)
        } is not an API document: it names no Swagger 2.0 or ` +
          "OpenAPI 3 version",
      );
    }
    if (!isJsonObject(root.paths)) {
      throw new RefusedError(`${describeDocument(url)} has no paths`);
    }
    this.root = root;
    this.url = url;
  }

  /** Parses the text of a document; throws as the constructor does. */
  static parse(text: string, url: string): ApiDocument {
    return new ApiDocument(parseJson(text, describeDocument(url)), url);
  }

  /** Whether it is an OpenAPI 3 document. */
  get isOpenApi3(): boolean {
    return this.root.openapi !== undefined;
  }

  /**
   * The object behind a value: the value itself, or what its `$ref` points
   * at (RFC 6901 pointer into this document), however many steps away. One
   * level is resolved at a time, so a schema that contains itself is no
   * problem. Anything that is not an object becomes an empty one.
   *
   * @throws {RefusedError} when a reference leaves the document, leads
   * nowhere, or leads round in a circle.
   */
  resolve(value: Json | undefined): JsonObject {
    let current = value;
    for (let step = 0; step < REFERENCE_LIMIT; step++) {
      if (!isJsonObject(current)) return {};
      const reference = Object.hasOwn(current, "$ref")
        ? current.$ref
        : undefined;
      if (typeof reference !== "string") return current;
      current = this.#at(reference);
    }
    throw new RefusedError(
      `${describeDocument(this.url)} has references that lead in a circle`,
    );
  }

  #at(reference: string): Json {
    if (!reference.startsWith("#")) {
      throw new RefusedError(
        `${describeDocument(this.url)} refers to another document ` +
          `(${quote(reference)}), which is not followed`,
      );
    }
    // A fragment that is no pointer (`#name`) leads nowhere.
    let value: Json | undefined = /^#(\/|$)/.test(reference)
      ? this.root
      : undefined;
    for (const token of decodePointer(reference.slice(1))) {
      value = typeof value === "object" && value !== null &&
          Object.hasOwn(value, token)
        ? (value as Record<string, Json>)[token]
        : undefined;
    }
    if (value === undefined) {
      throw new RefusedError(
        `${describeDocument(this.url)} refers to ${quote(reference)}, ` +
          "which it does not have",
      );
    }
    return value;
  }
}

/** The steps of a JSON Pointer in a URI fragment (RFC 6901, section 6). */
function decodePointer(pointer: string): string[] {
  const decode = (token: string) => {
    try {
      return decodeURIComponent(token);
    } catch {
      return token;
    }
  };
  return pointer.split("/").slice(1).map((token) =>
    decode(token).replaceAll("~1", "/").replaceAll("~0", "~")
  );
}
