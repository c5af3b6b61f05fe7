import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  AUDIENCE,
  type Changes,
  hiddenFields,
  ORIGIN,
  TestProvider,
} from "./_provider.ts";

Deno.test("the sign-in page says which program asks for what", async () => {
  const store = new TestProvider();
  const page = await (await store.ask(store.authorizePath())).text();
  assert.match(page, /hca, the command line of the Human Cell Atlas/);
  assert.match(page, /waits on this computer at 127\.0\.0\.1:5555/);
  assert.ok(page.includes(AUDIENCE));
  assert.match(page, /<li>see your e-mail address<\/li>/);
  assert.match(page, /<li>stay signed in [^<]*<\/li>/);
  const less = store.authorizePath({ scope: "openid" });
  assert.doesNotMatch(await (await store.ask(less)).text(), /stay signed in/);
});

Deno.test("the sign-in page warns of a code that a person carries", async () => {
  const store = new TestProvider();
  const ask = async (redirect_uri: string) =>
    await (await store.ask(store.authorizePath({ redirect_uri }))).text();
  assert.match(await ask(`${ORIGIN}/echo`), /give a code yourself/);
  assert.match(await ask("http://127.0.0.1:5/echo"), /at 127\.0\.0\.1:5,/);
});

Deno.test("the sign-in page can load nothing, run nothing and be framed by nobody", async () => {
  const store = new TestProvider();
  const response = await store.ask(store.authorizePath());
  const { headers } = response;
  const page = await response.text();
  const style = /<style>([^]*)<\/style>/.exec(page)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  assert.deepEqual(headers.get("content-security-policy")?.split("; "), [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "form-action 'self' http://127.0.0.1:5555",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]);
  assert.equal(headers.get("x-frame-options"), "DENY");
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("referrer-policy"), "same-origin");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("content-type"), "text/html; charset=utf-8");
  assert.doesNotMatch(page, /<script|<img|<link|\bstyle="|\bon\w+=|url\(/i);
});

Deno.test("the sign-in page names its language, title and every field", async () => {
  const store = new TestProvider();
  const page = await (await store.ask(store.authorizePath())).text();
  assert.match(page, /^<!DOCTYPE html>\n<html lang="en">/);
  assert.match(page, /<title>Sign in<\/title>/);
  assert.match(page, /<main>\n<h1>Sign in<\/h1>/);
  const ids = [...page.matchAll(/<label for="(\w+)">/g)].map(([, id]) => id);
  assert.deepEqual(ids, ["email", "password"]);
  for (const id of ids) {
    assert.match(
      page,
      new RegExp(`<input class="text" id="${id}" name="${id}"`),
    );
  }
  const groups = [...page.matchAll(/name="group" value="(\w+)"( checked)?>/g)];
  assert.deepEqual(groups.map(([, name, checked = ""]) => name + checked), [
    "hca checked",
    "public",
    "none",
  ]);
  assert.match(page, /<legend>Group<\/legend>/);
  const decisions = page.matchAll(/<button name="decision" value="(\w+)"/g);
  // The first button is the one that Enter presses.
  assert.deepEqual([...decisions].map(([, name]) => name), ["sign_in", "deny"]);
});

const ATTACKS = [
  `"><script>alert(1)</script>`,
  `'><img src=x onerror=alert(1)>`,
  `</style><script>alert(1)</script>`,
  `</title><svg onload=alert(1)>`,
  `&quot;&#34;&lt;script&gt;`,
  "` onfocus=alert(1) autofocus x=`",
  "javascript:alert(1)",
];

// What can be taken for a tag or attribute of ours is all that matters.
function assertHarmless(page: string, attack: string): void {
  assert.doesNotMatch(page, /<(script|img|svg)/i, attack);
  const tags = page.replace(/<style>[^]*?<\/style>/, "").match(/<[^>]*>/g);
  for (const tag of tags ?? []) {
    assert.doesNotMatch(
      tag.replace(/"[^"]*"/g, '""'),
      /\bon\w+=|javascript:|autofocus x/,
      attack,
    );
  }
}

Deno.test("the sign-in page escapes every parameter of the request", async () => {
  const store = new TestProvider();
  const names = [
    ...["client_id", "redirect_uri", "response_type", "response_mode"],
    ...["scope", "state", "nonce", "code_challenge", "code_challenge_method"],
    ...["audience", "prompt", "login_hint", "access_type", "x"],
  ];
  let pages = 0;
  for (const name of names) {
    for (const attack of ATTACKS) {
      const changes: Changes = { [name]: attack };
      const response = await store.ask(store.authorizePath(changes));
      const page = await response.text();
      assertHarmless(page, `${name}=${attack}`);
      if (response.status !== 200) continue;
      pages++;
      const carried = hiddenFields(page)[name];
      assert.ok(carried === undefined || carried === attack, name);
    }
  }
  // state, nonce, prompt, login_hint and what is not looked at.
  assert.equal(pages, 6 * ATTACKS.length);
});

Deno.test("the sign-in page escapes what was filled in and names of parameters", async () => {
  const store = new TestProvider();
  for (const attack of ATTACKS) {
    for (const name of ["email", "group", "password", "decision", attack]) {
      const wrong = { password: "wrong", [name]: attack };
      const response = await store.decide(wrong);
      assertHarmless(await response.text(), `${name}=${attack}`);
      await store.clock.advance(60_000);
    }
    const path = `${store.authorizePath()}&${encodeURIComponent(attack)}=1`;
    assertHarmless(await (await store.ask(path)).text(), attack);
  }
});

Deno.test("the sign-in page keeps what was filled in, but never the password", async () => {
  const store = new TestProvider();
  const response = await store.decide({
    email: "x&y@example.org",
    group: "public",
    password: "guess-1",
  });
  const page = await response.text();
  assert.match(page, /value="x&amp;y@example\.org"/);
  assert.match(page, /value="public" checked/);
  assert.match(page, /role="alert">The password is wrong\.</);
  assert.match(page, /aria-describedby="problem"/);
  assert.doesNotMatch(page, /guess-1/);
});
