import { RefusedError } from "./errors.ts";

/** Bytes as base64url text without padding (RFC 4648, section 5). */
export function encodeBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_")
    .replace(/=+$/, "");
}

/**
 * The bytes of a base64url text without padding (RFC 4648, section 5). Only
 * the one text that {@linkcode encodeBase64Url} makes of them is accepted
 * (section 3.5), so that no other text passes for the same token.
 *
 * @throws {RefusedError} when it is something else; the text is not quoted
 */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) throw notBase64Url();
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = Uint8Array.from(binary, (unit) => unit.charCodeAt(0));
  if (encodeBase64Url(bytes) !== text) throw notBase64Url();
  return bytes;
}

function notBase64Url(): RefusedError {
  return new RefusedError("a text is not base64url");
}

/** Random text for states, codes and verifiers: 256 bits unless said otherwise. */
export function randomText(sizeBytes = 32): string {
  return encodeBase64Url(crypto.getRandomValues(new Uint8Array(sizeBytes)));
}
