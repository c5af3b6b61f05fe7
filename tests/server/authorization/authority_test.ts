import assert from "node:assert/strict";
import { encodeBase64Url } from "../../../src/base/mod.ts";
import {
  decodeJwt,
  generateKeyPair,
  type JwtClaims,
  publicJwkOf,
  signJwt,
} from "../../../src/jwt/mod.ts";
import { OPEN, requestFor, SECURED } from "../_request_for.ts";
import { ADMIN, SecuredStore, storeKey, wasTaken } from "../_secured_store.ts";

// Not imported from the sources: this is what is on the wire.
const GROUP = "https://auth.data.humancellatlas.org/group";
const EMAIL = "https://auth.data.humancellatlas.org/email";
const NO_GROUP = ["put_bundle", "patch_bundle", "delete_bundle"];
const NO_EMAIL = ["put_file", "put_bundle", "patch_bundle"];
const CHALLENGE = 'Bearer realm="dss"';

let secured: SecuredStore;

Deno.test.beforeAll(async () => {
  secured = await SecuredStore.open();
});

Deno.test.afterAll(() => secured[Symbol.asyncDispose]());

/** What a refusal is expected to be. */
interface Refusal {
  status: number;
  code: string;
  title: string;
  challenge: string | null;
}

function noToken(title: string): Refusal {
  return { status: 401, code: "OAuthProblem", title, challenge: CHALLENGE };
}

function unauthorized(title: string, why = title): Refusal {
  const challenge =
    `${CHALLENGE}, error="invalid_token", error_description="${why}"`;
  return { status: 401, code: "Unauthorized", title, challenge };
}

function invalid(why: string): Refusal {
  return unauthorized("Authorization token is invalid", why);
}

const FORBIDDEN: Refusal = {
  status: 403,
  code: "Forbidden",
  title: "User is not authorized to access this resource",
  challenge: null,
};
const UNDECODABLE = unauthorized("Failed to decode token.");
const UNSIGNED = invalid("it is not signed by a key of its issuer");
const NO_EMAIL_CLAIM = unauthorized(
  "Authorization token is missing email claims.",
);

async function assertRefused(
  answer: Response,
  { status, code, title, challenge }: Refusal,
  what: string,
): Promise<void> {
  assert.equal(answer.status, status, what);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(answer.headers.get("www-authenticate"), challenge, what);
  assert.equal(answer.headers.get("retry-after"), null);
  assert.deepEqual(
    await answer.json(),
    { status, code, title, stacktrace: "" },
    what,
  );
}

async function assertPassed(answer: Response, what: string): Promise<void> {
  const { status } = answer;
  assert.ok(await wasTaken(answer), `${what} ${status}`);
}

Deno.test("thirteen operations need a token", () => {
  assert.equal(SECURED.length, 13);
});

const HEADERS: [header: string | undefined, refusal: Refusal][] = [
  [undefined, noToken("No authorization token provided")],
  ["", noToken("Invalid authorization header")],
  ["Bearer", noToken("Invalid authorization header")],
  ["a.b.c", noToken("Invalid authorization header")],
  ["Bearer a.b.c d", noToken("Invalid authorization header")],
  ["Bearer token", UNDECODABLE],
  ["Bearer a.b.c", UNDECODABLE],
  ["Bearer ..", UNDECODABLE],
  ["Bearer bnVsbA.bnVsbA.", UNDECODABLE],
  ["Basic dXNlcjpwYXNz", UNDECODABLE],
];

for (const [header, refusal] of HEADERS) {
  Deno.test(`operations refuse the header ${header}`, async () => {
    for (const found of SECURED) {
      const answer = await secured.call(found, header);
      await assertRefused(answer, refusal, found.operation.operationId);
    }
  });
}

const NOW = Date.UTC(2020, 0, 1) / 1000;
const EXPIRED = invalid("it has expired");
const TOO_EARLY = invalid("it is not valid yet");
const ELSEWHERE = invalid("it is for another audience");
const NO_SCOPE = invalid("it has no scope");
const ENDED = invalid("its session has ended");

/** Changes of a good token that make it a bad one; null leaves a claim out. */
const CLAIMS: [what: string, changes: JwtClaims, refusal: Refusal][] = [
  ["expired a second ago", { exp: NOW - 1 }, EXPIRED],
  ["expires now", { exp: NOW }, EXPIRED],
  ["without expiry", { exp: null }, invalid("it has no expiry")],
  ["with an expiry in words", { exp: "later" }, invalid("it has no expiry")],
  ["not valid yet", { nbf: NOW + 6 }, TOO_EARLY],
  ["of the future", { iat: NOW + 6 }, TOO_EARLY],
  [
    "with a start in words",
    { nbf: "now" },
    invalid("one of its times is not a number"),
  ],
  ["for another audience", { aud: "https://elsewhere.test/" }, ELSEWHERE],
  ["for the client, as ID tokens are", { aud: "hca" }, ELSEWHERE],
  [
    "for other audiences",
    { aud: ["https://dss.hca.localhost", "http://dss.hca.localhost/"] },
    ELSEWHERE,
  ],
  ["without audience", { aud: null }, ELSEWHERE],
  ["without scope", { scope: null }, NO_SCOPE],
  ["with a scope that is no text", { scope: 1 }, NO_SCOPE],
  ["of no session", { sid: null }, ENDED],
  ["of an unknown session", { sid: crypto.randomUUID() }, ENDED],
  ["without issuer", { iss: null }, invalid("it names no issuer")],
  ["of another issuer", { iss: "https://elsewhere.test/" }, FORBIDDEN],
  [
    "of the provider of the old service",
    { iss: "https://humancellatlas.auth0.com/" },
    FORBIDDEN,
  ],
  ["of a host that looks local", {
    iss: "http://localhost.elsewhere.test/",
  }, FORBIDDEN],
  ["of an issuer with a path", { iss: "http://localhost/x/" }, FORBIDDEN],
  ["of an issuer without its slash", { iss: "http://localhost" }, FORBIDDEN],
  ["of another scheme", { iss: "ftp://localhost/" }, FORBIDDEN],
  ["of several issuers", { iss: ["http://dss.hca.localhost/"] }, FORBIDDEN],
  [
    "of a service account that is not trusted",
    serviceAccount("stranger@project.iam.gserviceaccount.com"),
    FORBIDDEN,
  ],
];

function serviceAccount(email: string): JwtClaims {
  return { iss: email, sub: email, sid: null };
}

for (const [what, changes, refusal] of CLAIMS) {
  Deno.test(`operations refuse a token ${what}`, async () => {
    const token = await secured.tokenWith(changes);
    for (const found of SECURED) {
      const answer = await secured.call(found, `Bearer ${token}`);
      await assertRefused(answer, refusal, found.operation.operationId);
    }
  });
}

function part(value: unknown): string {
  return encodeBase64Url(new TextEncoder().encode(JSON.stringify(value)));
}

async function hmac(secret: string, text: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle
    .importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  const signature = await crypto.subtle
    .sign(algorithm, key, encoder.encode(text));
  return encodeBase64Url(new Uint8Array(signature));
}

async function publicPem(): Promise<string> {
  const { publicKey } = await storeKey();
  const bytes = await crypto.subtle.exportKey("spki", publicKey);
  const lines = new Uint8Array(bytes).toBase64().match(/.{1,64}/g) ?? [];
  const body = lines.join("\n");
  return `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----\n`;
}

/** Ways to sign that are none. */
const FORGERIES: [
  what: string,
  forge: (claims: JwtClaims, kid: string) => Promise<string>,
][] = [
  [
    "none",
    (claims, kid) =>
      Promise.resolve(`${part({ alg: "none", kid })}.${part(claims)}.`),
  ],
  ["none, but for the claims of a good one", async (claims, kid) => {
    const good = await secured.tokenWith({});
    const [, , signature] = good.split(".");
    return `${part({ alg: "none", kid })}.${part(claims)}.${signature}`;
  }],
  ["the good one of other claims", async (claims) => {
    const good = await secured.tokenWith({});
    const [header, , signature] = good.split(".");
    return `${header}.${part({ ...claims, email: "x@y" })}.${signature}`;
  }],
  ["HS256 by the public key in PEM", async (claims, kid) => {
    const signed = `${part({ alg: "HS256", kid })}.${part(claims)}`;
    return `${signed}.${await hmac(await publicPem(), signed)}`;
  }],
  ["HS256 by the public key in JSON", async (claims, kid) => {
    const jwk = await publicJwkOf((await storeKey()).publicKey);
    const signed = `${part({ alg: "HS256", kid })}.${part(claims)}`;
    return `${signed}.${await hmac(JSON.stringify(jwk), signed)}`;
  }],
  [
    "RS256 by another key of the same name",
    async (claims, kid) =>
      await signJwt(claims, (await generateKeyPair()).privateKey, kid),
  ],
  [
    "RS256 by a key of another name",
    async (claims) =>
      await signJwt(claims, (await storeKey()).privateKey, "other"),
  ],
  ["RS256 by a key without a name", async (claims) => {
    const { privateKey } = await storeKey();
    const signed = `${part({ alg: "RS256" })}.${part(claims)}`;
    return `${signed}.${await rs256(privateKey, signed)}`;
  }],
  ["RS256 with an extension that must be understood", async (claims, kid) => {
    const { privateKey } = await storeKey();
    const header = { alg: "RS256", kid, crit: ["b64"], b64: true };
    const signed = `${part(header)}.${part(claims)}`;
    return `${signed}.${await rs256(privateKey, signed)}`;
  }],
  ["RS256 by a key that the token brings", async (claims, kid) => {
    const { privateKey, publicKey } = await generateKeyPair();
    const jwk = await publicJwkOf(publicKey, kid);
    const signed = `${part({ alg: "RS256", kid, jwk })}.${part(claims)}`;
    return `${signed}.${await rs256(privateKey, signed)}`;
  }],
];

async function rs256(key: CryptoKey, text: string): Promise<string> {
  const signature = await crypto.subtle
    .sign("RSASSA-PKCS1-v1_5", key, new TextEncoder().encode(text));
  return encodeBase64Url(new Uint8Array(signature));
}

for (const [what, forge] of FORGERIES) {
  Deno.test(`operations refuse the signature ${what}`, async () => {
    const { claims, kid } = await secured.goodClaims();
    const token = await forge(claims, kid);
    for (const found of SECURED) {
      const answer = await secured.call(found, `Bearer ${token}`);
      await assertRefused(answer, UNSIGNED, found.operation.operationId);
    }
  });
}

/** Changes of a good token that leave it good. */
const GOOD: [what: string, changes: JwtClaims][] = [
  ["as it is", {}],
  ["that expires in a second", { exp: NOW + 1 }],
  ["with a fraction in its times", { iat: NOW - 0.25, exp: NOW + 0.25 }],
  ["of a clock that is five seconds ahead", { iat: NOW + 5, nbf: NOW + 5 }],
  ["for the store alone", { aud: "https://dss.hca.localhost/" }],
  ["as the old client makes it", {
    aud: "https://dev.data.humancellatlas.org/",
    scope: ["email", "openid", "offline_access"],
  }],
  ["with a scope under another name", { scope: null, scopes: "email" }],
  ["with an empty scope", { scope: "" }],
  ["of the origin that was asked", { iss: "http://dss.test:8000/" }],
  ["of another port of this machine", { iss: "http://localhost:9999/" }],
  ["of this machine over TLS", { iss: "https://127.0.0.1/" }],
  ["of this machine by IPv6", { iss: "http://[::1]:8473/" }],
  ["with its email in the plain claim", { [EMAIL]: null }],
  ["with its email in the long claim", { email: null }],
];

for (const [what, changes] of GOOD) {
  Deno.test(`operations take a token ${what}`, async () => {
    const token = await secured.tokenWith(changes);
    for (const found of SECURED) {
      const answer = await secured.call(found, `Bearer ${token}`);
      await assertPassed(answer, found.operation.operationId);
    }
  });
}

Deno.test("operations take a token whose times have the fraction .0", async () => {
  const { claims, kid } = await secured.goodClaims();
  const text = JSON.stringify({ ...claims, exp: 0, iat: 1 })
    .replace('"exp":0', `"exp":${NOW + 60}.0`)
    .replace('"iat":1', `"iat":${NOW}.0`);
  const head = `${part({ alg: "RS256", kid })}.${
    encodeBase64Url(new TextEncoder().encode(text))
  }`;
  const { privateKey } = await storeKey();
  const token = `${head}.${await rs256(privateKey, head)}`;
  for (const found of SECURED) {
    const answer = await secured.call(found, `bearer   ${token} `);
    await assertPassed(answer, found.operation.operationId);
  }
});

Deno.test("operations refuse a token once its session was revoked", async () => {
  const { accessToken, refreshToken } = await secured.dss
    .issueTokens({ email: ADMIN, refreshable: true });
  const authorization = `Bearer ${accessToken}`;
  for (const found of SECURED) {
    const answer = await secured.call(found, authorization);
    await assertPassed(answer, found.operation.operationId);
  }
  const revoked = await secured.request("/oauth/revoke", {
    method: "POST",
    body: new URLSearchParams({ token: refreshToken ?? "", client_id: "hca" }),
  });
  assert.equal(revoked.status, 200);
  for (const found of SECURED) {
    const answer = await secured.call(found, authorization);
    await assertRefused(answer, ENDED, found.operation.operationId);
  }
});

Deno.test("operations refuse a token when its lifetime is over", async () => {
  await using own = await SecuredStore.open();
  const { accessToken } = await own.dss
    .issueTokens({ email: ADMIN, lifetimeSeconds: 60 });
  const found = SECURED[0];
  assert.ok(found);
  await own.store.clock.advance(59_999);
  await assertPassed(await own.call(found, `Bearer ${accessToken}`), "before");
  await own.store.clock.advance(1);
  const answer = await own.call(found, `Bearer ${accessToken}`);
  await assertRefused(answer, EXPIRED, "after");
});

Deno.test("operations refuse the ID token of a login", async () => {
  const { idToken } = await secured.dss.issueTokens({ email: ADMIN });
  assert.equal(decodeJwt(idToken).claims.email, ADMIN);
  for (const found of SECURED) {
    const answer = await secured.call(found, `Bearer ${idToken}`);
    await assertRefused(answer, ELSEWHERE, found.operation.operationId);
  }
});

/** Groups, and the operations that take them besides those that take any. */
const GROUPS: [what: string, group: JwtClaims[string], taking: RegExp][] = [
  ["hca", "hca", /./],
  ["public", "public", /subscription/],
  ["HCA", "HCA", /^$/],
  ["none", null, /^$/],
  ["the empty one", "", /^$/],
  ["a list", ["hca"], /^$/],
];

for (const [what, group, taking] of GROUPS) {
  Deno.test(`operations ask for the group of a caller: ${what}`, async () => {
    const token = await secured.tokenWith({ [GROUP]: group });
    for (const found of SECURED) {
      const id = found.operation.operationId;
      const answer = await secured.call(found, `Bearer ${token}`);
      if (taking.test(id) || NO_GROUP.includes(id)) {
        await assertPassed(answer, id);
      } else await assertRefused(answer, FORBIDDEN, id);
    }
  });
}

for (const email of [null, "", 7, [ADMIN]]) {
  Deno.test(`operations ask for the email of a caller: ${email}`, async () => {
    const token = await secured.tokenWith({ email, [EMAIL]: email });
    for (const found of SECURED) {
      const id = found.operation.operationId;
      const answer = await secured.call(found, `Bearer ${token}`);
      if (NO_EMAIL.includes(id)) await assertPassed(answer, id);
      else await assertRefused(answer, NO_EMAIL_CLAIM, id);
    }
  });
}

Deno.test("delete_bundle is for administrators alone", async () => {
  for (const email of ["other@example.org", ADMIN.toUpperCase()]) {
    // Each of them has a store: what one makes there is not the other's.
    await using own = await SecuredStore.open();
    const token = await own.tokenWith({ email: ADMIN, [EMAIL]: email });
    for (const found of SECURED) {
      const id = found.operation.operationId;
      const answer = await own.call(found, `Bearer ${token}`);
      if (id !== "delete_bundle") await assertPassed(answer, id);
      else await assertRefused(answer, FORBIDDEN, id);
    }
  }
});

/** Spoils the arguments of a request, by the body if it has one. */
function spoiled(
  found: typeof SECURED[number],
  authorization?: string,
): [path: string, init: RequestInit] {
  const { path, init } = requestFor(found);
  const headers = new Headers(init.headers);
  if (authorization !== undefined) headers.set("authorization", authorization);
  return init.body === undefined
    ? [path.replace(/\?.*$/, "?replica=none"), { ...init, headers }]
    : [path, { ...init, headers, body: "[]" }];
}

Deno.test("operations look at the token, then at the arguments, then at the caller", async () => {
  const stranger = await secured.tokenWith({ [GROUP]: "other", email: null });
  for (const found of SECURED) {
    const id = found.operation.operationId;
    const refused = await secured.request(...spoiled(found));
    await assertRefused(
      refused,
      noToken("No authorization token provided"),
      id,
    );
    // The one whose arguments may all be left out.
    if (id === "get_collections") continue;
    const answer = await secured.request(
      ...spoiled(found, `Bearer ${stranger}`),
    );
    assert.equal(answer.status, 400, id);
    assert.equal((await answer.json()).code, "illegal_arguments", id);
  }
});

Deno.test("HEAD of an operation that needs a token needs it too", async () => {
  const head = { method: "HEAD" };
  const answer = await secured.request("/v1/collections", head);
  assert.equal(answer.status, 401);
  assert.equal(answer.headers.get("www-authenticate"), CHALLENGE);
  assert.equal(answer.body, null);
});

Deno.test("open operations do not look at the Authorization header", async () => {
  const expired = await secured.tokenWith({ exp: 1 });
  const headers = ["", "Bearer", "Bearer x", "Basic eA==", `Bearer ${expired}`];
  for (const found of OPEN) {
    const id = found.operation.operationId;
    const plain = await secured.call(found);
    const text = await plain.text();
    assert.notEqual(plain.status, 401, id);
    assert.notEqual(plain.status, 403, id);
    for (const header of headers) {
      const answer = await secured.call(found, header);
      assert.equal(answer.status, plain.status, id);
      const said = await answer.text();
      if (id !== "get_bundles_all") assert.equal(said, text, id);
    }
  }
});

Deno.test("no refusal quotes the token", async () => {
  const token = await secured.tokenWith({ exp: 1, email: "canary@secret" });
  for (
    const header of [`Bearer ${token}`, `Bearer ${token} canary`, "canary"]
  ) {
    for (const found of SECURED) {
      const answer = await secured.call(found, header);
      const said = JSON.stringify([...answer.headers]) + await answer.text();
      assert.doesNotMatch(said, /canary/);
      for (const part of token.split(".")) assert.ok(!said.includes(part));
    }
  }
});
