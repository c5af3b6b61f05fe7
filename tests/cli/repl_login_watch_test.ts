import assert from "node:assert/strict";
import type { JsonObject } from "../../src/base/mod.ts";
import { Context } from "../../src/commands/context.ts";
import { LoginWatch } from "../../src/commands/repl/login_watch.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { PendingCalls } from "../support/pending_calls.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { configure } from "./_served.ts";

const ORIGIN = "https://dss.example.org";
const START_MS = Date.UTC(2020, 0, 1);
const HOUR_MS = 3_600_000;

/** A stored login, and a watch over it. */
class Watched implements AsyncDisposable {
  readonly clock = new FakeClock({ startMs: START_MS });
  readonly said: string[] = [];
  changes = 0;
  /** Requests for a token. */
  requests = 0;
  /** Answers the provider. */
  provider: () => Promise<Response> = () => Promise.resolve(tokens());
  readonly watch: LoginWatch;
  readonly #files = new PendingCalls();

  private constructor(readonly hca: TestEnvironment) {
    hca.variables.set("HCA_SWAGGER_URL", `${ORIGIN}/v1/swagger.json`);
    hca.runtime.clock = this.clock;
    hca.runtime.files = this.#files.watch(hca.runtime.files);
    hca.runtime.fetch = (request) => {
      assert.equal(request.url, `${ORIGIN}/token`);
      this.requests++;
      return this.provider();
    };
    const announce = (text: string) => {
      this.said.push(text);
    };
    this.watch = new LoginWatch({
      open: (signal) => {
        const { terminal } = hca;
        terminal.err = announce;
        return new Context({ ...hca.environment, terminal, signal }, {
          logLevel: "WARNING",
          logFormat: "text",
          swaggerUrl: undefined,
        });
      },
      announce,
      onChange: () => this.changes++,
      clock: this.clock,
    });
  }

  static async create(login: JsonObject = {}): Promise<Watched> {
    const watched = new Watched(await TestEnvironment.create());
    await watched.store(login);
    return watched;
  }

  /** Stores a login that ends in an hour. */
  async store(login: JsonObject): Promise<void> {
    await configure(this.hca, {
      oauth2_token: {
        access_token: "PLANTED-1",
        refresh_token: "PLANTED-refresh",
        expires_at: (START_MS + HOUR_MS) / 1000,
        token_type: "Bearer",
        service: ORIGIN,
        ...login,
      },
      application_secrets: {
        installed: {
          auth_uri: `${ORIGIN}/authorize`,
          token_uri: `${ORIGIN}/token`,
          client_id: "hca",
          client_secret: "",
          redirect_uris: [],
        },
      },
    });
  }

  /** Moves the time; files take theirs. */
  async advance(byMs: number): Promise<void> {
    await this.clock.advance(byMs);
    await this.#files.quiet();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    let hasEnded = false;
    const ending = this.watch[Symbol.asyncDispose]();
    ending.then(() => hasEnded = true);
    // It may have to read a file before it waits for anything.
    while (!hasEnded) await this.clock.advance(5000);
    await ending;
    assert.equal(this.clock.pending, 0, "a timer is left");
    await this.hca[Symbol.asyncDispose]();
  }
}

function tokens(): Response {
  return Response.json({
    access_token: "PLANTED-2",
    refresh_token: "PLANTED-refresh-2",
    expires_in: 7200,
    token_type: "Bearer",
  });
}

const DENIED = () =>
  Promise.resolve(Response.json({ error: "invalid_grant" }, { status: 400 }));
const DOWN = () => Promise.reject(new TypeError("connection refused"));

const expired = "the login has expired; 'login' signs in again\n";

Deno.test("LoginWatch renews a login a minute before its end, beside whatever goes on, and says so", async () => {
  await using watched = await Watched.create();
  await watched.watch.check();
  await watched.advance(HOUR_MS - 61_000);
  assert.deepEqual([watched.requests, watched.said], [0, []]);
  await watched.advance(1000);
  assert.equal(watched.requests, 1);
  assert.deepEqual(watched.said, [
    "the login was renewed until 2020-01-01T02:59:00.000Z\n",
  ]);
  assert.ok(watched.changes > 0);
  assert.equal(
    watched.watch.login?.expiresAtMs,
    START_MS + HOUR_MS - 60_000 + 7_200_000,
  );
  assert.equal(watched.watch.isExpired, false);
});

Deno.test("LoginWatch renews a login that ends soon before the prompt, if that is quick", async () => {
  await using watched = await Watched.create();
  await watched.clock.advance(HOUR_MS - 1000);
  await watched.watch.check();
  assert.equal(watched.said.length, 1);
  assert.match(
    watched.said[0] ?? "",
    /^the login was renewed until 2020-01-01/,
  );
});

Deno.test("LoginWatch lets no prompt wait for a provider that does not answer", async () => {
  await using watched = await Watched.create();
  const answer = Promise.withResolvers<Response>();
  watched.provider = () => answer.promise;
  await watched.clock.advance(HOUR_MS - 30_000);
  const checking = watched.watch.check();
  let isChecked = false;
  checking.then(() => isChecked = true);
  await watched.advance(0);
  await watched.advance(299);
  assert.equal(isChecked, false);
  await watched.advance(1);
  await checking;
  assert.deepEqual(watched.said, []);
  // The next prompt does not wait again, and asks for nothing more.
  await watched.watch.check();
  assert.equal(watched.requests, 1);
  const before = watched.changes;
  answer.resolve(tokens());
  await watched.advance(0);
  assert.match(watched.said.join(""), /^the login was renewed until/);
  assert.ok(watched.changes > before);
});

Deno.test("LoginWatch tells a failed renewal once, tries once more at the end, and tells that once", async () => {
  await using watched = await Watched.create();
  watched.provider = DENIED;
  await watched.watch.check();
  await watched.advance(HOUR_MS - 60_000);
  assert.equal(watched.said.length, 1);
  assert.match(
    watched.said[0] ?? "",
    /^hca: warning: the login was not renewed/,
  );
  for (let prompt = 0; prompt < 3; prompt++) await watched.watch.check();
  assert.equal(watched.requests, 1);
  await watched.advance(60_000);
  assert.equal(watched.requests, 2);
  assert.deepEqual(watched.said.slice(1), [expired]);
  assert.equal(watched.watch.isExpired, true);
  for (let prompt = 0; prompt < 3; prompt++) await watched.watch.check();
  await watched.advance(10 * HOUR_MS);
  assert.deepEqual([watched.requests, watched.said.length], [2, 2]);
});

Deno.test("LoginWatch tells at a prompt that a login which ended before cannot be renewed", async () => {
  await using watched = await Watched.create();
  watched.provider = DENIED;
  await watched.clock.advance(2 * HOUR_MS);
  await watched.watch.check();
  assert.equal(watched.said.length, 2);
  assert.match(watched.said[0] ?? "", /^the login was not renewed: .*login'/);
  assert.equal(watched.said[1], expired);
});

Deno.test("LoginWatch gets over a provider that is down for a while", async () => {
  await using watched = await Watched.create();
  watched.provider = DOWN;
  await watched.watch.check();
  await watched.advance(HOUR_MS - 60_000);
  // Retries have their pauses.
  await watched.advance(30_000);
  assert.match(watched.said.join(""), /not renewed/);
  watched.provider = () => Promise.resolve(tokens());
  await watched.advance(30_000);
  assert.match(watched.said.at(-1) ?? "", /^the login was renewed until/);
  assert.equal(watched.watch.isExpired, false);
});

Deno.test("LoginWatch tells the end of a login that cannot be renewed, and watches the next one", async () => {
  await using watched = await Watched.create({ refresh_token: null });
  await watched.watch.check();
  await watched.advance(HOUR_MS - 1);
  assert.deepEqual(watched.said, []);
  await watched.advance(1001);
  assert.deepEqual(watched.said, [expired]);
  assert.equal(watched.requests, 0);
  const next = START_MS + 2 * HOUR_MS;
  await watched.store({ expires_at: next / 1000, refresh_token: null });
  await watched.watch.check();
  assert.equal(watched.watch.isExpired, false);
  await watched.advance(HOUR_MS);
  assert.deepEqual(watched.said, [expired, expired]);
});

Deno.test("LoginWatch knows who is logged in, and when nobody is any more", async () => {
  await using watched = await Watched.create();
  const source = async () => {
    await watched.watch.check();
    return watched.watch.login?.source;
  };
  assert.equal(await source(), "stored login");
  await configure(watched.hca, {});
  assert.equal(await source(), undefined);
  watched.hca.variables.set("HCA_ACCESS_TOKEN", "PLANTED");
  assert.equal(await source(), "HCA_ACCESS_TOKEN");
  await watched.advance(100 * HOUR_MS);
  assert.deepEqual([watched.requests, watched.said], [0, []]);
});

Deno.test("LoginWatch lets a renewal that has begun end, but not for ever", async () => {
  const watched = await Watched.create();
  watched.provider = () => new Promise(() => {});
  await watched.clock.advance(HOUR_MS - 30_000);
  const checking = watched.watch.check();
  await watched.advance(0);
  await watched.advance(300);
  await checking;
  assert.equal(watched.requests, 1);
  let hasEnded = false;
  const ending = watched.watch[Symbol.asyncDispose]();
  ending.then(() => hasEnded = true);
  await watched.advance(0);
  await watched.advance(4999);
  assert.equal(hasEnded, false);
  await watched.advance(1);
  await ending;
  assert.deepEqual(watched.said, []);
  await watched.hca[Symbol.asyncDispose]();
});
