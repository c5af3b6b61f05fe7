import { type Clock, toHex } from "../base/mod.ts";
import type { Repository } from "./repository.ts";

const LIFETIME_S = 3600;

/**
 * Addresses that give whoever holds them one blob for an hour, as the
 * presigned URLs of an object store do: an HMAC-SHA256 (RFC 2104) by a key of
 * this store over the path, the expiry and what is said about the answer.
 */
export class SignedUrls {
  readonly #clock: Clock;
  readonly #key: Promise<CryptoKey>;

  /** Uses the store's key, which is made on first use and then kept. */
  constructor(repository: Repository, clock: Clock) {
    this.#clock = clock;
    const fresh = toHex(crypto.getRandomValues(new Uint8Array(32)));
    const secret = repository.initialSetting("signing_key", fresh);
    this.#key = crypto.subtle.importKey(
      "raw",
      new TextEncoder().encode(secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign", "verify"],
    );
  }

  /**
   * Signs an address.
   *
   * @param url absolute, without query
   * @param parameters what the query says of the answer, as in
   * `response-content-type`
   */
  async sign(
    url: string,
    parameters: Record<string, string> = {},
  ): Promise<string> {
    const signed = new URL(url);
    const expires = Math.floor(this.#clock.now() / 1000) + LIFETIME_S;
    signed.searchParams.set("Expires", String(expires));
    for (const [name, value] of Object.entries(parameters)) {
      signed.searchParams.set(name, value);
    }
    const signature = await crypto.subtle.sign(
      "HMAC",
      await this.#key,
      signedText(signed),
    );
    signed.searchParams.set("Signature", toHex(new Uint8Array(signature)));
    return signed.href;
  }

  /** Whether an address was signed here and has not expired. */
  async verify(url: URL): Promise<boolean> {
    const expires = Number(url.searchParams.get("Expires"));
    const signature = url.searchParams.get("Signature") ?? "";
    if (!/^[0-9a-f]{64}$/.test(signature)) return false;
    const genuine = await crypto.subtle.verify(
      "HMAC",
      await this.#key,
      Uint8Array.from(
        signature.match(/../g) ?? [],
        (digits) => parseInt(digits, 16),
      ),
      signedText(url),
    );
    return genuine && expires * 1000 > this.#clock.now();
  }
}

/** The path and every parameter but the signature itself, in order. */
function signedText(url: URL): Uint8Array<ArrayBuffer> {
  const parameters = [...url.searchParams]
    .filter(([name]) => name !== "Signature");
  const query = new URLSearchParams(parameters);
  return new TextEncoder().encode(`${url.pathname}\n${query}`);
}
