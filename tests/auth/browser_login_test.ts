import assert from "node:assert/strict";
import {
  type BrowserTools,
  type FoundProvider,
  logInByBrowser,
} from "../../src/auth/mod.ts";
import {
  AuthError,
  CancelledError,
  LocalError,
  RefusedError,
} from "../../src/base/mod.ts";
import { serve } from "../../src/platform/mod.ts";
import { authWorld, PROVIDER } from "./_auth_world.ts";
import { idTokenOf } from "./_id_token.ts";

/** A login under way: a real port, a provider and a person in between. */
function start(
  { provider = PROVIDER, signal, idToken, ...more }:
    & Partial<BrowserTools>
    & {
      provider?: FoundProvider;
      signal?: AbortSignal;
      idToken?: (nonce: string) => string;
    } = {},
) {
  let nonce = "";
  const world = authWorld(() =>
    Promise.resolve(Response.json({
      access_token: "PLANTED-access",
      refresh_token: "PLANTED-refresh",
      token_type: "Bearer",
      ...(idToken && { id_token: idToken(nonce) }),
    })), signal);
  let said = "";
  const shown = Promise.withResolvers<URL>();
  const login = logInByBrowser(world.tools, provider, {
    serve,
    say: (text) => {
      said += text;
      const url = /^https:\S+$/m.exec(said)?.[0];
      if (url === undefined) return;
      const { searchParams } = new URL(url);
      nonce = searchParams.get("nonce") ?? "";
      shown.resolve(new URL(url));
    },
    timeoutMs: 300_000,
    ...more,
  });
  // A test that expects an error looks at it later.
  login.catch((error) => shown.reject(error));
  shown.promise.catch(() => {});
  return { login, world, shown: shown.promise, said: () => said };
}

/** The address that the provider sends the browser to. */
function answerTo(asked: URL, answer: Record<string, string>): string {
  const url = new URL(asked.searchParams.get("redirect_uri") ?? "");
  url.search = new URLSearchParams({
    state: asked.searchParams.get("state") ?? "",
    ...answer,
  }).toString();
  return url.href;
}

async function isClosed(asked: URL): Promise<boolean> {
  const { port, hostname } = new URL(
    asked.searchParams.get("redirect_uri") ?? "",
  );
  try {
    const connection = await Deno.connect({
      hostname: hostname.replace("localhost", "127.0.0.1"),
      port: Number(port),
    });
    connection.close();
    return false;
  } catch {
    return true;
  }
}

Deno.test("logInByBrowser receives the browser on a free loopback port", async () => {
  const opened: string[] = [];
  const { login, shown, said } = start({
    openBrowser: (url) => {
      opened.push(url);
      return Promise.resolve(true);
    },
    idToken: (nonce) => idTokenOf({ nonce }),
  });
  const asked = await shown;
  assert.match(
    asked.searchParams.get("redirect_uri") ?? "",
    /^http:\/\/127\.0\.0\.1:\d+\/$/,
  );
  const page = await fetch(answerTo(asked, { code: "PLANTED-code" }));
  assert.equal(page.status, 200);
  assert.match(await page.text(), /You are signed in/);
  const { accessToken, refreshToken } = await login;
  assert.equal(accessToken, "PLANTED-access");
  assert.equal(refreshToken, "PLANTED-refresh");
  assert.deepEqual(opened, [asked.href]);
  assert.doesNotMatch(said(), /No browser|PLANTED/);
  assert.ok(await isClosed(asked));
});

Deno.test("logInByBrowser says so when no browser could be opened", async () => {
  const { login, shown, said } = start({
    openBrowser: () => Promise.resolve(false),
  });
  await (await fetch(answerTo(await shown, { code: "a" }))).text();
  await login;
  assert.match(said(), /No browser could be opened here\. .*--remote/);
});

Deno.test("logInByBrowser uses the port that the provider knows, or the user's", async () => {
  const { port } = unusedPort();
  for (
    const [redirectUris, more, uri] of [
      [
        [`http://localhost:${port}/cb`],
        {},
        `http://localhost:${port}/cb`,
      ],
      [[], { port }, `http://127.0.0.1:${port}/`],
    ] as const
  ) {
    const provider = { ...PROVIDER, redirectUris: [...redirectUris] };
    const { login, shown } = start({ provider, ...more });
    const asked = await shown;
    assert.equal(asked.searchParams.get("redirect_uri"), uri);
    await (await fetch(answerTo(asked, { code: "a" }))).text();
    await login;
  }
});

Deno.test("logInByBrowser goes on after an answer to another question", async () => {
  const { login, shown, world } = start();
  const asked = await shown;
  const wrong = await fetch(answerTo(asked, { code: "evil", state: "guess" }));
  assert.equal(wrong.status, 400);
  await wrong.text();
  assert.match(world.log.messages("WARNING")[0] ?? "", /wrong state/);
  assert.deepEqual(world.requests, []);
  await (await fetch(answerTo(asked, { code: "PLANTED-code" }))).text();
  await login;
});

// what the answer says, class, message
const REFUSALS: [
  Record<string, string>,
  typeof AuthError | typeof RefusedError,
  RegExp,
][] = [
  [{ error: "access_denied" }, AuthError, /refused the login: access_denied/],
  [{ code: "a", iss: "https://evil.test/" }, RefusedError, /iss/],
];

for (const [answer, errorClass, message] of REFUSALS) {
  Deno.test(`logInByBrowser ends with ${errorClass.name} for ${JSON.stringify(answer)}`, async () => {
    const { login, shown, world } = start();
    const asked = await shown;
    await (await fetch(answerTo(asked, answer))).text();
    await assert.rejects(login, (error) => {
      assert.ok(error instanceof errorClass);
      assert.match(error.message, message);
      return true;
    });
    assert.deepEqual(world.requests, []);
    assert.ok(await isClosed(asked));
  });
}

Deno.test("logInByBrowser tells browser and terminal of an id token that is not ours", async () => {
  const { login, shown } = start({ idToken: () => idTokenOf({ nonce: "x" }) });
  const page = await fetch(answerTo(await shown, { code: "PLANTED-code" }));
  assert.equal(page.status, 502);
  assert.doesNotMatch(await page.text(), /PLANTED/);
  await assert.rejects(login, RefusedError);
});

Deno.test("logInByBrowser waits as long as it is told", async () => {
  const { login, shown, world, said } = start({ timeoutMs: 20_000 });
  const asked = await shown;
  assert.match(said(), /Waiting 20 s/);
  let isOver = false;
  login.catch(() => isOver = true);
  await world.clock.advance(19_999);
  assert.equal(isOver, false);
  await world.clock.advance(1);
  await assert.rejects(login, (error) => {
    assert.ok(error instanceof AuthError);
    assert.equal(error.message, "nobody signed in within 20 s");
    assert.match(error.hint ?? "", /--timeout SECONDS/);
    return true;
  });
  assert.ok(await isClosed(asked));
});

Deno.test("logInByBrowser ends at Ctrl-C and closes the port", async () => {
  const controller = new AbortController();
  const { login, shown, world } = start({ signal: controller.signal });
  const asked = await shown;
  const reason = new CancelledError("interrupted", { signalName: "SIGINT" });
  controller.abort(reason);
  await assert.rejects(login, reason);
  assert.ok(await isClosed(asked));
  assert.deepEqual(world.requests, []);
  assert.equal(world.clock.pending, 0);
});

Deno.test("logInByBrowser does not begin when it was ended before", async () => {
  const signal = AbortSignal.abort(new CancelledError("interrupted"));
  const { login, said } = start({ signal });
  await assert.rejects(login, CancelledError);
  assert.equal(said(), "");
});

Deno.test("logInByBrowser says what to do when the port is taken", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  try {
    const { login } = start({ port });
    await assert.rejects(login, (error) => {
      assert.ok(error instanceof LocalError);
      assert.equal(error.reason, "busy");
      assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}`));
      assert.match(error.hint ?? "", /--port .*--remote/);
      return true;
    });
  } finally {
    listener.close();
  }
});

function unusedPort(): { port: number } {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { port: listener.addr.port };
}
