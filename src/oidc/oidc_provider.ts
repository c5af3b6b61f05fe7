import { type Clock, type Database, UsageError } from "../base/mod.ts";
import type { RsaPublicJwk } from "../jwt/mod.ts";
import {
  decideAuthorization,
  showAuthorization,
} from "./authorization_endpoint.ts";
import { AuthorizationCodes } from "./authorization_codes.ts";
import { applicationSecrets } from "./client.ts";
import type { Endpoint, OidcContext } from "./context.ts";
import { discoveryDocument } from "./discovery.ts";
import { echoPage } from "./echo_page.ts";
import { isEmail } from "./email.ts";
import { FormTokens } from "./form_tokens.ts";
import {
  accessExpiryMs,
  type IssuedTokens,
  issueTokens,
  type SigningKey,
} from "./issue_tokens.ts";
import { jsonAnswer } from "./json_answer.ts";
import { PasswordTries } from "./password_tries.ts";
import { newSecret, RefreshTokens } from "./refresh_tokens.ts";
import { revocationEndpoint } from "./revocation_endpoint.ts";
import { OFFLINE_ACCESS } from "./scopes.ts";
import { Sessions } from "./sessions.ts";
import { tokenEndpoint } from "./token_endpoint.ts";
import { userinfoEndpoint } from "./userinfo_endpoint.ts";

/** What a provider works with. */
export interface OidcProviderOptions {
  /** A database with {@linkcode OIDC_TABLES}; several processes may share it. */
  database: Database;
  /** Time. */
  clock: Clock;
  /** What signs tokens; asked each time. */
  signingKey: () => Promise<SigningKey>;
  /** What a person has to know; asked each time. */
  password: () => Promise<string>;
  /** The service that tokens are for. */
  audience: string;
}

/** A login that the owner of the store makes without a page. */
export interface TokenGrant {
  /** Who says so: an origin with a final slash. */
  issuer: string;
  /** The person. */
  email: string;
  /** Their group. Default none. */
  group?: string;
  /** What is granted. Default `openid email`, and `offline_access` if refreshable. */
  scopes?: string[];
  /** How long the access token is good for. Default 3600. */
  lifetimeSeconds?: number;
  /** Whether there is a refresh token. Default false. */
  refreshable?: boolean;
}

const READ = ["GET", "HEAD"];

const ENDPOINTS: Readonly<Record<string, Readonly<Record<string, Endpoint>>>> =
  {
    "/.well-known/openid-configuration": {
      GET: ({ issuer }) => jsonAnswer(discoveryDocument(issuer)),
    },
    "/.well-known/jwks.json": {
      GET: async ({ signingKey }) =>
        jsonAnswer({ keys: [(await signingKey()).publicJwk] }),
    },
    "/internal/application_secrets": {
      GET: ({ issuer }) => jsonAnswer(applicationSecrets(issuer)),
    },
    "/oauth/authorize": { GET: showAuthorization, POST: decideAuthorization },
    "/oauth/token": { POST: tokenEndpoint },
    "/oauth/revoke": { POST: revocationEndpoint },
    "/oauth/userinfo": { GET: userinfoEndpoint, POST: userinfoEndpoint },
    "/echo": { GET: (_context, request) => echoPage(request) },
  };

/**
 * A small OpenID provider for development and tests, as a function of
 * requests: one public client, one password, the authorization code flow with
 * PKCE, refresh with rotation and revocation.
 */
export class OidcProvider {
  readonly #database: Database;
  readonly #context: Omit<OidcContext, "issuer">;

  /** Makes a provider; nothing is read or written yet. */
  constructor(options: OidcProviderOptions) {
    const { database, ...tools } = options;
    const { clock } = tools;
    const sessions = new Sessions(database, clock);
    const refreshTokens = new RefreshTokens(database, clock, sessions);
    this.#database = database;
    this.#context = {
      ...tools,
      sessions,
      refreshTokens,
      codes: new AuthorizationCodes(database, clock, sessions, refreshTokens),
      tries: new PasswordTries(database, clock),
      forms: new FormTokens(database, clock),
    };
  }

  /**
   * Answers a request to one of the provider's paths. Its issuer is the
   * origin that was asked, with a final slash.
   *
   * @returns undefined when it is not one of them
   */
  async handle(request: Request): Promise<Response | undefined> {
    const { origin, pathname } = new URL(request.url);
    if (!Object.hasOwn(ENDPOINTS, pathname)) return undefined;
    const methods = ENDPOINTS[pathname] ?? {};
    const isHead = request.method === "HEAD";
    const method = isHead ? "GET" : request.method;
    if (!Object.hasOwn(methods, method)) return methodNotAllowed(methods);
    const context = { ...this.#context, issuer: `${origin}/` };
    const answer = await methods[method]?.(context, request);
    return isHead && answer ? new Response(null, answer) : answer;
  }

  /**
   * Makes the tokens of a login that needs no page, for the store's owner.
   *
   * @throws {UsageError} when the e-mail address cannot be one
   */
  async issueTokens(grant: TokenGrant): Promise<IssuedTokens> {
    const { email, group, issuer, lifetimeSeconds, refreshable } = grant;
    const { audience, clock, refreshTokens, sessions } = this.#context;
    if (!isEmail(email)) {
      throw new UsageError("the e-mail address has no @ or cannot be printed");
    }
    const expiresAtMs = accessExpiryMs(clock, lifetimeSeconds);
    const refresh = refreshable ? await newSecret() : undefined;
    const login = { issuer, email, group, scopes: scopesOf(grant) };
    const session = this.#database.transaction(() => {
      sessions.purge();
      const begun = sessions.begin(login, expiresAtMs);
      if (refresh !== undefined) refreshTokens.add(refresh, begun.id);
      return begun;
    });
    const terms = { audience, expiresAtMs, refreshToken: refresh?.text };
    return await issueTokens(this.#context, session, terms);
  }

  /** The keys that tokens are signed with (RFC 7517, section 5). */
  async keySet(): Promise<RsaPublicJwk[]> {
    return [(await this.#context.signingKey()).publicJwk];
  }

  /** Whether a session, the claim `sid` of an access token, goes on. */
  isActive(sessionId: string): boolean {
    return this.#context.sessions.find(sessionId) !== undefined;
  }
}

function scopesOf({ scopes, refreshable = false }: TokenGrant): string[] {
  const granted = new Set(scopes ?? ["openid", "email"]);
  if (refreshable) granted.add(OFFLINE_ACCESS);
  return [...granted];
}

function methodNotAllowed(
  methods: Readonly<Record<string, unknown>>,
): Response {
  const allowed = Object.keys(methods)
    .flatMap((method) => method === "GET" ? READ : [method]);
  const body = { error: "invalid_request", error_description: "Wrong method." };
  return jsonAnswer(body, 405, { allow: allowed.join(", ") });
}
