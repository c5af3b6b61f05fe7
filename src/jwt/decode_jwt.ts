import {
  decodeBase64Url,
  isJsonObject,
  type JsonObject,
  parseJson,
  RefusedError,
} from "../base/mod.ts";
import type { DecodedJwt } from "./jwt.ts";

// Far more than any real token has; it comes in a header.
const LIMIT_CHARACTERS = 64 * 1024;

/**
 * Takes a compact JWT apart (RFC 7519, section 7.2, steps 1 to 7 without the
 * signature).
 *
 * @throws {RefusedError} when it is not three base64url parts of which the
 * first two are JSON objects; nothing of it is quoted
 */
export function decodeJwt(token: string): DecodedJwt {
  const [header, claims, signature, more] = token.split(".", 4);
  const isComplete = header !== undefined && claims !== undefined &&
    signature !== undefined && more === undefined;
  if (!isComplete || token.length > LIMIT_CHARACTERS) {
    throw new RefusedError("the text is not a JSON Web Token");
  }
  return {
    header: parsePart(header),
    claims: parsePart(claims),
    signed: new TextEncoder().encode(`${header}.${claims}`),
    signature: decodeBase64Url(signature),
  };
}

function parsePart(part: string): JsonObject {
  try {
    const text = new TextDecoder("utf-8", { fatal: true })
      .decode(decodeBase64Url(part));
    const value = parseJson(text);
    if (isJsonObject(value)) return value;
  } catch {
    // The cause would quote the token.
  }
  throw new RefusedError("the text is not a JSON Web Token");
}
