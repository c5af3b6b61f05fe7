import {
  type Clock,
  type Database,
  decodeBase64Url,
  encodeBase64Url,
  randomText,
} from "../base/mod.ts";

const LIFETIME_MS = 10 * 60_000;
const HMAC = { name: "HMAC", hash: "SHA-256" } as const;

/**
 * Tokens that show that a form was made by this provider for one request,
 * within ten minutes: an HMAC-SHA256 (RFC 2104) by a key of the store.
 */
export class FormTokens {
  readonly #database: Database;
  readonly #clock: Clock;

  /** Uses the tables of a database, so that a restart loses no form. */
  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** A token for a form about `subject`. */
  async make(subject: string): Promise<string> {
    const head = `${this.#clock.now() + LIFETIME_MS}.${randomText(16)}`;
    const signature = await crypto.subtle
      .sign(HMAC, await this.#key(), signedBytes(head, subject));
    return `${head}.${encodeBase64Url(new Uint8Array(signature))}`;
  }

  /** Whether a token was made here for `subject` and has not expired. */
  async isGenuine(token: string, subject: string): Promise<boolean> {
    const [, head, expiresAtMs, signature] =
      /^((\d{1,15})\.[\w-]{22})\.([\w-]{43})$/.exec(token) ?? [];
    if (head === undefined || signature === undefined) return false;
    const isOurs = await crypto.subtle.verify(
      HMAC,
      await this.#key(),
      decodeBase64Url(signature),
      signedBytes(head, subject),
    );
    return isOurs && this.#clock.now() < Number(expiresAtMs);
  }

  async #key(): Promise<CryptoKey> {
    const secret = decodeBase64Url(this.#stored() ?? this.#create());
    return await crypto.subtle
      .importKey("raw", secret, HMAC, false, ["sign", "verify"]);
  }

  #stored(): string | undefined {
    const row = this.#database
      .prepare("SELECT value FROM oidc_settings WHERE key = 'form_key'").get();
    return row === undefined ? undefined : String(row.value);
  }

  // Another process may be doing the same: the first key is everybody's.
  #create(): string {
    const fresh = randomText();
    return this.#database.transaction(() => {
      this.#database.prepare(
        "INSERT OR IGNORE INTO oidc_settings (key, value) " +
          "VALUES ('form_key', ?)",
      ).run(fresh);
      return this.#stored() ?? fresh;
    });
  }
}

function signedBytes(head: string, subject: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${head}\n${subject}`);
}
