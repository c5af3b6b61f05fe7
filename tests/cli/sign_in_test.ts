/**
 * Signing in, using it and signing out, against a store that is served on a
 * port of this machine, with a scripted person at its sign-in page.
 *
 * @module
 */

import assert from "node:assert/strict";
import { CancelledError } from "../../src/base/mod.ts";
import { FakeClock, settle } from "../support/fake_clock.ts";
import type { RunResult } from "../support/test_environment.ts";
import { addressIn, ServedStore, signIn } from "./_sign_in.ts";

const SECURED = "hca dss get-collections --log-level ERROR";

/** Everything secret that a run may have had to do with. */
class Seen {
  readonly secrets = new Set<string>();

  /** Notes the secrets of an address of the flow. */
  address(url: string): void {
    const { searchParams } = new URL(url);
    this.secrets.add(searchParams.get("code") ?? "");
  }

  /** Notes what is stored. */
  login(stored: Record<string, Record<string, unknown>>): void {
    for (const key of ["access_token", "refresh_token", "id_token"]) {
      this.secrets.add(String(stored.oauth2_token?.[key] ?? ""));
    }
  }

  /** Fails when a run has shown one of them. */
  check({ out, err }: Pick<RunResult, "out" | "err">): void {
    this.secrets.delete("");
    assert.ok(this.secrets.size > 0);
    for (const secret of this.secrets) {
      assert.ok(!`${out}${err}`.includes(secret), "a secret was shown");
    }
  }
}

/** A browser in which a person signs in; resolves to the page at the end. */
function browse(
  { hca, password }: ServedStore,
  seen: Seen,
  decision: "sign_in" | "deny" = "sign_in",
): Promise<Response> {
  const page = Promise.withResolvers<Response>();
  hca.openBrowser = async (url) => {
    // As a real one, it does not keep the program waiting.
    await Promise.resolve();
    void signIn(url, { password, decision }).then(async (next) => {
      seen.address(next);
      page.resolve(await fetch(next));
    }).catch(page.reject);
    return true;
  };
  return page.promise;
}

Deno.test("hca dss login by browser, then a secured call, then logout", async () => {
  await using store = await ServedStore.open();
  const { hca, origin } = store;
  const seen = new Seen();
  const page = browse(store, seen);
  const login = await hca.runLine("hca dss login --log-level DEBUG");
  assert.equal(login.status, 0, login.err);
  assert.equal(login.out, "Storing access credentials\n");
  const shown = await page;
  assert.equal(shown.status, 200);
  const html = await shown.text();
  assert.match(html, /You are signed in to hca/);
  const stored = await store.stored();
  seen.login(stored);
  seen.check({ out: login.out + html, err: login.err });
  const { oauth2_token, application_secrets } = stored;
  assert.equal(oauth2_token?.service, origin);
  assert.equal(oauth2_token?.token_type, "Bearer");
  assert.ok(Number(oauth2_token?.expires_at) * 1000 > Date.now());
  const said = await fetch(`${origin}/internal/application_secrets`);
  const { installed: { redirect_uris } } = await said.json();
  assert.deepEqual(application_secrets?.installed, {
    auth_uri: `${origin}/oauth/authorize`,
    token_uri: `${origin}/oauth/token`,
    revocation_uri: `${origin}/oauth/revoke`,
    issuer: `${origin}/`,
    client_id: "hca",
    client_secret: "not-a-secret",
    redirect_uris,
    audience: "https://dss.hca.localhost/",
    scopes: ["openid", "email", "offline_access"],
  });
  const used = await hca.runLine(SECURED);
  assert.deepEqual(JSON.parse(used.out), { collections: [] }, used.err);
  seen.check(used);
  const logout = await hca.runLine("hca dss logout --log-level DEBUG");
  assert.equal(logout.status, 0);
  assert.match(logout.err, /POST \S+\/oauth\/revoke answered 200/);
  seen.check(logout);
  assert.deepEqual(await store.stored(), {});
  hca.variables.set("HCA_ACCESS_TOKEN", String(oauth2_token?.access_token));
  const after = await hca.runLine(SECURED);
  assert.equal(after.status, 4);
  seen.check(after);
});

Deno.test("hca auth login --no-browser prints the address and waits", async () => {
  await using store = await ServedStore.open();
  const { hca, password } = store;
  hca.openBrowser = () => Promise.reject(new Error("it was not wanted"));
  const say = hca.terminal.err.bind(hca.terminal);
  const answered = Promise.withResolvers<string>();
  hca.terminal.err = (text) => {
    say(text);
    const url = addressIn(text);
    if (url === "") return;
    signIn(url, { password }).then(async (next) => (await fetch(next)).text())
      .then(answered.resolve, answered.reject);
  };
  const login = await hca.runLine("hca auth login --no-browser");
  assert.equal(login.status, 0, login.err);
  assert.match(await answered.promise, /You are signed in/);
  assert.ok((await store.stored()).oauth2_token);
});

Deno.test("hca dss login --port uses that port", async () => {
  await using store = await ServedStore.open();
  const { hca } = store;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const taken = await hca.runLine(`hca dss login --port ${port}`);
  assert.equal(taken.status, 9);
  assert.match(
    taken.err,
    new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: another program`),
  );
  listener.close();
  const page = browse(store, new Seen());
  const login = await hca.runLine(`hca dss login --port ${port}`);
  assert.equal(login.status, 0, login.err);
  const { searchParams } = new URL(addressIn(login.err));
  assert.equal(
    searchParams.get("redirect_uri"),
    `http://127.0.0.1:${port}/`,
  );
  await (await page).text();
});

Deno.test("hca dss login by browser: the person says no", async () => {
  await using store = await ServedStore.open();
  const page = browse(store, new Seen(), "deny");
  const { status, out, err } = await store.hca.runLine("hca dss login");
  assert.equal(status, 4);
  assert.equal(out, "");
  assert.match(err, /error: the provider refused the login: access_denied/);
  const shown = await page;
  assert.equal(shown.status, 403);
  assert.match(await shown.text(), /The login was refused/);
  assert.deepEqual(await store.stored(), {});
});

Deno.test("hca dss login by browser ignores a forged answer, and takes the right one after it", async () => {
  await using store = await ServedStore.open();
  const { hca, password } = store;
  const done = Promise.withResolvers<number[]>();
  hca.openBrowser = (url) => {
    void (async () => {
      const right = await signIn(url, { password });
      const forged = new URL(right);
      forged.searchParams.set("state", "guessed");
      forged.searchParams.set("code", "the-code-of-somebody-else");
      const statuses: number[] = [];
      for (const next of [forged.href, right]) {
        const page = await fetch(next);
        await page.text();
        statuses.push(page.status);
      }
      return statuses;
    })().then(done.resolve, done.reject);
    return Promise.resolve(true);
  };
  const { status, err } = await hca.runLine("hca dss login");
  assert.deepEqual(await done.promise, [400, 200]);
  assert.equal(status, 0);
  assert.match(err, /hca: warning: .*wrong state/);
  assert.doesNotMatch(err, /somebody-else/);
});

Deno.test("hca dss login ends at Ctrl-C and leaves nothing behind", async () => {
  await using store = await ServedStore.open();
  const { hca } = store;
  let asked = "";
  hca.openBrowser = (url) => {
    asked = url;
    setTimeout(() => {
      const signalName = "SIGINT";
      hca.controller.abort(new CancelledError("interrupted", { signalName }));
    });
    return Promise.resolve(true);
  };
  const { status, out, err } = await hca.runLine("hca dss login");
  assert.equal(status, 130);
  assert.equal(out, "");
  assert.match(err, /^hca dss login: error: interrupted/m);
  assert.deepEqual(await store.stored(), {});
  const uri = new URL(asked).searchParams.get("redirect_uri") ?? "";
  await assert.rejects(fetch(uri), TypeError);
});

Deno.test("hca dss login --timeout ends with 4 and leaves nothing behind", async () => {
  await using store = await ServedStore.open();
  const { hca } = store;
  const clock = new FakeClock({
    startMs: Date.now(),
    skips: (delayMs) => delayMs < 1000,
  });
  hca.runtime.clock = clock;
  let timePassed = Promise.resolve();
  hca.openBrowser = () => {
    const wait = async () => {
      // The time must not be over before the wait for it has begun.
      while (!clock.delays.includes(7_000)) await settle();
      await clock.advance(7_000);
    };
    timePassed = wait();
    return Promise.resolve(false);
  };
  const { status, err } = await hca.runLine("hca dss login --timeout 7");
  // The clock settles for some turns more after it woke the login.
  await timePassed;
  assert.equal(status, 4);
  assert.match(err, /error: nobody signed in within 7 s\. .*--timeout/);
  assert.match(err, /No browser could be opened here/);
  assert.deepEqual(await store.stored(), {});
});

/** A person elsewhere, who carries what the page shows to the question. */
function carry(
  { hca, password }: ServedStore,
  seen: Seen,
  carried: (echo: string) => Promise<string> | string,
): void {
  hca.terminal.answer = async () => {
    const echo = await signIn(addressIn(hca.terminal.errText), { password });
    seen.address(echo);
    return await carried(echo);
  };
}

const CARRIED: [string, (echo: string) => Promise<string> | string][] = [
  ["the code", (echo) => new URL(echo).searchParams.get("code") ?? ""],
  ["the whole address", (echo) => echo],
  ["the query", (echo) => new URL(echo).search],
  ["what the page shows", async (echo) => {
    const headers = { accept: "text/html" };
    const page = await (await fetch(echo, { headers })).text();
    return /<dt>code<\/dt><dd><code>([^<]+)</.exec(page)?.[1] ?? "";
  }],
];

for (const [what, carried] of CARRIED) {
  Deno.test(`hca dss login --remote takes ${what}`, async () => {
    await using store = await ServedStore.open();
    const { hca } = store;
    const seen = new Seen();
    carry(store, seen, carried);
    const login = await hca.runLine("hca dss login --remote --log-level DEBUG");
    assert.equal(login.status, 0, login.err);
    assert.equal(login.out, "Storing access credentials\n");
    assert.match(
      login.err,
      /^please authenticate at the url: http:\S+\npass 'code' value from within query_params: /m,
    );
    assert.deepEqual(
      hca.terminal.questions.map(({ isHidden }) => isHidden),
      [true],
    );
    seen.login(await store.stored());
    seen.check(login);
    const used = await hca.runLine(SECURED);
    assert.deepEqual(JSON.parse(used.out), { collections: [] }, used.err);
    seen.check(used);
  });
}

// what is carried, exit status, message
const WRONG: [string, (echo: string) => string, number, RegExp][] = [
  ["nothing", () => "", 2, /no code was given/],
  ["another code", () => "PLANTED", 4, /did not take the code: invalid_grant/],
  [
    "the address of another question",
    (echo) => echo.replace(/state=[^&]+/, "state=other"),
    10,
    /wrong state/,
  ],
];

for (const [what, carried, expected, message] of WRONG) {
  Deno.test(`hca dss login --remote refuses ${what}`, async () => {
    await using store = await ServedStore.open();
    const seen = new Seen();
    carry(store, seen, carried);
    const result = await store.hca
      .runLine("hca dss login --remote --log-level DEBUG");
    assert.equal(result.status, expected);
    assert.match(result.err, message);
    assert.doesNotMatch(result.err, /PLANTED/);
    seen.check(result);
    assert.deepEqual(await store.stored(), {});
  });
}

Deno.test("hca dss login --remote: a code works once", async () => {
  await using store = await ServedStore.open();
  const { hca } = store;
  let code = "";
  carry(store, new Seen(), (echo) => {
    code = new URL(echo).searchParams.get("code") ?? "";
    return code;
  });
  assert.equal((await hca.runLine("hca dss login --remote")).status, 0);
  // In another login it is also the code of another verifier.
  hca.terminal.answer = () => code;
  const again = await hca.runLine("hca dss login --remote");
  assert.equal(again.status, 4);
  assert.match(again.err, /A code can be used once/);
});

Deno.test("hca dss logout forgets the login when the provider is gone", async () => {
  await using store = await ServedStore.open();
  const { hca } = store;
  const seen = new Seen();
  const page = browse(store, seen);
  await hca.runLine("hca dss login");
  await (await page).text();
  seen.login(await store.stored());
  hca.runtime.fetch = () => Promise.reject(new TypeError("connection refused"));
  const { status, out, err } = await hca.runLine("hca dss logout");
  assert.equal(status, 0);
  assert.equal(out, "");
  assert.match(err, /^hca: warning: the provider did not end the tokens \(no /);
  assert.equal(err.trimEnd().split("\n").length, 1);
  seen.check({ out, err });
  assert.deepEqual(await store.stored(), {});
});
