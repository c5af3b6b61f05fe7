import assert from "node:assert/strict";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Received } from "../server/subscriptions/_webhook.ts";

/**
 * Checks a request's `Authorization: Signature` and its `Digest` as a receiver
 * does (draft-cavage-http-signatures, section 2.3; RFC 3230), from the
 * headers that it names; gives the id of the key.
 */
export function verifySignature(
  { headers, bytes }: Received,
  secret: string,
): string {
  const authorization = headers.get("authorization") ?? "";
  assert.ok(authorization.startsWith("Signature "), authorization);
  const parameters = new Map(
    [...authorization.slice(10).matchAll(/(\w+)="([^"]*)"(?:,|$)/g)]
      .map(([, name = "", value = ""]) => [name, value]),
  );
  assert.equal(parameters.get("algorithm"), "hmac-sha256");
  const names = (parameters.get("headers") ?? "").split(" ");
  assert.deepEqual(names, ["date", "digest"]);
  const signed = names
    .map((name) => `${name}: ${headers.get(name)}`).join("\n");
  const expected = createHmac("sha256", secret).update(signed).digest();
  const given = Uint8Array.fromBase64(parameters.get("signature") ?? "");
  assert.equal(given.length, expected.length);
  assert.ok(timingSafeEqual(given, Uint8Array.from(expected)), authorization);
  const digest = createHash("sha256").update(bytes).digest("base64");
  assert.equal(headers.get("digest"), `SHA-256=${digest}`);
  const ageMs = Date.now() - Date.parse(headers.get("date") ?? "");
  assert.ok(ageMs > -2000 && ageMs < 60_000, headers.get("date") ?? "no date");
  return parameters.get("keyId") ?? "";
}
