import assert from "node:assert/strict";
import {
  type Changes,
  claimsOf,
  locationOf,
  ORIGIN,
  PASSWORD,
  query,
  REDIRECT_URI,
  TestProvider,
} from "./_provider.ts";

Deno.test("sign in sends the browser back with code, state and issuer", async () => {
  const store = new TestProvider();
  const response = await store.decide();
  const { code = "", ...rest } = Object.fromEntries(locationOf(response));
  assert.match(code, /^[\w-]{43}$/);
  assert.deepEqual(rest, { state: "state-1", iss: `${ORIGIN}/` });
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("referrer-policy"), "no-referrer");
});

Deno.test("sign in can go to the echo page", async () => {
  const store = new TestProvider();
  const redirect_uri = `${ORIGIN}/echo`;
  const response = await store.decide({}, { redirect_uri });
  assert.ok(locationOf(response, redirect_uri).get("code"));
});

Deno.test("Deny tells the program so and needs no password", async () => {
  const store = new TestProvider();
  const response = await store.decide({
    decision: "deny",
    email: "",
    password: "",
  });
  const { error, state, code, iss } = Object.fromEntries(locationOf(response));
  assert.deepEqual(
    { error, state, code, iss },
    {
      error: "access_denied",
      state: "state-1",
      code: undefined,
      iss: `${ORIGIN}/`,
    },
  );
  assert.equal(store.count("oidc_codes"), 0);
});

Deno.test("sign in refuses e-mail addresses that cannot be one", async () => {
  const store = new TestProvider();
  const bad = [
    undefined,
    "",
    " ",
    "@",
    "a@",
    "@b",
    "ada",
    "ada@example.org\u001b[2J",
    "ada@\u202eexample.org",
    "ada@example.org\nbcc: x@y",
    `${"a".repeat(250)}@b.org`,
  ];
  for (const email of bad) {
    const response = await store.decide({ email });
    assert.equal(response.status, 400, email);
    assert.match(await response.text(), /Give an e-mail address/);
  }
  assert.equal(store.count("oidc_codes"), 0);
  assert.equal(store.count("oidc_password_tries"), 0);
});

Deno.test("sign in refuses groups that the page does not have", async () => {
  const store = new TestProvider();
  const response = await store.decide({ group: "admin" });
  assert.equal(response.status, 400);
  assert.match(await response.text(), /Choose a group/);
});

Deno.test("sign in puts e-mail address and group into the tokens", async () => {
  const store = new TestProvider();
  const claim = "https://auth.data.humancellatlas.org";
  for (const group of ["hca", "public", "none"]) {
    const code = await store.code({}, { email: " x@y ", group });
    const { access_token } = await (await store.exchange(code)).json();
    const claims = claimsOf(access_token);
    assert.equal(claims.email, "x@y");
    assert.equal(claims[`${claim}/email`], "x@y");
    const expected = group === "none" ? undefined : group;
    assert.equal(claims[`${claim}/group`], expected);
  }
});

Deno.test("a wrong password is refused and shown nowhere", async () => {
  const store = new TestProvider();
  for (const password of [undefined, "", PASSWORD.slice(1), `${PASSWORD} `]) {
    const response = await store.decide({ password });
    assert.equal(response.status, 403);
    assert.equal(response.headers.get("location"), null);
  }
  assert.equal(store.count("oidc_codes"), 0);
});

Deno.test("ten wrong passwords in a minute shut out the right one too, for the rest of it", async () => {
  const store = new TestProvider();
  for (let wrong = 0; wrong < 10; wrong++) {
    assert.equal((await store.decide({ password: "wrong" })).status, 403);
    await store.clock.advance(1000);
  }
  const limited = await store.decide();
  assert.equal(limited.status, 429);
  assert.equal(limited.headers.get("retry-after"), "50");
  assert.match(await limited.text(), /Wait 50 seconds/);
  await store.clock.advance(49_999);
  assert.equal((await store.decide()).status, 429);
  await store.clock.advance(1);
  assert.equal((await store.decide()).status, 303);
});

Deno.test("right passwords are not counted as tries", async () => {
  const store = new TestProvider();
  for (let right = 0; right < 12; right++) {
    assert.equal((await store.decide()).status, 303);
  }
});

Deno.test("wrong passwords that come at once are counted one by one", async () => {
  const store = new TestProvider();
  const form = await store.form();
  const fields = { ...form, email: "a@b", group: "hca", password: "wrong" };
  const statuses = await Promise.all(
    Array.from(
      { length: 30 },
      async () => (await store.post("/oauth/authorize", fields)).status,
    ),
  );
  assert.equal(statuses.filter((status) => status === 403).length, 10);
  assert.equal(statuses.filter((status) => status === 429).length, 20);
});

Deno.test("a clock that was set back shuts nobody out", async () => {
  const store = new TestProvider();
  for (let wrong = 0; wrong < 10; wrong++) {
    await store.decide({ password: "wrong" });
  }
  await store.clock.advance(-3_600_000);
  assert.equal((await store.decide()).status, 303);
});

async function assertNotOurs(response: Response): Promise<void> {
  assert.equal(response.status, 403);
  assert.equal(response.headers.get("location"), null);
  assert.match(await response.text(), /form was not made by this service/);
}

Deno.test("a form without the page's token is refused, with the right password", async () => {
  const store = new TestProvider();
  const genuine = await store.form();
  const forged = [
    undefined,
    "",
    "1.2.3",
    `${genuine.form_token}x`,
    genuine.form_token?.replace(/^\d+/, (expiry) => `${Number(expiry) + 1}`),
    genuine.form_token?.replace(/\.[^.]+$/, `.${"A".repeat(43)}`),
    `9999999999999.${"A".repeat(22)}.${"A".repeat(43)}`,
  ];
  for (const form_token of forged) {
    await assertNotOurs(await store.decide({ form_token }));
    const denied = { decision: "deny", form_token };
    await assertNotOurs(await store.decide(denied));
  }
  assert.equal(store.count("oidc_codes"), 0);
});

Deno.test("a form's token is good for the request of its page alone", async () => {
  const store = new TestProvider();
  const changes: Changes[] = [
    { redirect_uri: "http://127.0.0.1:6666/" },
    { redirect_uri: "http://evil.test/" },
    { state: "other" },
    { nonce: undefined },
    { code_challenge: "A".repeat(43) },
    { scope: "openid" },
    { login_hint: "more" },
  ];
  for (const fields of changes) {
    await assertNotOurs(await store.decide(fields));
  }
});

Deno.test("a form's token of another store or another address is refused", async () => {
  const store = new TestProvider();
  const other = await new TestProvider().form();
  await assertNotOurs(await store.decide({ form_token: other.form_token }));
  const form = { ...await store.form(), email: "a@b", password: PASSWORD };
  const elsewhere = await store.post(
    "http://localhost:8000/oauth/authorize",
    { ...form, group: "hca" },
  );
  await assertNotOurs(elsewhere);
});

Deno.test("a form is good for ten minutes", async () => {
  const store = new TestProvider();
  const fields: Changes = await store.form();
  await store.clock.advance(600_000 - 1);
  assert.equal((await store.decide(fields)).status, 303);
  await store.clock.advance(1);
  await assertNotOurs(await store.decide(fields));
});

Deno.test("a form that another page sends is refused, with a token of ours", async () => {
  const store = new TestProvider();
  const foreign: Record<string, string>[] = [
    { origin: "http://evil.test" },
    { origin: "null" },
    { origin: "http://127.0.0.1:8001" },
    { origin: "https://127.0.0.1:8000" },
    { origin: ORIGIN, "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none" },
  ];
  for (const headers of foreign) {
    await assertNotOurs(await store.decide({}, {}, headers));
  }
  const own = { origin: ORIGIN, "sec-fetch-site": "same-origin" };
  assert.equal((await store.decide({}, {}, own)).status, 303);
  // What is no browser names no origin.
  assert.equal((await store.decide({}, {}, {})).status, 303);
});

Deno.test("a form of a request that is refused is not looked at further", async () => {
  const store = new TestProvider();
  // Even with a token, which the page never gives for these.
  const { FormTokens } = await import("../../src/oidc/form_tokens.ts");
  const forms = new FormTokens(store.database, store.clock);
  const asked = [
    ["client_id", "hca"],
    ["redirect_uri", "http://evil.test/"],
  ];
  const subject = `${ORIGIN}/\n${new URLSearchParams(asked)}`;
  const response = await store.post("/oauth/authorize", {
    ...Object.fromEntries(asked),
    form_token: await forms.make(subject),
    email: "a@b",
    password: PASSWORD,
  });
  assert.equal(response.status, 400);
  assert.match(await response.text(), /The redirect_uri is/);
});

Deno.test("a form with a parameter twice, of another type or too long is refused", async () => {
  const store = new TestProvider();
  const fields = query({
    ...await store.form(),
    email: "a@b",
    group: "hca",
    password: PASSWORD,
  });
  const twice = new URLSearchParams(fields);
  twice.append("email", "other@b");
  const repeated = await store.post("/oauth/authorize", twice);
  assert.equal(repeated.status, 400);
  assert.match(await repeated.text(), /there twice/);
  const json = await store.ask("/oauth/authorize", {
    method: "POST",
    body: JSON.stringify(Object.fromEntries(fields)),
    headers: { "content-type": "application/json" },
  });
  assert.equal(json.status, 400);
  assert.match(await json.text(), /x-www-form-urlencoded/);
  fields.append("more", "x".repeat(70_000));
  const long = await store.post("/oauth/authorize", fields);
  assert.equal(long.status, 413);
  assert.equal(store.count("oidc_codes"), 0);
});

Deno.test("a code goes to the address of the request and nowhere else", async () => {
  const store = new TestProvider();
  const response = await store.decide({ next: "http://evil.test/" });
  const { location } = Object.fromEntries(response.headers);
  assert.ok(location?.startsWith(`${REDIRECT_URI}?code=`));
});
