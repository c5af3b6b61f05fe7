import assert from "node:assert/strict";
import { LocalStore, ORIGIN, uuidOf } from "../support/local_store.ts";

const HOUR_MS = 3_600_000;
const ETAG = '"781e5e245d69b566979b86e28d23f2c7"'; // MD5 of the ten digits
const SHA256 =
  "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882";

/** A store with one file, and the signed address of its bytes. */
async function openBlob(
  content: string | Uint8Array = "0123456789",
  disposition?: string,
): Promise<{ store: LocalStore; url: URL } & AsyncDisposable> {
  const store = await LocalStore.open();
  const uuid = uuidOf(1, "f");
  await store.add({ uuid: uuidOf(1), files: [{ name: "a", uuid, content }] });
  const query = new URLSearchParams({ replica: "aws" });
  if (disposition) query.set("content_disposition", disposition);
  const answer = await store.request(`/v1/files/${uuid}?${query}`);
  const url = new URL(answer.headers.get("location") ?? "");
  return { store, url, [Symbol.asyncDispose]: () => disposeOf(store) };
}

async function disposeOf(store: LocalStore): Promise<void> {
  await store[Symbol.asyncDispose]();
}

function headersOf(answer: Response): Record<string, string> {
  const { "x-aws-request-id": _, ...rest } = Object.fromEntries(answer.headers);
  return rest;
}

const COMMON = {
  "accept-ranges": "bytes",
  "access-control-allow-origin": "*",
  "content-security-policy": "sandbox",
  "content-type": "application/octet-stream",
  "x-content-type-options": "nosniff",
  etag: ETAG,
};

Deno.test("getBlob answers all bytes, with ETag and length", async () => {
  await using blob = await openBlob();
  const answer = await blob.store.request(blob.url.href);
  assert.equal(answer.status, 200);
  assert.deepEqual(headersOf(answer), { ...COMMON, "content-length": "10" });
  assert.equal(await answer.text(), "0123456789");
});

Deno.test("getBlob answers HEAD with the headers alone", async () => {
  await using blob = await openBlob();
  const answer = await blob.store.request(blob.url.href, { method: "HEAD" });
  assert.equal(answer.status, 200);
  assert.deepEqual(headersOf(answer), { ...COMMON, "content-length": "10" });
  assert.equal(answer.body, null);
});

const RANGES: [range: string, body: string, contentRange: string][] = [
  ["bytes=0-", "0123456789", "bytes 0-9/10"],
  ["bytes=2-4", "234", "bytes 2-4/10"],
  ["bytes=9-9", "9", "bytes 9-9/10"],
  ["bytes=7-1000", "789", "bytes 7-9/10"],
  ["bytes=-3", "789", "bytes 7-9/10"],
  ["bytes=-1000", "0123456789", "bytes 0-9/10"],
];

for (const [range, body, contentRange] of RANGES) {
  Deno.test(`getBlob answers a part when Range is ${range}`, async () => {
    await using blob = await openBlob();
    const headers = { range };
    const answer = await blob.store.request(blob.url.href, { headers });
    assert.equal(answer.status, 206);
    assert.deepEqual(headersOf(answer), {
      ...COMMON,
      "content-length": String(body.length),
      "content-range": contentRange,
    });
    assert.equal(await answer.text(), body);
  });
}

for (const range of ["bytes=10-", "bytes=-0"]) {
  Deno.test(`getBlob is 416 and says the size when Range is ${range}`, async () => {
    await using blob = await openBlob();
    const headers = { range };
    const answer = await blob.store.request(blob.url.href, { headers });
    assert.equal(answer.status, 416);
    assert.equal(answer.headers.get("content-range"), "bytes */10");
    assert.equal(await answer.text(), "");
  });
}

for (const range of ["bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "junk"]) {
  Deno.test(`getBlob answers all bytes when Range is ${range}`, async () => {
    await using blob = await openBlob();
    const headers = { range };
    const answer = await blob.store.request(blob.url.href, { headers });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-range"), null);
    assert.equal(await answer.text(), "0123456789");
  });
}

// RFC 9110, section 13.1.5: a weak or other ETag, or a date, does not match.
const CONDITIONS: [condition: string, status: number][] = [
  [ETAG, 206],
  ['"00000000000000000000000000000000"', 200],
  [`W/${ETAG}`, 200],
  ["Wed, 01 Jan 2020 00:00:00 GMT", 200],
];

for (const [condition, status] of CONDITIONS) {
  Deno.test(`getBlob is ${status} when If-Range is ${condition}`, async () => {
    await using blob = await openBlob();
    const headers = { range: "bytes=2-4", "if-range": condition };
    const answer = await blob.store.request(blob.url.href, { headers });
    assert.equal(answer.status, status);
    assert.equal(await answer.text(), status === 206 ? "234" : "0123456789");
  });
}

Deno.test("getBlob does not look at a range past the end when If-Range differs", async () => {
  await using blob = await openBlob();
  const headers = { range: "bytes=99-", "if-range": '"other"' };
  const answer = await blob.store.request(blob.url.href, { headers });
  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), "0123456789");
});

Deno.test("getBlob answers a file of no bytes", async () => {
  await using blob = await openBlob("");
  const answer = await blob.store.request(blob.url.href);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-length"), "0");
  assert.equal(
    answer.headers.get("etag"),
    '"d41d8cd98f00b204e9800998ecf8427e"',
  );
  assert.equal((await answer.bytes()).length, 0);
  const headers = { range: "bytes=0-" };
  const part = await blob.store.request(blob.url.href, { headers });
  assert.equal(part.status, 416);
  assert.equal(part.headers.get("content-range"), "bytes */0");
});

// Larger than the pieces that the file system reads, and not a multiple.
const LARGE_BYTES = 2_500_001;

function largeContent(): Uint8Array {
  return Uint8Array.from({ length: LARGE_BYTES }, (_, at) => at % 251);
}

Deno.test("getBlob keeps every byte when the content comes in many chunks", async () => {
  await using blob = await openBlob(largeContent());
  const answer = await blob.store.request(blob.url.href);
  const reader = answer.body?.getReader();
  // Chunks are collected before they are looked at: none may be used again.
  const chunks: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader?.read() ?? { done: true };
    if (done || value === undefined) break;
    chunks.push(value);
  }
  assert.ok(chunks.length > 1);
  const whole = new Uint8Array(
    await new Blob(chunks as BlobPart[]).arrayBuffer(),
  );
  assert.deepEqual(whole, largeContent());
  const headers = { range: "bytes=1048570-1048590" };
  const part = await blob.store.request(blob.url.href, { headers });
  assert.deepEqual(
    await part.bytes(),
    largeContent().slice(1_048_570, 1_048_591),
  );
});

// The sanitizer of resources fails these two if the file stays open.
Deno.test("getBlob closes the file when the reader goes away in the middle", async () => {
  await using blob = await openBlob(largeContent());
  const answer = await blob.store.request(blob.url.href);
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  assert.equal(first?.done, false);
  await reader?.cancel("enough");
});

Deno.test("getBlob opens no file when the body is never read", async () => {
  await using blob = await openBlob(largeContent());
  const answer = await blob.store.request(blob.url.href);
  assert.equal(answer.status, 200);
});

Deno.test("getBlob takes a signed address for one hour", async () => {
  await using blob = await openBlob();
  await blob.store.clock.advance(HOUR_MS - 1);
  const inTime = await blob.store.request(blob.url.href);
  assert.equal(await inTime.text(), "0123456789");
  await blob.store.clock.advance(1);
  const late = await blob.store.request(blob.url.href);
  assert.equal(late.status, 403);
  assert.equal(late.headers.get("content-type"), "application/json");
  assert.deepEqual(await late.json(), {
    message: "Request has expired or is not signed",
  });
});

Deno.test("getBlob takes a signed address after the store was opened again", async () => {
  await using blob = await openBlob();
  const again = await blob.store.reopen();
  const answer = await again.handler(new Request(blob.url));
  assert.equal(await answer.text(), "0123456789");
});

Deno.test("getBlob of one store does not take the signature of another", async () => {
  await using blob = await openBlob();
  await using other = await openBlob();
  assert.equal((await other.store.request(blob.url.href)).status, 403);
});

const TAMPERINGS: Record<string, (url: URL) => void> = {
  "the signature is absent": (url) => url.searchParams.delete("Signature"),
  "the signature is empty": (url) => url.searchParams.set("Signature", ""),
  "the signature is no hexadecimal": (url) =>
    url.searchParams.set("Signature", "z".repeat(64)),
  "the signature is cut": (url) => {
    const signature = url.searchParams.get("Signature") ?? "";
    url.searchParams.set("Signature", signature.slice(0, 62));
  },
  "one digit of the signature differs": (url) => {
    const signature = url.searchParams.get("Signature") ?? "";
    const last = signature.endsWith("0") ? "1" : "0";
    url.searchParams.set("Signature", signature.slice(0, -1) + last);
  },
  "the expiry is later": (url) => url.searchParams.set("Expires", "9999999999"),
  "the expiry is absent": (url) => url.searchParams.delete("Expires"),
  "the disposition differs": (url) =>
    url.searchParams.set("response-content-disposition", "inline"),
  "the disposition is gone": (url) =>
    url.searchParams.delete("response-content-disposition"),
  "the media type differs": (url) =>
    url.searchParams.set("response-content-type", "text/html"),
  "a parameter is there twice": (url) =>
    url.searchParams.append("response-content-type", "text/html"),
  "the path names another blob": (url) => {
    url.pathname = url.pathname.replace(/blobs\/./, "blobs/0");
  },
  "nothing is signed": (url) => {
    url.search = "";
  },
};

for (const [when, tamper] of Object.entries(TAMPERINGS)) {
  Deno.test(`getBlob is 403 when ${when}`, async () => {
    await using blob = await openBlob("0123456789", "attachment");
    const intact = await blob.store.request(blob.url.href, { method: "HEAD" });
    assert.equal(intact.status, 200);
    const url = new URL(blob.url);
    tamper(url);
    assert.notEqual(url.href, blob.url.href);
    for (const method of ["GET", "HEAD"]) {
      const answer = await blob.store.request(url.href, { method });
      assert.equal(answer.status, 403);
      if (method === "HEAD") assert.equal(answer.body, null);
    }
  });
}

Deno.test("getBlob is 403, not 404, when an address that is not signed names nothing", async () => {
  await using store = await LocalStore.open();
  for (const path of ["/blobs/", "/blobs/x", "/blobs/..%2Fdss.sqlite"]) {
    assert.equal((await store.request(`${ORIGIN}${path}`)).status, 403, path);
  }
});

Deno.test("getBlob is not found by other methods", async () => {
  await using blob = await openBlob();
  const answer = await blob.store.request(blob.url.href, { method: "POST" });
  assert.equal(answer.status, 403);
  assert.deepEqual(await answer.json(), {
    message: "Missing Authentication Token",
  });
});

const DAMAGES: Record<string, (path: string) => void> = {
  "is gone": (path) => Deno.removeSync(path),
  "was cut": (path) => Deno.writeTextFileSync(path, "01234"),
  "became a link": (path) => {
    Deno.renameSync(path, `${path}.old`);
    Deno.symlinkSync(`${path}.old`, path);
  },
};

for (const [what, damage] of Object.entries(DAMAGES)) {
  Deno.test({
    name: `getBlob is 404 when the content ${what}`,
    ignore: what === "became a link" && Deno.build.os === "windows",
    async fn() {
      await using blob = await openBlob();
      damage(`${blob.store.dataDir}/blobs/84/d898/${SHA256}`);
      const answer = await blob.store.request(blob.url.href);
      assert.equal(answer.status, 404);
      assert.deepEqual(await answer.json(), {
        message: "There is no such blob",
      });
    },
  });
}
