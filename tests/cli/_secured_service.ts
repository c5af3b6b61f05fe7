import type { JsonObject } from "../../src/base/mod.ts";
import { denoClock } from "../../src/platform/mod.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { configure, ServedApi, type ServedRequest } from "./_served.ts";

/** The first token, and what gets the next one. */
export const FIRST = "PLANTED-token-1";
const REFRESH = "PLANTED-refresh-1";

const closed = (status: number) => ({
  get: { security: [{ dcpAuth: [] }], responses: { [status]: {} } },
});

function documentOf(origin: string): JsonObject {
  const { host } = new URL(origin);
  return {
    swagger: "2.0",
    host,
    schemes: ["http"],
    basePath: "/v1",
    paths: {
      "/open": { get: { responses: { 200: {} } } },
      "/closed": closed(200),
      "/pages": closed(206),
    },
  };
}

/**
 * A world with a service that takes one token at a time, its provider, and a
 * login of it that can be renewed.
 */
export class SecuredService implements AsyncDisposable {
  readonly hca: TestEnvironment;
  readonly api: ServedApi;
  /** The token that the service takes. */
  valid = FIRST;
  /** Called before each answer of the service. */
  onRequest: (request: ServedRequest) => void = () => {};
  /** What the service answers to a token that it does not take. */
  refusal: (request: ServedRequest) => Response = () =>
    Response.json({ code: "Unauthorized", title: "Token is invalid" }, {
      status: 401,
    });
  /** Whether the provider gives another token that the service takes. */
  renews = true;
  /** Added to the time of day, milliseconds. */
  laterMs = 0;
  #given = 1;

  private constructor(hca: TestEnvironment) {
    this.hca = hca;
    this.api = new ServedApi(documentOf, (request) => this.#answer(request));
    this.api.connect(hca);
    hca.runtime.clock = {
      now: () => denoClock.now() + this.laterMs,
      elapsed: () => denoClock.elapsed(),
      sleep: (delayMs, signal) => denoClock.sleep(delayMs, signal),
    };
    hca.variables.set("HCA_SWAGGER_URL", this.api.url);
  }

  /** Makes a world in which somebody is logged in. */
  static async create(
    { lifetimeMs = 3_600_000 }: { lifetimeMs?: number } = {},
  ): Promise<SecuredService> {
    const world = new SecuredService(await TestEnvironment.create());
    await configure(world.hca, world.#config(denoClock.now() + lifetimeMs));
    return world;
  }

  /** Tokens of the requests for the service, without `Bearer`; null: none. */
  get tokens(): (string | null)[] {
    return this.#of("/v1/").map(({ headers }) =>
      headers.get("authorization")?.replace(/^Bearer /, "") ?? null
    );
  }

  /** How often the provider was asked for a token. */
  get renewals(): number {
    return this.#of("/token").length;
  }

  #of(prefix: string): ServedRequest[] {
    return this.api.requests.filter(({ target }) => target.startsWith(prefix));
  }

  #answer(request: ServedRequest): Response {
    if (request.target === "/token") return this.#renew();
    this.onRequest(request);
    const isOpen = request.target.startsWith("/v1/open");
    const sent = request.headers.get("authorization");
    if (!isOpen && sent !== `Bearer ${this.valid}`) {
      return this.refusal(request);
    }
    const page = Number(/page=(\d)/.exec(request.target)?.[1] ?? "1");
    const isPaged = request.target.startsWith("/v1/pages") && page < 3;
    return Response.json({ results: [page] }, {
      headers: isPaged
        ? { link: `</v1/pages?page=${page + 1}>; rel="next"` }
        : {},
    });
  }

  #renew(): Response {
    const token = `PLANTED-token-${++this.#given}`;
    if (this.renews) this.valid = token;
    return Response.json({
      access_token: token,
      refresh_token: `PLANTED-refresh-${this.#given}`,
      expires_in: 3600,
      token_type: "Bearer",
    });
  }

  #config(expiresAtMs: number): JsonObject {
    const { origin } = this.api;
    return {
      oauth2_token: {
        access_token: FIRST,
        refresh_token: REFRESH,
        id_token: null,
        expires_at: Math.floor(expiresAtMs / 1000),
        token_type: "Bearer",
        service: origin,
      },
      application_secrets: {
        installed: {
          auth_uri: `${origin}/authorize`,
          token_uri: `${origin}/token`,
          client_id: "hca",
          client_secret: "",
          redirect_uris: [],
        },
      },
    };
  }

  /** Ends the service. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.api[Symbol.asyncDispose]();
    await this.hca[Symbol.asyncDispose]();
  }
}
