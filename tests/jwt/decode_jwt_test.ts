import assert from "node:assert/strict";
import { decodeJwt } from "../../src/jwt/mod.ts";
import { part } from "./_tokens.ts";

const NOT_JWT = {
  name: "RefusedError",
  message: "the text is not a JSON Web Token",
};

Deno.test("decodeJwt takes the example of RFC 7519 apart", () => {
  const { header, claims, signature, signed } = decodeJwt(
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" +
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt" +
      "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ" +
      ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
  );
  assert.deepEqual(header, { typ: "JWT", alg: "HS256" });
  assert.deepEqual(claims, {
    iss: "joe",
    exp: 1300819380,
    "http://example.com/is_root": true,
  });
  assert.equal(signature.length, 32);
  assert.equal(signed.length, 40 + 1 + 94);
});

Deno.test("decodeJwt refuses what is no token and quotes nothing of it", () => {
  const claims = part({ sub: "planted-secret" });
  const texts = [
    "",
    "planted-secret",
    `${part({ alg: "RS256" })}.${claims}`,
    `${part({ alg: "RS256" })}.${claims}.AA.AA`,
    `.${claims}.AA`,
    `${part("planted-secret")}.${claims}.AA`,
    `${part({ alg: "RS256" })}.${part("[1]")}.AA`,
    `${part({ alg: "RS256" })}.${part("null")}.AA`,
    `${part({ alg: "RS256" })}.${part('{"sub":"planted-secret"')}.AA`,
    `${part({ alg: "RS256" })}.${claims}=.AA`,
    // Not UTF-8.
    `${part({ alg: "RS256" })}.e_8i.AA`,
    ` ${part({ alg: "RS256" })}.${claims}.AA`,
  ];
  for (const text of texts) {
    assert.throws(() => decodeJwt(text), (error: Error) => {
      assert.equal(error.name, NOT_JWT.name);
      assert.equal(error.message, NOT_JWT.message);
      assert.equal(error.cause, undefined);
      return true;
    }, text);
  }
});

Deno.test("decodeJwt refuses a signature that is not base64url", () => {
  assert.throws(
    () => decodeJwt(`${part({ alg: "RS256" })}.${part({})}.A+/=`),
    { name: "RefusedError" },
  );
});

Deno.test("decodeJwt refuses a huge token, of dots too", () => {
  const huge = `${part({ alg: "RS256" })}.${part({ a: "x".repeat(1 << 20) })}.`;
  assert.throws(() => decodeJwt(huge), NOT_JWT);
  assert.throws(() => decodeJwt(".".repeat(1 << 24)), NOT_JWT);
  const big = `${part({ alg: "RS256" })}.${part({ a: "x".repeat(40_000) })}.AA`;
  assert.equal(String(decodeJwt(big).claims.a).length, 40_000);
});

Deno.test("decodeJwt keeps what looks like a prototype an ordinary key", () => {
  const header = part('{"__proto__":{"alg":"RS256"}}');
  const { header: decoded } = decodeJwt(`${header}.${part({})}.AA`);
  assert.equal(decoded.alg, undefined);
});
