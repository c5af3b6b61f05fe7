import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { isSameSecret, sha256Text } from "../../src/oidc/secret_text.ts";

Deno.test("sha256Text is the digest of UTF-8 in base64url", async () => {
  for (const text of ["", "abc", "žluťoučký 🐎"]) {
    const expected = createHash("sha256").update(text).digest("base64url");
    assert.equal(await sha256Text(text), expected);
  }
});

Deno.test("isSameSecret tells apart all that differs", async () => {
  assert.ok(await isSameSecret("secret", "secret"));
  // Of so many digests, some begin or end alike.
  for (let count = 0; count < 1000; count++) {
    assert.ok(!await isSameSecret("secret", `secret${count}`));
  }
});
