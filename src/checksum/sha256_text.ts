import { quote, RefusedError } from "../base/mod.ts";

const SHA256 = /^[0-9a-f]{64}$/i;

/**
 * Reads a SHA-256 from a manifest or a service: 64 hexadecimal digits of
 * either case, nothing around them. The result is safe as part of a path.
 *
 * @returns the digits in lower case
 * @throws {RefusedError} when the whole text is not a SHA-256.
 */
export function parseSha256(text: string): string {
  if (!SHA256.test(text)) {
    throw new RefusedError(
      `${quote(text)} is not a SHA-256 (64 hexadecimal digits)`,
    );
  }
  return text.toLowerCase();
}
