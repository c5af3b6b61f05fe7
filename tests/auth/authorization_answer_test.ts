import assert from "node:assert/strict";
import { codeOfAnswer, hasState } from "../../src/auth/mod.ts";
import { AuthError, RefusedError } from "../../src/base/mod.ts";
import { PROVIDER, REQUEST } from "./_auth_world.ts";

// query, whether it is to our question
const STATES: [string, boolean][] = [
  ["state=PLANTED-state", true],
  ["code=1&state=PLANTED-state", true],
  ["", false],
  ["state=", false],
  ["state=PLANTED-stat", false],
  ["state=PLANTED-state1", false],
  ["state=planted-state", false],
  ["state=PLANTED-state&state=PLANTED-state", false],
  ["state=PLANTED-state&state=x", false],
  ["State=PLANTED-state", false],
];

for (const [query, expected] of STATES) {
  Deno.test(`hasState is ${expected} for '${query}'`, () => {
    assert.equal(hasState(new URLSearchParams(query), REQUEST), expected);
  });
}

Deno.test("codeOfAnswer gives the code", () => {
  const query = "code=a%2Fb&state=x&iss=https%3A%2F%2Fidp.test%2F&more=1";
  assert.equal(codeOfAnswer(new URLSearchParams(query), PROVIDER), "a/b");
});

// query, class, message; who sends its issuer
const BAD: [string, typeof AuthError | typeof RefusedError, RegExp, true?][] = [
  ["", RefusedError, /has no code/],
  ["code=", RefusedError, /has no code/],
  ["code=PLANTED&code=PLANTED2", RefusedError, /says something twice/],
  ["code=PLANTED&iss=https://idp.test", RefusedError, /not of the provider/],
  ["code=PLANTED&iss=https://evil.test/", RefusedError, /not of the provider/],
  ["error=access_denied&iss=https://evil.test/", RefusedError, /\(iss\)/],
  ["code=PLANTED", RefusedError, /\(iss\)/, true],
  ["error=access_denied", AuthError, /refused the login: access_denied$/],
  ["error=access_denied&code=PLANTED", AuthError, /access_denied$/],
  [
    "error=access_denied&error_description=Not%20today%0a%1b[31m",
    AuthError,
    /: access_denied \('Not today\\u\{a\}\\u\{1b\}\[31m'\)$/,
  ],
  ["error=%1b[2J", AuthError, /refused the login: an error$/],
  [`error=${"x".repeat(65)}`, AuthError, /: an error$/],
];

for (const [query, errorClass, message, sendsIssuer = false] of BAD) {
  Deno.test(`codeOfAnswer throws ${errorClass.name} for '${query.slice(0, 60)}'${sendsIssuer ? " of one that sends its issuer" : ""}`, () => {
    const provider = { ...PROVIDER, sendsIssuer };
    assert.throws(
      () => codeOfAnswer(new URLSearchParams(query), provider),
      (error) => {
        assert.ok(error instanceof errorClass);
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /PLANTED/);
        return true;
      },
    );
  });
}

Deno.test("codeOfAnswer does not compare an issuer that is not known", () => {
  const { issuer: _issuer, ...provider } = PROVIDER;
  const answer = new URLSearchParams("code=a&iss=https://idp.test/");
  assert.equal(codeOfAnswer(answer, provider), "a");
});
