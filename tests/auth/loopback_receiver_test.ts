import assert from "node:assert/strict";
import { LoopbackReceiver, type StoredLogin } from "../../src/auth/mod.ts";
import { AuthError, NetworkError, RefusedError } from "../../src/base/mod.ts";
import { createMemoryLog } from "../support/memory_log.ts";
import { PROVIDER, REQUEST } from "./_auth_world.ts";

const LOGIN: StoredLogin = { accessToken: "PLANTED-token" };

function receiver(
  redeem: (code: string) => Promise<StoredLogin> = () => Promise.resolve(LOGIN),
  redirectUri = REQUEST.redirectUri,
) {
  const codes: string[] = [];
  const { log, messages } = createMemoryLog();
  const received = new LoopbackReceiver({
    provider: PROVIDER,
    request: { ...REQUEST, redirectUri },
    redeem: (code) => {
      codes.push(code);
      return redeem(code);
    },
    log,
  });
  return { received, codes, messages };
}

const RIGHT = `${REQUEST.redirectUri}?code=PLANTED-code&state=${REQUEST.state}`;

async function ask(
  { received }: ReturnType<typeof receiver>,
  url: string,
  init?: RequestInit,
) {
  const response = await received.handle(new Request(url, init));
  const text = await response.text();
  assert.doesNotMatch(text, /PLANTED/);
  return { status: response.status, text, headers: response.headers };
}

Deno.test("LoopbackReceiver redeems the code of the right answer", async () => {
  const world = receiver();
  const { status, text } = await ask(world, RIGHT);
  assert.equal(status, 200);
  assert.match(text, /You are signed in to hca/);
  await world.received.answered;
  assert.equal(await world.received.login, LOGIN);
  assert.deepEqual(world.codes, ["PLANTED-code"]);
  assert.deepEqual(world.messages(), []);
});

// what is asked, with which method, status
const STRANGE: [string, string, number][] = [
  [RIGHT.replace("127.0.0.1:8765", "evil.test:8765"), "GET", 421],
  [RIGHT.replace("127.0.0.1:8765", "localhost:8765"), "GET", 421],
  [RIGHT.replace("127.0.0.1:8765", "127.0.0.1:9999"), "GET", 421],
  [RIGHT.replace("/?", "/favicon.ico?"), "GET", 404],
  [RIGHT.replace("/?", "//?"), "GET", 404],
  [RIGHT, "POST", 405],
  [RIGHT, "HEAD", 405],
  [RIGHT, "OPTIONS", 405],
];

for (const [url, method, expected] of STRANGE) {
  Deno.test(`LoopbackReceiver answers ${expected} to ${method} ${url.slice(0, 40)}`, async () => {
    const world = receiver();
    const { status, headers } = await ask(world, url, { method });
    assert.equal(status, expected);
    assert.equal(headers.get("allow"), expected === 405 ? "GET" : null);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.deepEqual(world.codes, []);
    // It did not count as the answer.
    assert.equal((await ask(world, RIGHT)).status, 200);
  });
}

for (
  const query of [
    "",
    "?code=PLANTED-evil",
    "?code=PLANTED-evil&state=",
    "?code=PLANTED-evil&state=guess",
    "?error=access_denied&state=guess",
    `?code=PLANTED-evil&state=${REQUEST.state}&state=x`,
  ]
) {
  Deno.test(`LoopbackReceiver goes on waiting after '${query.slice(0, 40)}'`, async () => {
    const world = receiver();
    const wrong = await ask(world, `${REQUEST.redirectUri}${query}`);
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /does not belong to the login/);
    assert.equal(world.messages("WARNING").length, 1);
    assert.match(world.messages()[0] ?? "", /wrong state/);
    assert.doesNotMatch(world.messages()[0] ?? "", /PLANTED/);
    assert.equal((await ask(world, RIGHT)).status, 200);
    assert.deepEqual(world.codes, ["PLANTED-code"]);
  });
}

Deno.test("LoopbackReceiver takes one answer, also while it is being redeemed", async () => {
  const redeemed = Promise.withResolvers<StoredLogin>();
  const world = receiver(() => redeemed.promise);
  const first = ask(world, RIGHT);
  const second = await ask(world, RIGHT.replace("-code", "-other"));
  assert.equal(second.status, 409);
  redeemed.resolve(LOGIN);
  assert.equal((await first).status, 200);
  assert.equal((await ask(world, RIGHT)).status, 409);
  assert.deepEqual(world.codes, ["PLANTED-code"]);
});

// what is added to the answer, class, status of the page
const ENDS: [string, typeof AuthError | typeof RefusedError, number][] = [
  ["&error=access_denied", AuthError, 403],
  ["&iss=https://evil.test/", RefusedError, 502],
  ["&code=again", RefusedError, 502],
];

for (const [more, errorClass, status] of ENDS) {
  Deno.test(`LoopbackReceiver ends with ${errorClass.name} for ${more}`, async () => {
    const world = receiver();
    assert.equal((await ask(world, `${RIGHT}${more}`)).status, status);
    await world.received.answered;
    await assert.rejects(world.received.login, errorClass);
    assert.deepEqual(world.codes, []);
  });
}

Deno.test("LoopbackReceiver shows that the code could not be redeemed", async () => {
  const error = new NetworkError("no answer from idp.test");
  const world = receiver(() => Promise.reject(error));
  const { status, text } = await ask(world, RIGHT);
  assert.equal(status, 502);
  assert.match(text, /did not succeed/);
  await assert.rejects(world.received.login, error);
});

Deno.test("LoopbackReceiver compares host and path with the redirect URI, whatever they are", async () => {
  const uri = "http://localhost:8080/cb";
  const world = receiver(undefined, uri);
  const query = `?code=a&state=${REQUEST.state}`;
  for (const wrong of ["http://127.0.0.1:8080/cb", "http://localhost:8080/"]) {
    const { status } = await ask(world, `${wrong}${query}`);
    assert.ok(status === 421 || status === 404);
  }
  assert.equal((await ask(world, `${uri}${query}`)).status, 200);
});
