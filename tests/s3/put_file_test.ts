/**
 * `PUT /files/{uuid}` from objects of a real S3 service.
 *
 * @module
 */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { Gate } from "./_gate.ts";
import { ignore, S3Service, waitUntil } from "./_s3_service.ts";
import { ServedStore } from "./_served_store.ts";
import {
  digest,
  putObject,
  putObjectInParts,
  someBytes,
  type Tags,
  tagsOf,
} from "./_stated_object.ts";

const BUCKET = "staging";
const VERSION = "2020-01-01T000000.000000Z";
const JSON_TYPE = 'application/json; dcp-type="metadata/biomaterial"';
const MIB = 1024 * 1024;
const BYTES = new TextEncoder().encode('{"a": 1}');

let count = 0;
function newUuid(): string {
  return `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`;
}

/** Puts a file from an object; its uuid and the answer. */
async function put(served: ServedStore, key: string, bucket = BUCKET) {
  const uuid = newUuid();
  const { status, body } = await served.send(
    "PUT",
    `/files/${uuid}?version=${VERSION}`,
    { source_url: `s3://${bucket}/${key}`, creator_uid: 1 },
  );
  return { uuid, status, body };
}

async function isVisible(served: ServedStore, uuid: string): Promise<boolean> {
  const path = `/files/${uuid}?replica=aws&version=${VERSION}`;
  return (await served.send("HEAD", path)).status === 200;
}

Deno.test({
  ignore,
  name: "the S3 service of these tests refuses what is not signed rightly",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    await putObject(s3, { bucket: BUCKET, key: "a", bytes: BYTES });
    const answer = await fetch(`${s3.endpoint}/${BUCKET}/a`);
    await answer.body?.cancel();
    assert.equal(answer.status, 403);
  },
});

Deno.test({
  ignore,
  name:
    "hca dss put-file copies an object of S3 with the checksums of its tags and its type",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    await using served = await ServedStore.start(s3);
    const object = { bucket: BUCKET, key: "a/b.json", bytes: BYTES };
    await putObject(s3, { ...object, contentType: JSON_TYPE });
    const uuid = newUuid();
    const { status, out, err } = await served.hca(
      ...["dss", "put-file", "--uuid", uuid, "--version", VERSION],
      ...["--source-url", `s3://${BUCKET}/a/b.json`, "--creator-uid", "1"],
    );
    assert.equal(status, 0, err);
    assert.deepEqual(JSON.parse(out), { version: VERSION });
    const { bytes, headers } = await served.file(uuid);
    assert.deepEqual(bytes, BYTES);
    assert.equal(headers.get("x-dss-content-type"), JSON_TYPE);
    assert.equal(headers.get("x-dss-size"), "8");
    for (const [name, value] of Object.entries(await tagsOf(BYTES))) {
      const header = name.replace("hca", "x").replace("_", "-");
      assert.equal(headers.get(header), value, name);
    }
    served.assertNoSecretSaid();
  },
});

Deno.test({
  ignore,
  name: "a file from S3 needs four checksums, in tags or else in the metadata",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    await using served = await ServedStore.start(s3);
    type Case = [key: string, change: (right: Tags) => object, found: unknown];
    const missing = [422, "missing_checksum"];
    const invalid = [422, "invalid_checksum"];
    const cases: Case[] = [
      ["metadata", (right) => ({ tags: {}, metadata: right }), [201, null]],
      [
        "tags-win",
        (right) => ({ metadata: { ...right, "hca-dss-sha1": "0".repeat(40) } }),
        [201, null],
      ],
      [
        "other-tags",
        (right) => ({ tags: { ...right, lab: "a + b" } }),
        [201, null],
      ],
      ["none", () => ({ tags: {} }), missing],
    ];
    for (const name of Object.keys(await tagsOf(BYTES))) {
      const set = (change: (value: string) => string) => (right: Tags) => ({
        tags: { ...right, [name]: change(right[name] ?? "") },
      });
      cases.push(
        [`wrong-${name}`, set((value) => `${value.slice(1)}x`), invalid],
        [`malformed-${name}`, set((value) => `${value}0`), invalid],
        [
          `without-${name}`,
          ({ [name]: _left, ...tags }) => ({ tags }),
          missing,
        ],
      );
    }
    for (const [key, change, found] of cases) {
      // Each of another content: what is known is not read again.
      const bytes = new TextEncoder().encode(key);
      const changed = change(await tagsOf(bytes));
      await putObject(s3, { bucket: BUCKET, key, bytes, ...changed });
      const { uuid, status, body } = await put(served, key);
      assert.deepEqual([status, body.code ?? null], found, key);
      assert.equal(await isVisible(served, uuid), status === 201, key);
    }
    assert.equal((await served.contents()).length, 3);
    const checked = await served.hca(
      ...["local", "check", "--data-dir", served.dataDir],
    );
    assert.equal(checked.status, 0, checked.err);
    served.assertNoSecretSaid();
  },
});

Deno.test({
  ignore,
  name: "an object whose tags are wrong leaves nothing in the store",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    await using served = await ServedStore.start(s3);
    const tags = await tagsOf(new TextEncoder().encode("other"));
    await putObject(s3, { bucket: BUCKET, key: "a", bytes: BYTES, tags });
    const { status, err } = await served.hca(
      ...["dss", "put-file", "--uuid", newUuid(), "--version", VERSION],
      ...["--source-url", `s3://${BUCKET}/a`, "--creator-uid", "1"],
    );
    assert.notEqual(status, 0);
    assert.match(
      err,
      /invalid_checksum: The content of s3:\/\/staging\/a does not match its 'hca-dss-sha256', 'hca-dss-sha1', 'hca-dss-s3_etag', 'hca-dss-crc32c'/,
    );
    assert.deepEqual(await served.contents(), []);
  },
});

Deno.test({
  ignore,
  name: "an object, a bucket or a key that is not there is a 400 that names it",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    await using served = await ServedStore.start(s3);
    for (
      const [key, bucket, title] of [
        ["none", BUCKET, "s3://staging/none does not exist"],
        ["a", "no-such-bucket", "s3://no-such-bucket/a does not exist"],
        ["", BUCKET, "s3://staging/ does not name an object in a bucket"],
        [
          "../a",
          BUCKET,
          "s3://staging/../a does not name an object in a bucket",
        ],
      ] as const
    ) {
      const { status, body } = await put(served, key, bucket);
      assert.deepEqual(
        [status, body.code, body.title],
        [400, "illegal_arguments", title],
      );
    }
  },
});

Deno.test({
  ignore,
  name: "a wrong secret key is told as such, and is said nowhere",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    await putObject(s3, { bucket: BUCKET, key: "a", bytes: BYTES });
    const secretAccessKey = "PLANTED-wrong+key/";
    await using served = await ServedStore.start(s3, { secretAccessKey });
    const { status, err } = await served.hca(
      ...["dss", "put-file", "--uuid", newUuid(), "--version", VERSION],
      ...["--source-url", `s3://${BUCKET}/a`, "--creator-uid", "1"],
    );
    assert.notEqual(status, 0);
    assert.match(
      err,
      /s3:\/\/staging\/a is refused with status 403; .*AWS_SECRET_ACCESS_KEY/,
    );
    assert.equal(await served.end("SIGTERM"), 0);
    served.assertNoSecretSaid();
  },
});

Deno.test({
  ignore,
  name: "a wrong region is told as such",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    await putObject(s3, { bucket: BUCKET, key: "a", bytes: BYTES });
    await using served = await ServedStore.start(s3, { region: "us-west-2" });
    const { status, body } = await put(served, "a");
    assert.deepEqual([status, body.code, body.title], [
      400,
      "illegal_arguments",
      "s3://staging/a is refused with status 400; AWS_REGION of this " +
      "service may be wrong",
    ]);
  },
});

Deno.test({
  ignore,
  name: "keys of S3 may have any characters",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    await using served = await ServedStore.start(s3);
    const keys = [
      ...["a b", "a+b", "a%b", "100%25", "%2B", "a'()*!b", "Zürich/é.json"],
      ...["e\u0301", "細胞", "😀", "a&b=c", "a?b#c", "a;b,c:d@e$f", "~-._"],
      ...["[1]{2}|^`", 'say "hi" <b>', "a\\b", "a/b/c/d", "x=1/y=2"],
    ];
    for (const [n, key] of keys.entries()) {
      const bytes = new TextEncoder().encode(`${n} ${key}`);
      await putObject(s3, { bucket: BUCKET, key, bytes });
      const { uuid, status, body } = await put(served, key);
      assert.equal(status, 201, `${key} ${JSON.stringify(body)}`);
      assert.deepEqual((await served.file(uuid)).bytes, bytes, key);
    }
  },
});

Deno.test({
  ignore,
  name: "an object with a Content-Encoding is copied byte by byte",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    await using served = await ServedStore.start(s3);
    const bytes = new Uint8Array(gzipSync(BYTES));
    const object = { bucket: BUCKET, key: "a.json.gz", bytes };
    await putObject(s3, { ...object, contentEncoding: "gzip" });
    const { uuid, status, body } = await put(served, object.key);
    assert.equal(status, 201, JSON.stringify(body));
    assert.deepEqual((await served.file(uuid)).bytes, bytes);
  },
});

Deno.test({
  ignore,
  name: "an empty object is a file of no bytes",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    await using served = await ServedStore.start(s3);
    const bytes = new Uint8Array();
    await putObject(s3, { bucket: BUCKET, key: "empty", bytes });
    const { uuid, status, body } = await put(served, "empty");
    assert.equal(status, 201, JSON.stringify(body));
    const { headers } = await served.file(uuid);
    assert.equal(headers.get("x-dss-size"), "0");
    assert.equal(headers.get("x-dss-sha256"), digest("sha256", bytes));
  },
});

Deno.test({
  ignore,
  name:
    "an object that was stored in parts of 64 MiB has the ETag that S3 gave it",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    await using served = await ServedStore.start(s3, {
      args: ["--async-above", String(100 * MIB)],
    });
    const bytes = someBytes(70 * MIB + 1);
    const object = { bucket: BUCKET, key: "large.bin", bytes };
    const etag = await putObjectInParts(s3, object, digest("md5", bytes));
    assert.match(etag, /^[0-9a-f]{32}-2$/);
    // The tag says the MD5, which is the ETag of one part only.
    const wrong = await put(served, object.key);
    assert.deepEqual(
      [wrong.status, wrong.body.code],
      [422, "invalid_checksum"],
    );
    await putObjectInParts(s3, object, etag);
    const { uuid, status, body } = await put(served, object.key);
    assert.equal(status, 201, JSON.stringify(body));
    const { bytes: read, headers } = await served.file(uuid);
    assert.equal(headers.get("x-dss-s3-etag"), etag);
    assert.equal(digest("sha256", read), digest("sha256", bytes));
  },
});

Deno.test({
  ignore,
  name: "an object above --async-above is answered with 202 and visible then",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    const args = ["--async-above", "1000"];
    await using served = await ServedStore.start(s3, { args });
    const bytes = someBytes(100_000);
    await putObject(s3, { bucket: BUCKET, key: "right", bytes });
    const right = await put(served, "right");
    assert.equal(right.status, 202);
    const { uuid } = right;
    await waitUntil(() => isVisible(served, uuid), "the file is copied");
    assert.deepEqual((await served.file(uuid)).bytes, bytes);

    const tags = { ...await tagsOf(bytes), "hca-dss-crc32c": "00000000" };
    await putObject(s3, { bucket: BUCKET, key: "wrong", bytes, tags });
    const wrong = await put(served, "wrong");
    assert.equal(wrong.status, 202);
    const path = `/files/${wrong.uuid}?replica=aws&version=${VERSION}`;
    await waitUntil(
      async () => (await served.send("HEAD", path)).status === 422,
      "the wrong checksum is told",
    );
  },
});

Deno.test({
  ignore,
  name: "a copy goes on when the S3 service was killed in the middle of it",
  async fn() {
    await using s3 = await S3Service.start(BUCKET);
    await using gate = new Gate(s3.port);
    await using served = await ServedStore.start(s3, {
      args: ["--async-above", "1000"],
      endpoint: gate.endpoint,
    });
    // More than all the sockets on the way take in by themselves.
    const bytes = someBytes(60 * MIB);
    await putObject(s3, { bucket: BUCKET, key: "a", bytes });
    const held = gate.holdAfter(5 * MIB);
    const { uuid, status } = await put(served, "a");
    assert.equal(status, 202);
    await held;
    await s3.kill();
    gate.open();
    await s3.open();
    await waitUntil(() => isVisible(served, uuid), "the file is copied");
    assert.deepEqual((await served.file(uuid)).bytes, bytes);
    assert.match(
      served.said,
      /file \S+ was not copied: .*; it will be tried again/,
    );
    served.assertNoSecretSaid();
  },
});
