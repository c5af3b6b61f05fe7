import assert from "node:assert/strict";
import {
  createLoginSource,
  removeLogin,
  type StoredLogin,
  storeLogin,
} from "../../src/auth/mod.ts";
import { CancelledError, type JsonObject } from "../../src/base/mod.ts";
import { denoClock } from "../../src/platform/mod.ts";
import { settle } from "../support/fake_clock.ts";
import { neverAnswers } from "../support/scripted_fetch.ts";
import { StrictProvider } from "./_strict_provider.ts";
import {
  assertNoSecrets,
  CONFIG,
  configOf,
  errorOf,
  providerAt,
  putConfig,
  type TokenWorld,
  tokenWorld,
} from "./_token_world.ts";

const ORIGIN = "https://dss.test";
const NOW_MS = Date.UTC(2020, 0, 1);
const DAY_MS = 24 * 3600 * 1000;

function sourceOf({ tools }: TokenWorld, isShared?: boolean) {
  return createLoginSource(tools, {
    origin: ORIGIN,
    ...(isShared !== undefined && { isShared }),
  });
}

/** A login at a strict provider, and the machine it is stored on. */
function loginAt(
  strict: StrictProvider,
  login: Partial<StoredLogin> = {},
  signal?: AbortSignal,
): TokenWorld {
  return tokenWorld({
    fetch: (request) => fetch(request),
    login: {
      accessToken: strict.accessToken,
      refreshToken: strict.refreshToken,
      idToken: "PLANTED-id",
      provider: strict.provider,
      service: ORIGIN,
      ...login,
    },
    ...(signal !== undefined && { signal }),
  });
}

const tokenOf = (world: TokenWorld) =>
  configOf(world).oauth2_token as JsonObject;
const put = (world: TokenWorld, login: StoredLogin) =>
  putConfig(world, storeLogin({}, login));
/** Nothing is left behind but the configuration, and no secret was told. */
function assertClean({ files, log, clock }: TokenWorld): void {
  assert.deepEqual([...files.contents().keys()], [CONFIG]);
  assertNoSecrets(log.messages().join("\n"));
  assert.equal(clock.pending, 0);
}

Deno.test("the login is sent as it is while it is valid", async () => {
  const world = tokenWorld({
    login: {
      accessToken: "access",
      refreshToken: "refresh",
      idToken: "id",
      expiresAtMs: NOW_MS + 60_001,
      service: ORIGIN,
      provider: providerAt("https://idp.test"),
    },
  });
  assert.deepEqual(await sourceOf(world).find(), {
    token: "access",
    source: "login",
    expiresAtMs: NOW_MS + 60_001,
    isRenewable: true,
    idToken: "id",
  });
});

Deno.test("without a login there is no token", async () => {
  const world = tokenWorld();
  assert.equal(await sourceOf(world).find(), undefined);
  putConfig(world, { oauth2_token: { access_token: "" } });
  assert.equal(await sourceOf(world).find("refused"), undefined);
});

Deno.test("a login is renewed a minute before it expires", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, { expiresAtMs: NOW_MS + 60_000 });
  const source = sourceOf(world);
  const found = await source.find();
  assert.equal(found?.token, "PLANTED-access-1");
  assert.equal(found?.expiresAtMs, NOW_MS + 3_600_000);
  assert.deepEqual(strict.forms, [{
    grant_type: "refresh_token",
    refresh_token: "PLANTED-refresh-0",
    client_id: "the-client",
    client_secret: "PLANTED-client-secret",
  }]);
  assert.deepEqual(tokenOf(world), {
    access_token: "PLANTED-access-1",
    refresh_token: "PLANTED-refresh-1",
    // The provider gave no new one.
    id_token: "PLANTED-id",
    expires_at: (NOW_MS + 3_600_000) / 1000,
    token_type: "Bearer",
    service: ORIGIN,
  });
  assert.deepEqual(await source.find(), found, "and not again");
  assert.equal((await world.files.stat(CONFIG))?.mode, 0o600);
  assertClean(world);
});

Deno.test("a refused login is renewed whatever the clock says", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, { expiresAtMs: NOW_MS + DAY_MS });
  const source = sourceOf(world);
  assert.equal((await source.find())?.token, "PLANTED-access-0");
  const found = await source.find("PLANTED-access-0");
  assert.equal(found?.token, "PLANTED-access-1");
  assert.deepEqual(await source.find("PLANTED-access-0"), found, "a late one");
  assert.deepEqual(await source.find("PLANTED-access-1"), found, "at once");
  assert.equal(strict.forms.length, 1);
  await world.clock.advance(10_000);
  const later = await source.find("PLANTED-access-1");
  assert.equal(later?.token, "PLANTED-access-2");
  assertClean(world);
});

Deno.test("a login of the old client is sent first and renewed when refused", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, {});
  const old = configOf(world);
  const { service: _, ...token } = tokenOf(world);
  const oauth2_token = { ...token, expires_at: "-1", custom: 1 };
  putConfig(world, { ...old, oauth2_token, log_level: "INFO" });
  const source = sourceOf(world);
  assert.equal((await source.find())?.token, "PLANTED-access-0");
  assert.equal(strict.forms.length, 0);
  assert.equal(
    (await source.find("PLANTED-access-0"))?.token,
    "PLANTED-access-1",
  );
  assert.deepEqual(tokenOf(world), {
    custom: 1,
    access_token: "PLANTED-access-1",
    refresh_token: "PLANTED-refresh-1",
    id_token: "PLANTED-id",
    expires_at: NOW_MS / 1000 + 3600,
    token_type: "Bearer",
  });
  assert.equal(configOf(world).log_level, "INFO");
});

Deno.test("a provider that does not rotate keeps its refresh token", async () => {
  await using strict = new StrictProvider();
  strict.rotates = false;
  strict.extra = { id_token: "new-id" };
  const world = loginAt(strict, { expiresAtMs: NOW_MS });
  await sourceOf(world).find();
  assert.deepEqual(tokenOf(world), {
    access_token: "PLANTED-access-1",
    refresh_token: "PLANTED-refresh-0",
    id_token: "new-id",
    // It did not say how long the token lasts.
    expires_at: "-1",
    token_type: "Bearer",
    service: ORIGIN,
  });
});

Deno.test("a login by a token alone comes again when it is refused", async () => {
  const world = tokenWorld({ login: { accessToken: "access" } });
  const found = { token: "access", source: "login", isRenewable: false };
  const source = sourceOf(world);
  assert.deepEqual(await source.find(), found);
  assert.deepEqual(await source.find("access"), found);
});

Deno.test("a login that has expired and cannot be renewed is sent for a day", async () => {
  const login = { accessToken: "PLANTED", expiresAtMs: NOW_MS - DAY_MS + 1 };
  const world = tokenWorld({ login });
  const source = sourceOf(world);
  assert.equal((await source.find())?.token, "PLANTED");
  await world.clock.advance(1);
  const error = await errorOf(source.find());
  assert.equal(error.name, "AuthError");
  assert.equal(
    error.message,
    "the stored login expired at 2019-12-31T00:00:00.001Z",
  );
  assert.equal(
    "hint" in error && error.hint,
    "Log in again with 'hca dss login'.",
  );
});

Deno.test("a login goes to the service that it is for, and to no other", async () => {
  const login = { accessToken: "PLANTED", service: "https://other.test" };
  const world = tokenWorld({ login });
  const error = await errorOf(sourceOf(world).find());
  assert.equal(error.name, "AuthError");
  assert.equal(
    error.message,
    "the stored login is for 'https://other.test' and is not sent to " +
      "'https://dss.test'",
  );
  assert.match(String("hint" in error && error.hint), /'hca dss login'/);
  assert.equal((await sourceOf(world, true).find())?.token, "PLANTED");
  put(world, { ...login, service: "https://dss.test.evil.test" });
  await errorOf(sourceOf(world).find());
  put(world, { ...login, service: "http://dss.test" });
  await errorOf(sourceOf(world).find());
  put(world, { ...login, service: `${ORIGIN}/` });
  assert.equal((await sourceOf(world).find())?.token, "PLANTED");
  put(world, { accessToken: "PLANTED" });
  assert.equal((await sourceOf(world).find())?.token, "PLANTED");
});

Deno.test("a login of another service is not renewed either", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, {
    expiresAtMs: NOW_MS,
    service: "https://other.test",
  });
  await errorOf(sourceOf(world).find());
  assert.equal(strict.forms.length, 0);
});

Deno.test("many requests share one renewal", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, { expiresAtMs: NOW_MS });
  const source = sourceOf(world);
  const found = await Promise.all(
    Array.from(
      { length: 50 },
      (_, at) => source.find(at % 2 === 0 ? "PLANTED-access-0" : undefined),
    ),
  );
  for (const each of found) assert.equal(each?.token, "PLANTED-access-1");
  assert.equal(strict.forms.length, 1);
});

Deno.test("sources of several services share one renewal through the lock", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, { expiresAtMs: NOW_MS });
  // Real pauses: the others wait for a real answer.
  const clock = { ...denoClock, now: () => NOW_MS };
  const tools = { ...world.tools, runtime: { ...world.tools.runtime, clock } };
  const found = await Promise.all(
    Array.from({ length: 5 }, () => sourceOf({ ...world, tools }).find()),
  );
  for (const each of found) assert.equal(each?.token, "PLANTED-access-1");
  assert.equal(strict.forms.length, 1);
  assertClean(world);
});

Deno.test("a login that another process renewed is taken over", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, { expiresAtMs: NOW_MS });
  const lock = `${CONFIG}.refresh.lock`;
  world.files.put(lock, "another");
  // It lets go of the lock while we wait for it.
  let looks = 0;
  world.files.failures = (operation) => {
    if (operation === `lstat ${lock}` && ++looks === 5) {
      put(world, {
        accessToken: "by-another",
        refreshToken: "next",
        provider: strict.provider,
        expiresAtMs: NOW_MS + DAY_MS,
      });
      void world.files.remove(lock);
    }
    return undefined;
  };
  assert.equal((await sourceOf(world).find())?.token, "by-another");
  assert.equal(strict.forms.length, 0);
});

Deno.test("a login that has ended names the command that helps", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, { expiresAtMs: NOW_MS });
  strict.hasEnded = true;
  const before = world.files.text(CONFIG);
  const source = sourceOf(world);
  for (const refused of [undefined, "PLANTED-access-0"]) {
    const error = await errorOf(source.find(refused));
    assert.equal(error.name, "AuthError");
    assert.equal(error.message, "the login has ended (invalid_grant)");
    assert.equal(
      "hint" in error && error.hint,
      "Log in with 'hca dss login'.",
    );
  }
  assert.equal(strict.forms.length, 1, "it is not asked again");
  assert.equal(world.files.text(CONFIG), before);
  assertClean(world);
  put(world, { accessToken: "new", service: ORIGIN });
  assert.equal((await source.find())?.token, "new");
});

Deno.test("a login that has ended is not the end when there is a newer one", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, { expiresAtMs: NOW_MS });
  strict.hasEnded = true;
  // The old client knows nothing of locks.
  strict.onRequest = () => {
    put(world, { accessToken: "by-another", service: ORIGIN });
    return Promise.resolve(undefined);
  };
  assert.equal((await sourceOf(world).find())?.token, "by-another");
});

Deno.test("a token that is still good is sent when the provider fails", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, { expiresAtMs: NOW_MS + 30_000 });
  strict.onRequest = () =>
    Promise.resolve(new Response("PLANTED", { status: 503 }));
  const source = sourceOf(world);
  assert.equal((await source.find())?.token, "PLANTED-access-0");
  assert.equal((await source.find())?.token, "PLANTED-access-0");
  const [warning, ...more] = world.log.messages("WARNING");
  assert.match(
    warning ?? "",
    /^the login was not renewed: the token endpoint \S+ answered 503$/,
  );
  assert.deepEqual(more, []);
  await world.clock.advance(21_000);
  const error = await errorOf(source.find());
  assert.equal(error.name, "ServiceError");
  assertClean(world);
});

Deno.test("a renewed login that cannot be kept is used by this run", async () => {
  await using strict = new StrictProvider();
  strict.extra = { expires_in: 120 };
  const world = loginAt(strict, { expiresAtMs: NOW_MS });
  world.files.failures = (operation) =>
    operation.startsWith("create ") && operation.includes(".part")
      ? "no_space"
      : undefined;
  const before = world.files.text(CONFIG);
  const source = sourceOf(world);
  assert.equal((await source.find())?.token, "PLANTED-access-1");
  assert.equal((await source.find())?.token, "PLANTED-access-1");
  assert.equal(world.files.text(CONFIG), before);
  const [warning = "", ...more] = world.log.messages("WARNING");
  assert.match(
    warning,
    /^the login was renewed, but the new one cannot be kept: .*no_space; /,
  );
  assert.match(warning, /the next one may have to log in again$/);
  assert.deepEqual(more, []);
  // Neither is the next one lost, nor the spent one used again.
  await world.clock.advance(61_000);
  assert.equal((await source.find())?.token, "PLANTED-access-2");
  assert.equal(
    (await source.find("PLANTED-access-0"))?.token,
    "PLANTED-access-2",
  );
  assert.equal(strict.hasEnded, false);
  world.files.failures = () => undefined;
  await world.clock.advance(61_000);
  assert.equal((await source.find())?.token, "PLANTED-access-3");
  assert.equal(tokenOf(world).refresh_token, "PLANTED-refresh-3");
  assertClean(world);
});

Deno.test("a login is renewed where not even a lock can be made", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, { expiresAtMs: NOW_MS });
  world.files.failures = (operation) =>
    operation.startsWith("create ") ? "read_only" : undefined;
  assert.equal((await sourceOf(world).find())?.token, "PLANTED-access-1");
  assert.equal(world.log.messages("WARNING").length, 1);
  assertClean(world);
});

Deno.test("a user who logs out or in meanwhile is not overruled", async () => {
  const changes: ((world: TokenWorld) => void)[] = [
    (world) => putConfig(world, removeLogin(configOf(world))),
    (world) => put(world, { accessToken: "typed" }),
  ];
  for (const change of changes) {
    await using strict = new StrictProvider();
    const world = loginAt(strict, { expiresAtMs: NOW_MS });
    let text: string | undefined;
    strict.onRequest = () => {
      change(world);
      text = world.files.text(CONFIG);
      return Promise.resolve(undefined);
    };
    assert.equal((await sourceOf(world).find())?.token, "PLANTED-access-1");
    assert.equal(world.files.text(CONFIG), text);
  }
});

Deno.test("a login in an earlier file is renewed into the user's own", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, { expiresAtMs: NOW_MS });
  const before = world.files.text(CONFIG);
  world.variables.HCA_CONFIG_FILE = "/home/user/mine/more.json";
  const source = sourceOf(world);
  assert.equal((await source.find())?.token, "PLANTED-access-1");
  assert.equal(world.files.text(CONFIG), before);
  const own = JSON.parse(
    world.files.text("/home/user/mine/more.json") ?? "{}",
  );
  assert.equal(own.oauth2_token.refresh_token, "PLANTED-refresh-1");
  assert.equal((await sourceOf(world).find())?.token, "PLANTED-access-1");
  assert.equal(strict.forms.length, 1);
});

Deno.test("a token that lives for less than a minute is not renewed each time", async () => {
  await using strict = new StrictProvider();
  strict.extra = { expires_in: 40 };
  const world = loginAt(strict, { expiresAtMs: NOW_MS });
  const source = sourceOf(world);
  for (let second = 0; second < 40; second++) {
    await source.find();
    await world.clock.advance(1_000);
  }
  assert.equal(strict.forms.length, 2);
});

Deno.test("Ctrl-C does not lose a renewal that was asked for", async () => {
  await using strict = new StrictProvider();
  const ending = new AbortController();
  const world = loginAt(strict, { expiresAtMs: NOW_MS }, ending.signal);
  strict.onRequest = async () => {
    ending.abort(new CancelledError("interrupted"));
    await settle();
    return undefined;
  };
  await sourceOf(world).find();
  assert.equal(tokenOf(world).refresh_token, "PLANTED-refresh-1");
  const error = await errorOf(sourceOf(world).find("PLANTED-access-1"));
  assert.equal(error.name, "CancelledError");
  assert.equal(strict.forms.length, 1, "nothing is asked after it");
});

Deno.test("a lock that is taken away stops a renewal before it is asked for", async () => {
  await using strict = new StrictProvider();
  const world = loginAt(strict, { expiresAtMs: NOW_MS });
  const lock = `${CONFIG}.refresh.lock`;
  let isTaken = false;
  world.files.failures = (operation) => {
    // As if this process had slept for minutes.
    if (
      operation.startsWith(`read ${CONFIG}`) && !isTaken &&
      world.files.text(lock) !== undefined
    ) {
      isTaken = true;
      world.files.put(lock, "another");
    }
    return undefined;
  };
  const error = await errorOf(sourceOf(world).find());
  assert.equal(error.name, "LocalError");
  assert.equal(strict.forms.length, 0);
});

Deno.test("a provider that does not answer is given up after 20 seconds", async () => {
  const world = tokenWorld({
    fetch: neverAnswers,
    login: {
      accessToken: "PLANTED",
      refreshToken: "PLANTED",
      expiresAtMs: NOW_MS,
      provider: providerAt("https://idp.test"),
    },
  });
  const failing = errorOf(sourceOf(world).find());
  await settle();
  await world.clock.advance(20_000);
  const error = await failing;
  assert.equal(error.message, "no answer from idp.test within 20 s");
  assert.match(String("hint" in error && error.hint), /Check the network/);
  assertClean(world);
});

Deno.test("a file that others may read is warned of once", async () => {
  const world = tokenWorld({ login: { accessToken: "PLANTED" } });
  const source = sourceOf(world);
  await source.find();
  assert.deepEqual(world.log.messages(), []);
  world.files.put(CONFIG, world.files.text(CONFIG) ?? "", 0o640);
  await source.find();
  await source.find();
  assert.deepEqual(world.log.entries, [{
    level: "WARNING",
    message: `'${CONFIG}' holds a token and others may read it (mode 0640); ` +
      "'chmod 600' makes it private",
  }]);
});
