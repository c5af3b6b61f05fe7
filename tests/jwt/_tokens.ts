import { encodeBase64Url } from "../../src/base/mod.ts";

/** A part of a token, from a text or a value. */
export function part(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return encodeBase64Url(new TextEncoder().encode(text));
}
