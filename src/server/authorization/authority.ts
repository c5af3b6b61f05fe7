import type { Clock, Database } from "../../base/mod.ts";
import { type IssuedTokens, OidcProvider } from "../../oidc/mod.ts";
import { EMBEDDED_ISSUER, STORE_AUDIENCE } from "../embedded_address.ts";
import { readLoginPassword } from "../login_password.ts";
import type { SecretTools } from "../secret_files.ts";
import { bearerToken } from "./bearer_token.ts";
import { type Caller, callerOf } from "./caller.ts";
import { checkMayCall } from "./operation_rules.ts";
import { readSigningKey } from "./read_signing_key.ts";
import { ServiceAccounts } from "./service_accounts.ts";
import { verifyToken } from "./verify_token.ts";

/** What an {@linkcode Authority} works with. */
export interface AuthorityOptions {
  /** The database of the store. */
  database: Database;
  /** The machine. */
  runtime: SecretTools & { clock: Clock };
  /** The directory of the store. */
  dataDir: string;
  /** Email addresses of those who may delete bundles. */
  admins: readonly string[];
}

/** What a token is asked to say; see {@linkcode Authority.issueTokens}. */
export interface TokenGrant {
  /** Whose it is. */
  email: string;
  /** Their group, `none` for none. Default: `hca`. */
  group?: string;
  /** How long the access token lives. Default: as at the login page. */
  lifetimeSeconds?: number;
  /** Whether it comes with a refresh token. */
  refreshable?: boolean;
}

/** Who may do what in a store: its OpenID provider, its keys, its rules. */
export class Authority {
  /** The service accounts whose own tokens are taken. */
  readonly accounts: ServiceAccounts;
  readonly #provider: OidcProvider;
  readonly #options: AuthorityOptions;

  /** Reads and makes no key before one is needed. */
  constructor(options: AuthorityOptions) {
    const { database, dataDir, runtime } = options;
    this.#options = options;
    this.accounts = new ServiceAccounts(database);
    this.#provider = new OidcProvider({
      database,
      clock: runtime.clock,
      signingKey: rememberSuccess(() => readSigningKey(runtime, dataDir)),
      password: () => readLoginPassword(runtime, dataDir),
      audience: STORE_AUDIENCE,
    });
  }

  /** The provider's answer; undefined for a path that it does not have. */
  async handle(request: Request): Promise<Response | undefined> {
    return await this.#provider.handle(request);
  }

  /**
   * Who sends a request, as its token says.
   *
   * @throws {Problem} 401 or 403 when it has none, or one that does not hold
   */
  async authenticate(request: Request): Promise<Caller> {
    const token = bearerToken(request);
    const claims = await verifyToken(token, new URL(request.url).origin, {
      clock: this.#options.runtime.clock,
      provider: this.#provider,
      accounts: this.accounts,
    });
    return callerOf(claims);
  }

  /**
   * Checks that a caller may call an operation that needs a token.
   *
   * @throws {Problem} 401 or 403 when not
   */
  checkMayCall(operationName: string, caller: Caller): void {
    checkMayCall(operationName, caller, this.#options.admins);
  }

  /**
   * Makes tokens without asking for a password.
   *
   * @throws {UsageError} when the email address cannot be one
   */
  async issueTokens(grant: TokenGrant): Promise<IssuedTokens> {
    const { group = "hca" } = grant;
    return await this.#provider
      .issueTokens({ ...grant, group, issuer: EMBEDDED_ISSUER });
  }
}

// A disk that was full for a moment is not remembered.
function rememberSuccess<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
}
