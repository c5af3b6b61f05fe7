import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";

/**
 * An id token of `https://idp.test/` for `the-client`, made at 2020-01-01 and
 * signed with a secret that nobody checks.
 */
export function idTokenOf(claims: object, alg = "HS256"): string {
  const now = Date.UTC(2020, 0, 1) / 1000;
  const part = (value: object) =>
    Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg })}.${
    part({
      iss: "https://idp.test/",
      sub: "PLANTED-subject",
      aud: "the-client",
      iat: now,
      exp: now + 600,
      ...claims,
    })
  }`;
  const signature = alg === "none"
    ? ""
    : createHmac("sha256", "secret").update(signed).digest("base64url");
  return `${signed}.${signature}`;
}
