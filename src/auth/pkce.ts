import { encodeBase64Url, randomText } from "../base/mod.ts";

/** What proves that a code is redeemed by whoever asked for it (RFC 7636). */
export interface Pkce {
  /** Sent with the code; a secret until then. */
  verifier: string;
  /** Its SHA-256, sent with the question. */
  challenge: string;
}

/** A new verifier of 256 bits with its challenge (RFC 7636, section 4). */
export async function createPkce(): Promise<Pkce> {
  const verifier = randomText();
  return { verifier, challenge: await challengeOf(verifier) };
}

/** The challenge of a verifier by the method `S256` (RFC 7636, section 4.2). */
export async function challengeOf(verifier: string): Promise<string> {
  const bytes = new TextEncoder().encode(verifier);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return encodeBase64Url(new Uint8Array(digest));
}
