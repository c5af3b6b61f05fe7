import { toHex } from "../../base/mod.ts";
import type { S3Credentials } from "../service_settings.ts";

const ALGORITHM = "AWS4-HMAC-SHA256";
const EMPTY_SHA256 =
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const encoder = new TextEncoder();

/**
 * The headers that sign a request for S3 (AWS Signature Version 4). The path
 * of the address must be encoded already.
 *
 * @param bodySha256 of the body, in hex; default: there is none
 * @param headers what is sent besides and signed too, names in lower case
 * @param nowMs the time of the signature, epoch milliseconds
 */
export async function signS3Request(
  { method, url, headers = {}, bodySha256 = EMPTY_SHA256 }: {
    method: "DELETE" | "GET" | "HEAD" | "POST" | "PUT";
    url: URL;
    headers?: Readonly<Record<string, string>>;
    bodySha256?: string;
  },
  credentials: S3Credentials,
  nowMs: number,
): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const { region = "us-east-1" } = credentials;
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, "");
  const date = time.slice(0, 8);
  const sent: Record<string, string> = {
    ...headers,
    "x-amz-content-sha256": bodySha256,
    "x-amz-date": time,
    ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
  };
  const signed = Object.entries({ ...sent, host: url.host }).sort(byName);
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    method,
    url.pathname,
    canonicalQuery(url),
    ...signed.map(([name, value]) =>
      `${name}:${value.trim().replace(/ +/g, " ")}`
    ),
    "",
    names,
    bodySha256,
  ].join("\n");
  const scope = `${date}/${region}/s3/aws4_request`;
  const text = [ALGORITHM, time, scope, await sha256(canonical)].join("\n");
  let key: Uint8Array<ArrayBuffer> = encoder.encode(`AWS4${secretAccessKey}`);
  for (const part of [date, region, "s3", "aws4_request"]) {
    key = await hmac(key, part);
  }
  const signature = toHex(await hmac(key, text));
  return {
    ...sent,
    authorization: `${ALGORITHM} Credential=${accessKeyId}/${scope}, ` +
      `SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** A text as a part of a path that S3 signs (RFC 3986, section 2.3). */
export function encodeS3Part(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams].sort(byName)
    .map(([name, value]) => `${encodeS3Part(name)}=${encodeS3Part(value)}`)
    .join("&");
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : 1;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(text));
  return toHex(new Uint8Array(digest));
}

async function hmac(
  key: Uint8Array<ArrayBuffer>,
  text: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle
    .importKey("raw", key, algorithm, false, ["sign"]);
  const bytes = encoder.encode(text);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, bytes));
}
