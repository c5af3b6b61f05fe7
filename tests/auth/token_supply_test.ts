import assert from "node:assert/strict";
import {
  createTokenSupply,
  type FoundToken,
  type TokenSource,
  type TokenSourceName,
} from "../../src/auth/mod.ts";
import { AuthError } from "../../src/base/mod.ts";

/** A source that gives these tokens, one after the other. */
function sourceOf(name: TokenSourceName, ...tokens: string[]): TokenSource {
  return {
    name,
    find: () => {
      const token = tokens.shift();
      return Promise.resolve(
        token === undefined
          ? undefined
          : { token, source: name, isRenewable: false },
      );
    },
  };
}

Deno.test("createTokenSupply tells of each token before it gives it out", async () => {
  const seen: FoundToken[] = [];
  const supply = createTokenSupply([
    sourceOf("HCA_ACCESS_TOKEN"),
    sourceOf("login", "t1", "t2"),
  ], (found) => seen.push(found));
  assert.equal(await supply.accessToken(), "t1");
  assert.equal(await supply.accessToken("t1"), "t2");
  assert.deepEqual(seen.map(({ token }) => token), ["t1", "t2"]);
});

Deno.test("createTokenSupply throws the words of the old client when there is no token", async () => {
  const supply = createTokenSupply([sourceOf("login")]);
  await assert.rejects(supply.accessToken(), (error) => {
    assert.ok(error instanceof AuthError);
    assert.equal(
      error.message,
      "Please configure hca dss authentication credentials using " +
        '"hca dss login" or set the GOOGLE_APPLICATION_CREDENTIALS ' +
        "environment variable",
    );
    assert.match(error.hint ?? "", /HCA_ACCESS_TOKEN/);
    return true;
  });
  assert.equal(supply.refusalHint(401), undefined);
});

const HINTS: [name: TokenSourceName, status: number, hint: RegExp][] = [
  ["HCA_ACCESS_TOKEN", 401, /variable HCA_ACCESS_TOKEN\. .*'hca dss login'/],
  [
    "GOOGLE_APPLICATION_CREDENTIALS",
    401,
    /service account of GOOGLE_APPLICATION_CREDENTIALS\. .*'hca dss login'/,
  ],
  ["login", 401, /stored login\. Log in again with 'hca dss login'\.$/],
  ["login", 403, /stored login, which lacks the right; 'hca auth status' /],
];

for (const [name, status, hint] of HINTS) {
  Deno.test(`createTokenSupply says what to do when a token of ${name} gets ${status}`, async () => {
    const supply = createTokenSupply([sourceOf(name, "t")]);
    await supply.accessToken();
    assert.match(supply.refusalHint(status) ?? "", hint);
  });
}
