import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { challengeOf, createPkce } from "../../src/auth/mod.ts";

Deno.test("challengeOf gives the challenge of RFC 7636, appendix B", async () => {
  assert.equal(
    await challengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  );
});

Deno.test("createPkce makes new verifiers of 43 characters that fit their challenges", async () => {
  const seen = new Set<string>();
  for (let round = 0; round < 20; round++) {
    const { verifier, challenge } = await createPkce();
    // RFC 7636, section 4.1.
    assert.match(verifier, /^[A-Za-z0-9._~-]{43}$/);
    assert.equal(
      challenge,
      createHash("sha256").update(verifier).digest("base64url"),
    );
    seen.add(verifier);
  }
  assert.equal(seen.size, 20);
});
