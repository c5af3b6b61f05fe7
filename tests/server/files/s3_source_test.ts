import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import type { Fetch } from "../../../src/base/mod.ts";
import { uuidOf, VERSION } from "../../support/local_store.ts";
import { codeOf, untilPending, WritingStore } from "../_writing_store.ts";

const FILE = uuidOf(1, "f");
const ENDPOINT = "http://s3.test:9000";
const TEXT = '{"a": 1}';
const TYPE = 'application/json; dcp-type="metadata/biomaterial"';
const CHECKSUMS = checksumsOf(TEXT);

function checksumsOf(text: string): Record<string, string> {
  const of = (name: string) => createHash(name).update(text).digest("hex");
  return {
    "hca-dss-sha256": of("sha256"),
    "hca-dss-sha1": of("sha1"),
    "hca-dss-s3_etag": of("md5"),
    "hca-dss-crc32c": crc32c(text),
  };
}

function crc32c(text: string): string {
  let crc = ~0;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    }
  }
  return (~crc >>> 0).toString(16).padStart(8, "0");
}

interface S3Object {
  text?: string;
  metadata?: Record<string, string>;
  tags?: Record<string, string>;
  tagStatus?: number;
  headStatus?: number;
  etag?: string;
}

/** A small S3 service, and what was asked of it. */
function s3(objects: Record<string, S3Object>): {
  fetch: Fetch;
  lines: string[];
  headers: Headers[];
} {
  const lines: string[] = [];
  const headers: Headers[] = [];
  const fetch: Fetch = (request) => {
    const { pathname, search, origin } = new URL(request.url);
    assert.equal(origin, ENDPOINT);
    lines.push(`${request.method} ${pathname}${search}`);
    headers.push(request.headers);
    const object = objects[pathname];
    return Promise.resolve(
      object === undefined
        ? new Response("<Error/>", { status: 404 })
        : answer(request, object, search !== ""),
    );
  };
  return { fetch, lines, headers };
}

function answer(request: Request, object: S3Object, tagging: boolean) {
  const { text = TEXT, metadata = CHECKSUMS, etag = '"e"' } = object;
  if (tagging) {
    const { tags = {}, tagStatus = 200 } = object;
    const set = Object.entries(tags).map(([key, value]) =>
      `<Tag>\n <Key>${key}</Key>\n <Value>${value}</Value></Tag>`
    );
    return new Response(
      `<?xml version="1.0"?><Tagging><TagSet>${
        set.join("")
      }</TagSet></Tagging>`,
      { status: tagStatus },
    );
  }
  const isHead = request.method === "HEAD";
  if (isHead && object.headStatus !== undefined) {
    return new Response(null, { status: object.headStatus });
  }
  const condition = request.headers.get("if-match");
  if (condition !== null && condition !== etag) {
    return new Response(null, { status: 412 });
  }
  const headers = new Headers({
    "content-type": TYPE,
    "content-length": String(text.length),
    etag: '"e"',
  });
  for (const [key, value] of Object.entries(metadata)) {
    headers.set(`x-amz-meta-${key}`, value);
  }
  return new Response(isHead ? null : text, { headers });
}

async function open(
  fetch: Fetch,
  settings = {},
): Promise<WritingStore> {
  return await WritingStore.open({
    fetch,
    settings: { s3Endpoint: `${ENDPOINT}/`, ...settings },
  });
}

Deno.test("an object on S3 is copied with its media type, unsigned", async () => {
  const { fetch, lines, headers } = s3({ "/bucket/a/b%20c.json": {} });
  await using store = await open(fetch);
  const answer = await store.putFile(FILE, "s3://bucket/a/b c.json");
  assert.equal(answer.status, 201, await answer.text());
  assert.deepEqual(lines, [
    "HEAD /bucket/a/b%20c.json",
    "GET /bucket/a/b%20c.json?tagging=",
    "GET /bucket/a/b%20c.json",
  ]);
  assert.ok(headers.every((sent) => !sent.has("authorization")));
  assert.equal(await store.contentOf(FILE), TEXT);
  const head = await store.send("HEAD", `/files/${FILE}?replica=aws`);
  assert.equal(head.headers.get("x-dss-content-type"), TYPE);
  assert.deepEqual(await store.problems(), []);
});

Deno.test("a content that the store has is not read again from S3", async () => {
  const { fetch, lines } = s3({ "/bucket/a": {}, "/bucket/b": {} });
  await using store = await open(fetch, { asyncAboveBytes: 0 });
  assert.equal((await store.putFile(FILE, "s3://bucket/a")).status, 202);
  await store.runTasks();
  lines.length = 0;
  // Large, and yet at once: 201, 200, and 409 for another creator.
  const other = uuidOf(2, "f");
  const statuses = [
    await store.putFile(other, "s3://bucket/b"),
    await store.putFile(other, "s3://bucket/b"),
    await store.putFile(other, "s3://bucket/b", { creatorUid: 1 }),
  ].map(({ status }) => status);
  assert.deepEqual(statuses, [201, 200, 409]);
  assert.ok(!lines.includes("GET /bucket/b"), lines.join());
  assert.equal(await store.contentOf(other), TEXT);
});

Deno.test("a content that was lost is read again from S3", async () => {
  const { fetch } = s3({ "/bucket/a": {} });
  await using store = await open(fetch);
  await store.putFile(FILE, "s3://bucket/a");
  await Deno.remove(`${store.dataDir}/blobs`, { recursive: true });
  const again = await store.putFile(FILE, "s3://bucket/a");
  assert.equal(again.status, 200);
  assert.equal(await store.contentOf(FILE), TEXT);
});

for (const key of Object.keys(CHECKSUMS)) {
  Deno.test(`an object without ${key} is 422 missing_checksum`, async () => {
    const { [key]: _, ...metadata } = CHECKSUMS;
    const { fetch } = s3({ "/bucket/a": { metadata } });
    await using store = await open(fetch);
    const found = await codeOf(await store.putFile(FILE, "s3://bucket/a"));
    assert.deepEqual(found.slice(0, 2), [422, "missing_checksum"]);
    assert.ok(found[2].includes(`'${key}'`));
  });

  Deno.test(`an object whose ${key} is malformed is 422 invalid_checksum`, async () => {
    const metadata = { ...CHECKSUMS, [key]: "xyz" };
    const { fetch } = s3({ "/bucket/a": { metadata } });
    await using store = await open(fetch);
    const found = await codeOf(await store.putFile(FILE, "s3://bucket/a"));
    assert.deepEqual(found.slice(0, 2), [422, "invalid_checksum"]);
    assert.match(found[2], new RegExp(`'${key}' .* malformed`));
  });

  Deno.test(`an object whose ${key} is another content's is 422 invalid_checksum, and nothing is stored`, async () => {
    const metadata = { ...CHECKSUMS, [key]: checksumsOf("other")[key] ?? "" };
    const { fetch } = s3({ "/bucket/a": { metadata } });
    await using store = await open(fetch);
    const found = await codeOf(await store.putFile(FILE, "s3://bucket/a"));
    assert.deepEqual(found.slice(0, 2), [422, "invalid_checksum"]);
    assert.match(found[2], new RegExp(`does not match its '${key}'$`));
    assert.equal(store.dss.counts().blobs, 0);
    assert.deepEqual(await store.problems(), []);
  });
}

Deno.test("tags of an object win over its metadata, and are read in upper case too", async () => {
  const wrong = checksumsOf("other");
  const tags = Object.fromEntries(
    Object.entries(CHECKSUMS).map(([key, value]) => [
      key,
      value.toUpperCase(),
    ]),
  );
  const { fetch } = s3({ "/bucket/a": { metadata: wrong, tags } });
  await using store = await open(fetch);
  const answer = await store.putFile(FILE, "s3://bucket/a");
  assert.equal(answer.status, 201, await answer.text());
});

Deno.test("tags that cannot be read do no harm", async () => {
  const { fetch } = s3({
    "/bucket/a": { tags: checksumsOf("other"), tagStatus: 403 },
  });
  await using store = await open(fetch);
  assert.equal((await store.putFile(FILE, "s3://bucket/a")).status, 201);
});

for (const tagStatus of [429, 503]) {
  Deno.test(`tags that are answered with ${tagStatus} may be there later`, async () => {
    const { fetch } = s3({ "/bucket/a": { metadata: {}, tagStatus } });
    await using store = await open(fetch);
    const found = await codeOf(await store.putFile(FILE, "s3://bucket/a"));
    assert.deepEqual(found.slice(0, 2), [503, "service_unavailable"]);
  });
}

Deno.test("tags that never end are given up after half a minute", async () => {
  const asked = Promise.withResolvers<void>();
  const { fetch } = s3({ "/bucket/a": {} });
  const hang: Fetch = (request) => {
    if (!request.url.endsWith("?tagging=")) return fetch(request);
    asked.resolve();
    return Promise.resolve(new Response(new ReadableStream()));
  };
  await using store = await open(hang);
  const answering = store.putFile(FILE, "s3://bucket/a");
  await asked.promise;
  await untilPending(store.clock);
  await store.clock.advance(30_000);
  const found = await codeOf(await answering);
  assert.deepEqual(found.slice(0, 2), [504, "timed_out"]);
});

Deno.test("a key that is no text names no object", async () => {
  const { fetch, lines } = s3({});
  await using store = await open(fetch);
  const found = await codeOf(await store.putFile(FILE, "s3://bucket/\ud800"));
  assert.deepEqual(found.slice(0, 2), [400, "illegal_arguments"]);
  assert.deepEqual(lines, []);
});

for (
  const [s3Credentials, hint] of [
    [undefined, /; this service has no AWS_ACCESS_KEY_ID /],
    [
      { accessKeyId: "A", secretAccessKey: "S" },
      /; AWS_ACCESS_KEY_ID and .* may be wrong, or do not allow/,
    ],
  ] as const
) {
  Deno.test(
    `a refusal of ${
      s3Credentials === undefined ? "unsigned" : "signed"
    } requests says what may be wrong`,
    async () => {
      const { fetch } = s3({ "/bucket/a": { headStatus: 403 } });
      await using store = await open(fetch, { s3Credentials });
      const found = await codeOf(await store.putFile(FILE, "s3://bucket/a"));
      assert.match(found[2], /^s3:\/\/bucket\/a is refused with status 403/);
      assert.match(found[2], hint);
    },
  );
}

Deno.test("an object that is replaced while it is read is not taken", async () => {
  const { fetch } = s3({ "/bucket/a": { etag: '"f"' } });
  await using store = await open(fetch);
  const found = await codeOf(await store.putFile(FILE, "s3://bucket/a"));
  assert.deepEqual(found.slice(0, 2), [400, "illegal_arguments"]);
  assert.match(found[2], /status 412/);
});

const STATUSES: [status: number, answer: [number, string]][] = [
  [404, [400, "illegal_arguments"]],
  [403, [400, "illegal_arguments"]],
  [301, [400, "illegal_arguments"]],
  [500, [503, "service_unavailable"]],
  [503, [503, "service_unavailable"]],
  [429, [503, "service_unavailable"]],
];

for (const [headStatus, expected] of STATUSES) {
  Deno.test(`an object that answers ${headStatus} is ${expected.join(" ")}`, async () => {
    const { fetch } = s3({ "/bucket/a": { headStatus } });
    await using store = await open(fetch);
    const answer = await store.putFile(FILE, "s3://bucket/a");
    const isLater = expected[0] === 503;
    assert.equal(answer.headers.get("retry-after"), isLater ? "10" : null);
    assert.deepEqual((await codeOf(answer)).slice(0, 2), expected);
  });
}

const ADDRESSES = [
  "s3://bucket",
  "s3://bucket/",
  "s3:///key",
  "s3://bucket/../other/key",
  "s3://bucket/a/./b",
  "s3://../key",
  "s3://buc ket/key",
];

for (const address of ADDRESSES) {
  Deno.test(`${address} names no object and asks for none`, async () => {
    const { fetch, lines } = s3({});
    await using store = await open(fetch);
    const found = await codeOf(await store.putFile(FILE, address));
    assert.deepEqual(found.slice(0, 2), [400, "illegal_arguments"]);
    assert.deepEqual(lines, []);
  });
}

Deno.test("percent signs, marks and queries in a key are parts of it", async () => {
  const { fetch, lines } = s3({});
  await using store = await open(fetch);
  await store.putFile(FILE, "s3://bucket/a%20b?c#d&e=é");
  assert.deepEqual(lines, ["HEAD /bucket/a%2520b%3Fc%23d%26e%3D%C3%A9"]);
});

Deno.test("requests to S3 are signed when there are credentials, which no message shows", async () => {
  const { fetch, headers, lines } = s3({ "/bucket/a%20b": {} });
  await using store = await open(fetch, {
    s3Credentials: {
      accessKeyId: "AKID",
      secretAccessKey: "secret-key",
      region: "eu-west-1",
    },
  });
  assert.equal((await store.putFile(FILE, "s3://bucket/a b")).status, 201);
  assert.equal(headers.length, 3);
  for (const [index, sent] of headers.entries()) {
    const line = lines[index] ?? "";
    assert.equal(
      sent.get("authorization"),
      expectedSignature(line, sent),
      line,
    );
  }
  assert.ok(!JSON.stringify(store.log.entries).includes("secret-key"));
});

/** The header of AWS Signature Version 4, by another hand. */
function expectedSignature(line: string, sent: Headers): string {
  const [method, target = ""] = line.split(" ");
  const [path, query = ""] = target.split("?");
  const names = [...sent.keys(), "host"]
    .filter((name) => /^(host|if-match|x-amz-.*)$/.test(name)).sort();
  const valueOf = (name: string) =>
    name === "host" ? "s3.test:9000" : sent.get(name);
  const hash = createHash("sha256").update([
    method,
    path,
    query,
    ...names.map((name) => `${name}:${valueOf(name)}`),
    "",
    names.join(";"),
    sent.get("x-amz-content-sha256"),
  ].join("\n")).digest("hex");
  const time = sent.get("x-amz-date") ?? "";
  assert.equal(time, "20200101T000000Z");
  const scope = "20200101/eu-west-1/s3/aws4_request";
  const key = ["20200101", "eu-west-1", "s3", "aws4_request"].reduce(
    (key: string | Uint8Array, part) =>
      createHmac("sha256", key).update(part).digest(),
    "AWS4secret-key",
  );
  const text = ["AWS4-HMAC-SHA256", time, scope, hash].join("\n");
  const signature = createHmac("sha256", key).update(text).digest("hex");
  return `AWS4-HMAC-SHA256 Credential=AKID/${scope}, ` +
    `SignedHeaders=${names.join(";")}, Signature=${signature}`;
}

Deno.test("an S3 service that cannot be reached is 503, without the runtime's words", async () => {
  await using store = await open(() =>
    Promise.reject(new TypeError(`error for ${ENDPOINT}/bucket/a?secret`))
  );
  const found = await codeOf(await store.putFile(FILE, "s3://bucket/a"));
  assert.deepEqual(found, [
    503,
    "service_unavailable",
    "s3://bucket/a cannot be reached",
  ]);
  assert.equal(store.dss.counts().files, 0);
  assert.equal(await store.contentOf(FILE, VERSION), 404);
});
