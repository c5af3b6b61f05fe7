const HMAC = { name: "HMAC", hash: "SHA-256" };

/** What {@linkcode signatureHeaders} signs. */
export interface SignatureInput {
  /** The bytes of the request's body. */
  body: Uint8Array<ArrayBuffer>;
  /** What the receiver knows the key by. */
  keyId: string;
  /** The key, as text. */
  secretKey: string;
  /** When the request is sent, milliseconds since 1970. */
  nowMs: number;
}

/**
 * The headers that sign a request (draft-cavage-http-signatures, with the
 * `Digest` of RFC 3230): HMAC-SHA256 over `date` and `digest`, as the library
 * of the DSS (requests-http-signature 0.1.0) made them.
 */
export async function signatureHeaders(
  { body, keyId, secretKey, nowMs }: SignatureInput,
): Promise<Record<string, string>> {
  const date = new Date(nowMs).toUTCString();
  const hash = await crypto.subtle.digest("SHA-256", body);
  const digest = `SHA-256=${base64Of(hash)}`;
  const encoder = new TextEncoder();
  const key = await crypto.subtle
    .importKey("raw", encoder.encode(secretKey), HMAC, false, ["sign"]);
  const signature = await crypto.subtle
    .sign(HMAC, key, encoder.encode(`date: ${date}\ndigest: ${digest}`));
  const parameters = Object.entries({
    keyId,
    algorithm: "hmac-sha256",
    headers: "date digest",
    signature: base64Of(signature),
  }).map(([name, value]) => `${name}="${value}"`);
  return {
    date,
    digest,
    authorization: `Signature ${parameters.join(",")}`,
  };
}

function base64Of(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
