import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash, createHmac } from "node:crypto";
import { signatureHeaders } from "../../../src/server/subscriptions/http_signature.ts";

// The examples of RFC 3230 and of the draft's test data: a known digest.
const BODY = '{"hello": "world"}';
const BODY_DIGEST = "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=";

Deno.test("signatureHeaders signs date and digest with HMAC-SHA256", async () => {
  const headers = await signatureHeaders({
    body: new TextEncoder().encode(BODY),
    keyId: "hca-dss:1",
    secretKey: "schlüssel",
    nowMs: Date.UTC(2014, 0, 5, 21, 31, 40),
  });
  const date = "Sun, 05 Jan 2014 21:31:40 GMT";
  const signature = createHmac("sha256", Buffer.from("schlüssel", "utf8"))
    .update(`date: ${date}\ndigest: ${BODY_DIGEST}`).digest("base64");
  assert.deepEqual(headers, {
    date,
    digest: BODY_DIGEST,
    authorization: 'Signature keyId="hca-dss:1",algorithm="hmac-sha256",' +
      `headers="date digest",signature="${signature}"`,
  });
});

Deno.test("signatureHeaders digests the bytes of the body", async () => {
  const body = crypto.getRandomValues(new Uint8Array(10_000));
  const { digest } = await signatureHeaders({
    body,
    keyId: "k",
    secretKey: "s",
    nowMs: 0,
  });
  const expected = createHash("sha256").update(body).digest("base64");
  assert.equal(digest, `SHA-256=${expected}`);
});
