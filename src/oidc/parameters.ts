import { concatBytes } from "../base/mod.ts";
import { OAuthError } from "./oauth_error.ts";

const BODY_LIMIT_BYTES = 64 * 1024;

/** The parameters of a request; one without a value is not there (RFC 6749, 3.1). */
export class Parameters {
  readonly #values: URLSearchParams;

  /** Takes the parameters of a query or a form. */
  constructor(values: URLSearchParams) {
    this.#values = values;
  }

  /** The value of a parameter. */
  get(name: string): string | undefined {
    return this.#values.get(name) || undefined;
  }

  /** Whether a parameter, or any when none is named, is there twice. */
  isRepeated(name?: string): boolean {
    const names = [...this.#values.keys()]
      .filter((other) => name === undefined || other === name);
    return new Set(names).size < names.length;
  }

  /**
   * The value of a parameter that must be there.
   *
   * @throws {OAuthError} `invalid_request` when it is not
   */
  require(name: string): string {
    const value = this.get(name);
    if (value !== undefined) return value;
    throw new OAuthError("invalid_request", `The ${name} is missing.`);
  }

  /** Those of some names that are there, in the order of the names. */
  pick(names: readonly string[]): [string, string][] {
    return names.flatMap((name) => {
      const value = this.get(name);
      return value === undefined ? [] : [[name, value]];
    });
  }
}

/**
 * Reads a form (`application/x-www-form-urlencoded`, at most 64 KiB).
 *
 * @throws {OAuthError} `invalid_request` when the body is something else or
 * longer, or a parameter is there twice (RFC 6749, section 3.2)
 */
export async function readForm(request: Request): Promise<Parameters> {
  const [type = ""] = (request.headers.get("content-type") ?? "").split(";", 1);
  if (type.trim().toLowerCase() !== "application/x-www-form-urlencoded") {
    throw new OAuthError(
      "invalid_request",
      "The body must be application/x-www-form-urlencoded.",
    );
  }
  const text = new TextDecoder().decode(await readBody(request));
  const parameters = new Parameters(new URLSearchParams(text));
  if (parameters.isRepeated()) throw repeated();
  return parameters;
}

/** The refusal of a parameter that is there twice. */
export function repeated(): OAuthError {
  return new OAuthError("invalid_request", "A parameter is there twice.");
}

async function readBody(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > BODY_LIMIT_BYTES) {
      throw new OAuthError("invalid_request", "The body is too long.", {
        status: 413,
      });
    }
    chunks.push(chunk);
  }
  return concatBytes(chunks);
}
