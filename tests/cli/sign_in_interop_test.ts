/**
 * Signing in at a provider that others have made: `oidc-provider`, certified
 * for OpenID Connect, with its own pages and a scripted person.
 *
 * @module
 */

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "npm:oidc-provider@9.13.3";
import { createRuntime, serve } from "../../src/platform/mod.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { ServedApi } from "./_served.ts";

const SIGNING_KEY = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ format: "jwk" });

/** The provider on a port, and what it gave away. */
class ForeignProvider implements AsyncDisposable {
  readonly issuer: string;
  readonly #server: Server;

  private constructor(issuer: string, server: Server) {
    this.issuer = issuer;
    this.#server = server;
  }

  static async open(): Promise<ForeignProvider> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const issuer = `http://127.0.0.1:${port}`;
    const provider = new Provider(issuer, {
      clients: [{
        client_id: "the-client",
        token_endpoint_auth_method: "none",
        application_type: "native",
        grant_types: ["authorization_code", "refresh_token"],
        response_types: ["code"],
        redirect_uris: ["http://127.0.0.1/", `${issuer}/echo`],
      }],
      features: { revocation: { enabled: true } },
      jwks: { keys: [{ ...SIGNING_KEY, use: "sig", kid: "one" }] },
      ttl: { Interaction: 600, Session: 600, Grant: 600 },
      // It would only give one to who asks for consent each time.
      issueRefreshToken: () => true,
      rotateRefreshToken: true,
    });
    server.on("request", provider.callback());
    return new ForeignProvider(issuer, server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((done) => this.#server.close(done));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** A browser with cookies, in which a person fills in every page. */
class Person {
  readonly #cookies = new Map<string, string>();

  /** From an address to where the provider leaves its own pages. */
  async signIn(url: string): Promise<string> {
    const { origin } = new URL(url);
    let next: Request | undefined = new Request(url);
    for (let step = 0; next !== undefined && step < 20; step++) {
      if (new URL(next.url).origin !== origin) return next.url;
      if (new URL(next.url).pathname === "/echo") return next.url;
      next = await this.#step(next);
    }
    throw new Error("the provider's pages lead nowhere");
  }

  async #step(request: Request): Promise<Request | undefined> {
    const cookies = [...this.#cookies].map((pair) => pair.join("="));
    const headers = new Headers(request.headers);
    headers.set("cookie", cookies.join("; "));
    const response = await fetch(
      new Request(request, { headers, redirect: "manual" }),
    );
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    const page = await response.text();
    const location = response.headers.get("location");
    if (location !== null) return new Request(new URL(location, request.url));
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined) {
      throw new Error(`${response.status} at ${request.url}: ${page}`);
    }
    return new Request(new URL(action, request.url), {
      method: "POST",
      body: new URLSearchParams({ prompt, login: "ada", password: "any" }),
    });
  }
}

interface World {
  hca: TestEnvironment;
  issuer: string;
}

/** A service whose tokens the provider gives. */
async function withService(
  work: (world: World) => Promise<void>,
): Promise<void> {
  await using provider = await ForeignProvider.open();
  const { issuer } = provider;
  await using service = new ServedApi(
    () => ({
      swagger: "2.0",
      securityDefinitions: {
        oidc: {
          type: "oauth2",
          flow: "accessCode",
          authorizationUrl: `${issuer}/auth`,
          tokenUrl: `${issuer}/token`,
          scopes: { openid: "", offline_access: "" },
          "x-google-issuer": issuer,
        },
      },
      paths: {
        "/secret": { get: { security: [{ oidc: [] }], responses: {} } },
      },
    }),
    ({ target }) =>
      target === "/internal/application_secrets"
        ? Response.json({
          installed: {
            client_id: "the-client",
            redirect_uris: ["http://127.0.0.1/"],
          },
        })
        : Response.json({}),
  );
  await using hca = await TestEnvironment.create();
  using network = createRuntime();
  hca.runtime.fetch = network.fetch;
  hca.serve = serve;
  hca.variables.set("HCA_SWAGGER_URL", service.url);
  await work({ hca, issuer });
}

async function storedOf(
  hca: TestEnvironment,
): Promise<Record<string, Record<string, unknown>>> {
  const path = `${hca.root}/home/config/hca/config.json`;
  return JSON.parse(await Deno.readTextFile(path));
}

async function tokenRequest(
  issuer: string,
  path: string,
  fields: Record<string, string>,
): Promise<Response> {
  const body = new URLSearchParams({ client_id: "the-client", ...fields });
  return await fetch(`${issuer}${path}`, { method: "POST", body });
}

Deno.test("hca dss login by browser at a foreign provider, and logout", async () => {
  await withService(async ({ hca, issuer }) => {
    const page = Promise.withResolvers<string>();
    hca.openBrowser = (url) => {
      new Person().signIn(url).then(async (next) => {
        page.resolve(await (await fetch(next)).text());
      }).catch(page.reject);
      return Promise.resolve(true);
    };
    const login = await hca.runLine("hca dss login --log-level DEBUG");
    assert.equal(login.status, 0, login.err);
    assert.match(await page.promise, /You are signed in/);
    // The keys were asked for: the id token's signature was looked at.
    assert.match(login.err, /\/jwks answered 200/);
    const { oauth2_token, application_secrets } = await storedOf(hca);
    assert.deepEqual(
      (application_secrets?.installed as Record<string, unknown>).issuer,
      issuer,
    );
    const refreshToken = String(oauth2_token?.refresh_token);
    for (const secret of [refreshToken, oauth2_token?.access_token]) {
      assert.ok(!login.err.includes(String(secret)));
    }
    const logout = await hca.runLine("hca dss logout");
    assert.equal(logout.status, 0);
    assert.equal(logout.err, "");
    const refused = await tokenRequest(issuer, "/token", {
      grant_type: "refresh_token",
      refresh_token: refreshToken,
    });
    assert.equal(refused.status, 400);
    assert.equal((await refused.json()).error, "invalid_grant");
  });
});

Deno.test("hca dss login --remote at a foreign provider", async () => {
  await withService(async ({ hca, issuer }) => {
    hca.terminal.answer = () => {
      const url = /https?:\/\/\S+/.exec(hca.terminal.errText)?.[0] ?? "";
      return new Person().signIn(url);
    };
    const { status, err } = await hca.runLine("hca dss login --remote");
    assert.equal(status, 0, err);
    const { oauth2_token } = await storedOf(hca);
    const person = await fetch(`${issuer}/me`, {
      headers: { authorization: `Bearer ${oauth2_token?.access_token}` },
    });
    assert.equal((await person.json()).sub, "ada");
  });
});
