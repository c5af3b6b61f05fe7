/**
 * A login that expires while a session goes on in a real terminal.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { readStoredLogin, storeLogin } from "../../src/auth/mod.ts";
import { addressIn, signIn } from "../cli/_sign_in.ts";
import { ServedStore } from "./_served_store.ts";
import { isSkipped, SessionTerminal, until } from "./_terminal.ts";

const ignore = isSkipped;
// What comes of a request without a good token.
const REFUSED = /HTTP 40[13]|[Ll]og in|'login'/;
const WHO = "ada@example.org";
// A login is renewed a minute before its end.
const EARLY_SECONDS = 60;
const HOUR_MS = 3_600_000;

/** A session of somebody whose login is as a test wants it. */
interface LoggedIn extends AsyncDisposable {
  served: ServedStore;
  session: SessionTerminal;
  /** The login as it is stored. */
  stored: () => Promise<ReturnType<typeof readStoredLogin>>;
  /** The first tokens; they must never be shown. */
  secrets: string[];
}

async function loggedIn(
  grant: { lifetimeSeconds: number; refreshable?: boolean },
  change: { refreshToken?: string } = {},
): Promise<LoggedIn> {
  const served = await ServedStore.open();
  const { origin } = served;
  const session = await SessionTerminal.open({
    variables: { HCA_SWAGGER_URL: served.swaggerUrl },
  });
  const tokens = await served.dss.issueTokens({ email: WHO, ...grant });
  const folder = join(session.sandbox.directory, "home/.config/hca");
  const path = join(folder, "config.json");
  const config = storeLogin({}, {
    ...tokens,
    ...change,
    service: origin,
    provider: {
      authorizationEndpoint: `${origin}/oauth/authorize`,
      tokenEndpoint: `${origin}/oauth/token`,
      clientId: "hca",
      redirectUris: [],
      audience: "",
      scopes: [],
    },
  });
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(path, JSON.stringify(config), { mode: 0o600 });
  return {
    served,
    session,
    stored: async () =>
      readStoredLogin(JSON.parse(await Deno.readTextFile(path))),
    secrets: [tokens.accessToken, tokens.refreshToken ?? tokens.accessToken],
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await served[Symbol.asyncDispose]();
    },
  };
}

/** Fails if the screen has one of the tokens. */
async function showsNoToken({ session, secrets }: LoggedIn): Promise<void> {
  const screen = await session.plain.screen();
  for (const secret of secrets) assert.ok(!screen.includes(secret));
}

Deno.test(
  "a login that runs out while a line is edited is renewed, and told above it",
  {
    ignore,
  },
  async () => {
    const lifetimeSeconds = EARLY_SECONDS + 3;
    await using login = await loggedIn({ lifetimeSeconds, refreshable: true });
    const { session } = login;
    const { plain } = session;
    await session.start();
    await plain.type("half a line");
    await plain.shows(
      new RegExp(
        "^the login was renewed until \\S+Z\\s*\n" +
          `hca dss ${WHO} ▸ half a line\\s*$`,
        "m",
      ),
    );
    const renewed = await login.stored();
    assert.notEqual(renewed?.accessToken, login.secrets[0]);
    assert.ok((renewed?.expiresAtMs ?? 0) > Date.now() + HOUR_MS / 2);
    await plain.press("C-c");
    await session.prompts();
    // The service takes the new one.
    assert.doesNotMatch(await session.run("get-collections"), REFUSED);
    assert.match(
      await session.run("session"),
      new RegExp(`^login +${WHO} `, "m"),
    );
    await session.end();
    const screen = await plain.screen();
    assert.equal(screen.match(/was renewed/g)?.length, 1);
    await showsNoToken(login);
  },
);

Deno.test("a login that cannot be renewed is told when it has expired, once", {
  ignore,
}, async () => {
  await using login = await loggedIn({ lifetimeSeconds: 4 });
  const { session } = login;
  const { plain } = session;
  await session.start();
  await plain.shows(new RegExp(`^hca dss ${WHO} ▸\\s*$`, "m"));
  await plain.type("half a line");
  await plain.shows(
    new RegExp(
      "^the login has expired; 'login' signs in again\\s*\n" +
        `hca dss ${WHO} \\(expired\\) ▸ half a line\\s*$`,
      "m",
    ),
  );
  await plain.press("C-c");
  await session.prompts();
  await session.run("jobs");
  await session.run("jobs");
  const screen = await plain.screen();
  assert.equal(screen.match(/has expired/g)?.length, 1);
  await showsNoToken(login);

  // What it advises helps.
  await session.enter("login --remote");
  await plain.shows(/query_params: *$/m);
  const echo = await signIn(addressIn(await plain.screen()), {
    password: await login.served.dss.loginPassword(),
  });
  const code = new URL(echo).searchParams.get("code") ?? "";
  await plain.type(code);
  await plain.press("Enter");
  await plain.shows(new RegExp(`\nhca dss ${WHO} ▸\\s*$`));
  assert.ok(!(await plain.screen()).includes(code));
  assert.doesNotMatch(await session.run("get-collections"), REFUSED);
  await session.end();
});

Deno.test("a login whose renewal is refused is told with the reason, once", {
  ignore,
}, async () => {
  const lifetimeSeconds = EARLY_SECONDS + 3;
  await using login = await loggedIn(
    { lifetimeSeconds, refreshable: true },
    { refreshToken: "PLANTED-spent" },
  );
  const { session } = login;
  const { plain } = session;
  await session.start();
  await plain.type("half a line");
  await plain.shows(
    new RegExp(
      "the login was not renewed: the login has ended \\(invalid_grant\\).*\n" +
        `hca dss ${WHO} ▸ half a line\\s*$`,
    ),
  );
  await plain.press("C-c");
  await session.prompts();
  await session.run("jobs");
  const screen = await plain.screen();
  assert.equal(screen.match(/was not renewed/g)?.length, 1);
  assert.doesNotMatch(screen, /PLANTED/);
  await session.end();
});

Deno.test("a session that begins with a login that has ended says so", {
  ignore,
}, async () => {
  await using login = await loggedIn(
    { lifetimeSeconds: 1, refreshable: true },
    { refreshToken: "PLANTED-spent" },
  );
  const { session } = login;
  const { plain } = session;
  await until(async () =>
    ((await login.stored())?.expiresAtMs ?? 0) < Date.now()
  );
  await session.start();
  await plain.shows(/\(expired\) ▸\s*$/);
  const screen = await plain.screen();
  assert.match(screen, /not renewed: the login has ended \(invalid_grant\)/);
  assert.match(screen, /'(hca dss )?login'/);
  assert.match(await session.run("get-collections"), REFUSED);
  await session.end();
  assert.doesNotMatch(await plain.screen(), /PLANTED/);
});

Deno.test(
  "a session that begins with an expired login says so before its prompt",
  {
    ignore,
  },
  async () => {
    await using login = await loggedIn({
      lifetimeSeconds: 1,
      refreshable: true,
    });
    const { session, stored } = login;
    await session.start();
    const screen = await session.plain.screen();
    assert.match(screen, /^the login was renewed until \S+Z\s*\nhca dss ada/m);
    assert.notEqual((await stored())?.accessToken, login.secrets[0]);
    await session.end();
  },
);
