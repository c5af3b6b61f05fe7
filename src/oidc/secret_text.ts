import { encodeBase64Url } from "../base/mod.ts";

/** The SHA-256 of a text as base64url: how secrets are kept and compared. */
export async function sha256Text(text: string): Promise<string> {
  const digest = await crypto.subtle
    .digest("SHA-256", new TextEncoder().encode(text));
  return encodeBase64Url(new Uint8Array(digest));
}

/** Whether two secrets are the same, in a time that does not tell how nearly. */
export async function isSameSecret(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([sha256Text(a), sha256Text(b)]);
  let difference = 0;
  for (let index = 0; index < left.length; index++) {
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  }
  return difference === 0;
}
