import type { Database } from "../../base/mod.ts";
import type { RsaPublicJwk } from "../../jwt/mod.ts";
import type { ServiceAccountKey } from "./service_account_key.ts";

/** A key that a store trusts. */
export interface TrustedKey {
  /** The service account that has it. */
  email: string;
  /** Its name. */
  kid: string;
}

/** The service accounts whose own tokens a store takes. */
export class ServiceAccounts {
  readonly #database: Database;

  /** Works on a database that has the tables of `schema.ts`. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Trusts a key, besides others of the same account. */
  trust({ email, publicJwk }: ServiceAccountKey): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO service_accounts VALUES (?, ?, ?)")
      .run(email, publicJwk.kid, JSON.stringify(publicJwk));
  }

  /** Trusts no key of an account any more; false if none was trusted. */
  remove(email: string): boolean {
    const count = this.#database
      .prepare("DELETE FROM service_accounts WHERE email = ?").run(email);
    return count > 0;
  }

  /** What is trusted. */
  list(): TrustedKey[] {
    return this.#database
      .prepare("SELECT email, kid FROM service_accounts ORDER BY email, kid")
      .all()
      .map(({ email, kid }) => ({ email: String(email), kid: String(kid) }));
  }

  /** The keys of an account; none if it is not trusted. */
  keysOf(email: string): RsaPublicJwk[] {
    return this.#database
      .prepare("SELECT public_jwk FROM service_accounts WHERE email = ?")
      .all(email)
      .map((row) => JSON.parse(String(row.public_jwk)) as RsaPublicJwk);
  }
}
