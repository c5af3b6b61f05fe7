import { sha256Text } from "./secret_text.ts";

/** Whether a text can be an S256 challenge: 256 bits (RFC 7636, section 4.2). */
export function isChallenge(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}

/**
 * The challenge that a verifier answers (RFC 7636, section 4.6).
 *
 * @returns undefined when the text cannot be a verifier (section 4.1)
 */
export async function challengeOf(
  verifier: string,
): Promise<string | undefined> {
  return /^[\w.~-]{43,128}$/.test(verifier)
    ? await sha256Text(verifier)
    : undefined;
}
