/**
 * What a hostile or broken provider may answer: nothing of it is stored.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { JsonObject } from "../../src/base/mod.ts";
import { createRuntime, serve } from "../../src/platform/mod.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

interface Script {
  /** What the API document says of security. */
  scheme?: (origin: string) => JsonObject;
  /** The application secrets; undefined: 404. */
  secrets?: (origin: string) => JsonObject | undefined;
  /** What is added to the answer of the authorization endpoint. */
  answer?: Record<string, string>;
  /** What differs in the id token. */
  claims?: JsonObject;
  /** The header of the id token. */
  header?: JsonObject;
  /** The answer of the token endpoint. */
  tokens?: () => Response;
  /** The issuer that discovery tells. */
  issuer?: string;
}

const CODE = "PLANTED-code";

/** A service and a provider in one, which answer as the script says. */
class ScriptedProvider implements AsyncDisposable {
  readonly origin: string;
  /** The forms that the token endpoint got. */
  readonly forms: URLSearchParams[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #script: Script;
  #nonce = "";

  constructor(script: Script) {
    this.#script = script;
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
    this.origin = `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const { origin } = this;
    switch (pathname) {
      case "/swagger.json":
        return Response.json(this.#document());
      case "/internal/application_secrets": {
        const { secrets = plainSecrets } = this.#script;
        const found = secrets(origin);
        return found === undefined
          ? new Response("", { status: 404 })
          : Response.json(found);
      }
      case "/.well-known/openid-configuration":
        return Response.json({
          issuer: this.#script.issuer ?? `${origin}/`,
          authorization_endpoint: `${origin}/authorize`,
          token_endpoint: `${origin}/token`,
        });
      case "/authorize":
        return this.#authorize(searchParams);
      case "/token":
        this.forms.push(new URLSearchParams(await request.text()));
        return this.#script.tokens?.() ?? Response.json(this.#tokens());
      default:
        return new Response("", { status: 404 });
    }
  }

  #document(): JsonObject {
    const scheme = this.#script.scheme?.(this.origin) ?? {
      type: "oauth2",
      flow: "accessCode",
      authorizationUrl: `${this.origin}/authorize`,
      tokenUrl: `${this.origin}/token`,
      scopes: {},
      "x-google-issuer": `${this.origin}/`,
    };
    return {
      swagger: "2.0",
      paths: {},
      securityDefinitions: { dcpAuth: scheme },
    };
  }

  #authorize(asked: URLSearchParams): Response {
    this.#nonce = asked.get("nonce") ?? "";
    const next = new URL(asked.get("redirect_uri") ?? "");
    next.search = new URLSearchParams({
      code: CODE,
      state: asked.get("state") ?? "",
      ...this.#script.answer,
    }).toString();
    return Response.redirect(next);
  }

  #tokens(): JsonObject {
    const now = Date.now() / 1000;
    const { header = { alg: "HS256" }, claims } = this.#script;
    const part = (value: object) =>
      Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part(header)}.${
      part({
        ...{ iss: `${this.origin}/`, sub: "x", aud: "client" },
        ...{ iat: now, exp: now + 600, nonce: this.#nonce },
        ...claims,
      })
    }`;
    const signature = createHmac("sha256", "x").update(signed);
    return {
      access_token: "PLANTED-access",
      refresh_token: "PLANTED-refresh",
      id_token: `${signed}.${signature.digest("base64url")}`,
      token_type: "Bearer",
      expires_in: 60,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function plainSecrets(origin: string): JsonObject {
  return {
    installed: {
      auth_uri: `${origin}/authorize`,
      token_uri: `${origin}/token`,
      client_id: "client",
      client_secret: "PLANTED-secret",
      redirect_uris: [],
    },
  };
}

interface Outcome {
  status: number;
  out: string;
  err: string;
  /** Status of the page that the browser showed at the end. */
  page: number | undefined;
  provider: ScriptedProvider;
  /** Files below the user's home. */
  files: string[];
}

async function logIn(script: Script, more = ""): Promise<Outcome> {
  await using hca = await TestEnvironment.create();
  await using provider = new ScriptedProvider(script);
  using network = createRuntime();
  hca.runtime.fetch = network.fetch;
  hca.serve = serve;
  hca.variables.set("HCA_SWAGGER_URL", `${provider.origin}/swagger.json`);
  let shown = Promise.resolve<number | undefined>(undefined);
  hca.openBrowser = (url) => {
    // It follows where it is sent, as a browser does.
    shown = fetch(url).then(async (page) => {
      await page.text();
      return page.status;
    });
    return Promise.resolve(true);
  };
  const { status, out, err } = await hca
    .runLine(`hca dss login --log-level DEBUG ${more}`);
  const page = await shown;
  const files = namesBelow(`${hca.root}/home`)
    .filter((name) => name.endsWith("config.json"));
  assert.doesNotMatch(out + err, /PLANTED/);
  return { status, out, err, page, provider, files };
}

Deno.test("hca dss login with a provider that does everything right", async () => {
  const { status, out, err, page, files } = await logIn({});
  assert.equal(status, 0, err);
  assert.equal(out, "Storing access credentials\n");
  assert.equal(page, 200);
  assert.deepEqual(files, ["config/hca/config.json"]);
});

// what is wrong, exit status, message, status of the page
const BAD: [string, Script, number, RegExp, number | undefined][] = [
  ["nonce", { claims: { nonce: "other" } }, 10, /nonce/, 502],
  ["audience", { claims: { aud: "other" } }, 10, /another audience/, 502],
  ["issuer", { claims: { iss: "https://x/" } }, 10, /another issuer/, 502],
  ["expiry", { claims: { exp: 1 } }, 10, /has expired/, 502],
  ["party", { claims: { azp: "other" } }, 10, /another client/, 502],
  ["no signature", { header: { alg: "none" } }, 10, /not signed/, 502],
  ["iss of the answer", { answer: { iss: "https://x/" } }, 10, /\(iss\)/, 502],
  [
    "refusal",
    { answer: { error: "access_denied", error_description: "Not you." } },
    4,
    /refused the login: access_denied \('Not you\.'\)/,
    403,
  ],
  [
    "code",
    {
      tokens: () =>
        Response.json({ error: "invalid_grant", error_description: CODE }, {
          status: 400,
        }),
    },
    4,
    /did not take the code: invalid_grant/,
    502,
  ],
  [
    "type of token",
    {
      tokens: () =>
        Response.json({ access_token: "PLANTED-access", token_type: "mac" }),
    },
    10,
    /another type than Bearer/,
    502,
  ],
  [
    "redirect of the token endpoint",
    {
      tokens: () =>
        new Response("", {
          status: 307,
          headers: { location: "https://evil.test/" },
        }),
    },
    10,
    /redirects/,
    502,
  ],
  [
    "failure",
    { tokens: () => new Response("", { status: 500 }) },
    7,
    /500/,
    502,
  ],
  ["other issuer", { issuer: "https://x/" }, 10, /another issuer/, undefined],
  ["no client id", { secrets: () => undefined }, 4, /no client id/, undefined],
  [
    "plain http",
    {
      secrets: () => ({
        installed: {
          client_id: "client",
          auth_uri: "http://idp.test/authorize",
          token_uri: "http://idp.test/token",
        },
      }),
    },
    10,
    /not an https address/,
    undefined,
  ],
  [
    "an address that is none",
    {
      secrets: () => ({
        installed: {
          client_id: "client",
          auth_uri: "javascript:alert(1)",
          token_uri: "file:///etc/passwd",
        },
      }),
    },
    10,
    /not an https address/,
    undefined,
  ],
];

for (const [what, script, expected, message, shown] of BAD) {
  Deno.test(`hca dss login refuses a wrong ${what} and stores nothing`, async () => {
    const { status, out, err, page, files } = await logIn(script);
    assert.match(err, message);
    assert.equal(status, expected);
    assert.equal(out, "");
    assert.equal(page, shown);
    assert.deepEqual(files, []);
  });
}

Deno.test("hca dss login sends the code and its verifier to the token endpoint alone", async () => {
  const { provider } = await logIn({});
  const [form, ...more] = provider.forms;
  assert.deepEqual(more, []);
  assert.equal(form?.get("code"), CODE);
  assert.match(form?.get("code_verifier") ?? "", /^[\w-]{43}$/);
});

Deno.test("hca dss login does not begin with a service over plain http", async () => {
  await using hca = await TestEnvironment.create();
  hca.variables.set("HCA_SWAGGER_URL", "http://dss.test/swagger.json");
  for (const more of ["", "--remote"]) {
    const { status, err } = await hca.runLine(`hca dss login ${more}`.trim());
    assert.equal(status, 10);
    assert.match(err, /the service http:\/\/dss\.test is not an https address/);
  }
  assert.deepEqual(hca.refusedRequests, []);
  assert.deepEqual(namesBelow(`${hca.root}/home`), []);
});
