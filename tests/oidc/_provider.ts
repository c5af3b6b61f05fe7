import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import type { Database } from "../../src/base/mod.ts";
import { generateKeyPair, publicJwkOf } from "../../src/jwt/mod.ts";
import {
  OIDC_TABLES,
  OidcProvider,
  type SigningKey,
} from "../../src/oidc/mod.ts";
import { openSqlite } from "../../src/platform/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";

export const ORIGIN = "http://127.0.0.1:8000";
export const AUDIENCE = "https://store.test/";
export const PASSWORD = "correct horse";
export const REDIRECT_URI = "http://127.0.0.1:5555/back";

/** Changes of a request; undefined takes a parameter away. */
export type Changes = Record<string, string | undefined>;

/** One key for all tests: making one takes long. */
export const signingKey: () => Promise<SigningKey> = (() => {
  let key: Promise<SigningKey> | undefined;
  return () => key ??= makeKey();
})();

async function makeKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair();
  const publicJwk = await publicJwkOf(publicKey);
  return { kid: publicJwk.kid, privateKey, publicJwk };
}

/** An empty database with the provider's tables. */
export function emptyDatabase(path = ":memory:"): Database {
  const database = openSqlite(path);
  database.execute(OIDC_TABLES);
  return database;
}

/** A verifier and its challenge, made without the code under test. */
export function makePkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  return { verifier, challenge };
}

/** A provider with a program and a person in front of it. */
export class TestProvider {
  readonly clock = new FakeClock();
  readonly provider: OidcProvider;
  readonly database: Database;
  readonly pkce = makePkce();

  constructor(database: Database = emptyDatabase()) {
    this.database = database;
    this.provider = new OidcProvider({
      database,
      clock: this.clock,
      signingKey,
      password: () => Promise.resolve(PASSWORD),
      audience: AUDIENCE,
    });
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(path, ORIGIN);
    const response = await this.provider.handle(new Request(url, init));
    assert.ok(response, path);
    return response;
  }

  async json(path: string, init?: RequestInit): Promise<JsonAnswer> {
    return await readJson(await this.ask(path, init));
  }

  async post(
    path: string,
    fields: Changes | URLSearchParams,
    headers: HeadersInit = {},
  ): Promise<Response> {
    const body = fields instanceof URLSearchParams ? fields : query(fields);
    return await this.ask(path, { method: "POST", body, headers });
  }

  authorizePath(changes: Changes = {}): string {
    return `/oauth/authorize?${
      query({
        response_type: "code",
        client_id: "hca",
        redirect_uri: REDIRECT_URI,
        scope: "openid email offline_access",
        state: "state-1",
        nonce: "nonce-1",
        code_challenge: this.pkce.challenge,
        code_challenge_method: "S256",
        ...changes,
      })
    }`;
  }

  /** The hidden fields of the page. */
  async form(changes: Changes = {}): Promise<Record<string, string>> {
    const response = await this.ask(this.authorizePath(changes));
    assert.equal(response.status, 200);
    return hiddenFields(await response.text());
  }

  /** Fills in the page and sends it. */
  async decide(
    fields: Changes = {},
    changes: Changes = {},
    headers: HeadersInit = { origin: ORIGIN },
  ): Promise<Response> {
    return await this.post("/oauth/authorize", {
      ...await this.form(changes),
      email: "ada@example.org",
      group: "hca",
      password: PASSWORD,
      decision: "sign_in",
      ...fields,
    }, headers);
  }

  /** A code for `ada@example.org`. */
  async code(changes: Changes = {}, fields: Changes = {}): Promise<string> {
    const code = locationOf(await this.decide(fields, changes)).get("code");
    assert.ok(code);
    return code;
  }

  async exchange(code: string, changes: Changes = {}): Promise<Response> {
    return await this.post("/oauth/token", {
      grant_type: "authorization_code",
      code,
      redirect_uri: REDIRECT_URI,
      code_verifier: this.pkce.verifier,
      client_id: "hca",
      ...changes,
    });
  }

  async refresh(token: string, changes: Changes = {}): Promise<Response> {
    return await this.post("/oauth/token", {
      grant_type: "refresh_token",
      refresh_token: token,
      client_id: "hca",
      ...changes,
    });
  }

  /** Signs in; all the tokens. */
  async tokens(changes: Changes = {}): Promise<Tokens> {
    const response = await this.exchange(await this.code(changes));
    assert.equal(response.status, 200);
    return await response.json();
  }

  async userinfoStatus(accessToken: string): Promise<number> {
    const headers = { authorization: `Bearer ${accessToken}` };
    return (await this.ask("/oauth/userinfo", { headers })).status;
  }

  count(table: string): number {
    const row = this.database
      .prepare(`SELECT count(*) AS rows FROM ${table}`).get();
    return Number(row?.rows);
  }
}

/** An answer of the token endpoint. */
export interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
  token_type: string;
  expires_in: number;
  scope: string;
}

/** An answer in JSON. */
export interface JsonAnswer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export async function readJson(response: Response): Promise<JsonAnswer> {
  const { status, headers } = response;
  return { status, headers, body: await response.json() };
}

/** Fields as a form or query, without those that are undefined. */
export function query(fields: Changes): URLSearchParams {
  return new URLSearchParams(
    Object.entries(fields)
      .flatMap(([name, value]) => value === undefined ? [] : [[name, value]]),
  );
}

/** Where a redirect to the program leads: its parameters. */
export function locationOf(
  response: Response,
  target = REDIRECT_URI,
): URLSearchParams {
  assert.equal(response.status, 303);
  const location = response.headers.get("location") ?? "";
  assert.ok(location.startsWith(`${target}?`), location);
  return new URL(location).searchParams;
}

/** The hidden fields of a page, as a browser reads them. */
export function hiddenFields(page: string): Record<string, string> {
  const pattern = /<input type="hidden" name="([^"]*)" value="([^"]*)">/g;
  return Object.fromEntries(
    [...page.matchAll(pattern)]
      .map(([, name = "", value = ""]) => [unescape(name), unescape(value)]),
  );
}

function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"').replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  const part = token.split(".")[1] ?? "";
  return JSON.parse(new TextDecoder().decode(
    Uint8Array.from(
      atob(part.replaceAll("-", "+").replaceAll("_", "/")),
      (character) => character.charCodeAt(0),
    ),
  ));
}
