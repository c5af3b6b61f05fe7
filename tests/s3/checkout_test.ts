/**
 * Checkouts into a bucket of a real S3 service.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "npm:@aws-sdk/client-s3@3.1173.0";
import { addBundle, type Member } from "./_bundle.ts";
import { ignore, S3Service } from "./_s3_service.ts";
import { ServedStore } from "./_served_store.ts";
import { digest, someBytes } from "./_stated_object.ts";

const MIB = 1024 * 1024;
const LAB = "lab";
const STAGING = "staging";
const text = (words: string) => new TextEncoder().encode(words);

const MEMBERS: Member[] = [
  {
    name: "cell.json",
    bytes: text('{"a": 1}'),
    contentType: 'application/json; dcp-type="metadata/biomaterial"',
  },
  {
    name: "blanks.txt",
    bytes: text("x"),
    contentType: "text/plain;   charset=utf-8",
  },
  { name: "empty", bytes: new Uint8Array() },
  { name: "dir/a b+c%20'()*!é 細胞&=?#.txt", bytes: text("second") },
  // As large as one part, a byte more, and of several parts.
  { name: "part.bin", bytes: someBytes(16 * MIB, 2) },
  { name: "parts.bin", bytes: someBytes(16 * MIB + 1, 3) },
  { name: "dir/large é'.bin", bytes: someBytes(40 * MIB, 4) },
];

async function assertWhole(
  s3: S3Service,
  prefix: string,
  members: Member[],
): Promise<void> {
  assert.deepEqual(
    await s3.keys(LAB),
    members.map(({ name }) => `${prefix}/${name}`).sort(),
  );
  for (const { name, bytes, contentType } of members) {
    const object = await s3.read(LAB, `${prefix}/${name}`);
    const sha256 = digest("sha256", bytes);
    assert.equal(digest("sha256", object.bytes), sha256, name);
    assert.equal(
      object.contentType,
      contentType ?? "application/octet-stream",
    );
    assert.deepEqual(object.metadata, { "hca-dss-sha256": sha256 });
  }
  assert.deepEqual(await s3.unfinished(LAB), []);
}

Deno.test({
  ignore,
  name: "a checkout lays a bundle out in a bucket, byte by byte, by commands",
  async fn() {
    await using s3 = await S3Service.start(STAGING, LAB);
    await using served = await ServedStore.start(s3);
    const fqid = await addBundle(s3, served, STAGING, MEMBERS);
    const [uuid = ""] = fqid.split(".");
    const started = await served.hca(
      ...["dss", "post-bundles-checkout", "--replica", "aws"],
      ...["--uuid", uuid, "--destination", LAB],
    );
    assert.equal(started.status, 0, started.err);
    const { checkout_job_id: id } = JSON.parse(started.out);
    let state: Record<string, unknown>;
    do {
      const shown = await served.hca(
        ...["dss", "get-bundles-checkout", "--replica", "aws"],
        ...["--checkout-job-id", id],
      );
      assert.equal(shown.status, 0, shown.err);
      state = JSON.parse(shown.out);
    } while (state.status === "RUNNING");
    const location = `s3://${LAB}/bundles/${fqid}`;
    assert.deepEqual(state, { status: "SUCCEEDED", location });
    await assertWhole(s3, `bundles/${fqid}`, MEMBERS);
    served.assertNoSecretSaid();
  },
});

Deno.test({
  ignore,
  name:
    "a second checkout sends only what is not there, or is of another content",
  async fn() {
    await using s3 = await S3Service.start(STAGING, LAB);
    await using served = await ServedStore.start(s3);
    const members = MEMBERS.filter(({ name }) => name !== "part.bin");
    const fqid = await addBundle(s3, served, STAGING, members);
    const keyOf = (name: string) => `bundles/${fqid}/${name}`;
    await served.checkOut(fqid, LAB);
    // A mark that only sending again takes away.
    const Metadata = {
      "hca-dss-sha256": digest("sha256", text("x")),
      old: "1",
    };
    const bucket = { Bucket: LAB };
    const marked = { ...bucket, Key: keyOf("blanks.txt"), Body: text("x") };
    const ContentType = "text/plain;   charset=utf-8";
    await s3.client.send(
      new PutObjectCommand({ ...marked, Metadata, ContentType }),
    );
    for (const name of ["parts.bin", "empty"]) {
      const Key = keyOf(name);
      await s3.client.send(new DeleteObjectCommand({ ...bucket, Key }));
    }
    const other = {
      ...bucket,
      Key: keyOf("cell.json"),
      Body: text("12345678"),
    };
    await s3.client.send(new PutObjectCommand(other));
    const again = await served.checkOut(fqid, LAB);
    assert.equal(again.status, "SUCCEEDED");
    const head = new HeadObjectCommand({ ...bucket, Key: keyOf("blanks.txt") });
    assert.deepEqual((await s3.client.send(head)).Metadata, Metadata);
    await s3.client.send(
      new DeleteObjectCommand({ ...bucket, Key: keyOf("blanks.txt") }),
    );
    await served.checkOut(fqid, LAB);
    await assertWhole(s3, `bundles/${fqid}`, members);
  },
});

Deno.test({
  ignore,
  name: "a checkout into a bucket that is not there fails with a cause",
  async fn() {
    await using s3 = await S3Service.start(STAGING);
    await using served = await ServedStore.start(s3);
    const fqid = await addBundle(s3, served, STAGING, MEMBERS.slice(0, 1));
    assert.deepEqual(await served.checkOut(fqid, "no-such-bucket"), {
      status: "FAILED",
      cause: "Bucket no-such-bucket doesn't exist (FAILED)",
    });
  },
});

Deno.test({
  ignore,
  name: "a checkout with a wrong secret key fails, says why and not the key",
  async fn() {
    await using s3 = await S3Service.start(STAGING, LAB);
    const sources = await Deno.makeTempDir({ prefix: "hca-sources-" });
    try {
      await using served = await ServedStore.start(s3, {
        args: ["--source-dir", sources],
        secretAccessKey: "PLANTED-wrong+key/",
      });
      const fqid = await addBundle(s3, served, { directory: sources }, [
        { name: "a", bytes: text("a") },
      ]);
      const { status, cause } = await served.checkOut(fqid, LAB);
      assert.equal(status, "FAILED");
      assert.match(
        String(cause),
        /^Bucket lab answers with status 403; .*AWS_SECRET_ACCESS_KEY.* \(FAILED\)$/,
      );
      assert.equal(await served.end("SIGTERM"), 0);
      served.assertNoSecretSaid();
      assert.deepEqual(await s3.keys(LAB), []);
    } finally {
      await Deno.remove(sources, { recursive: true });
    }
  },
});

Deno.test({
  ignore,
  name: "a checkout of damaged content fails and leaves no unfinished upload",
  async fn() {
    await using s3 = await S3Service.start(STAGING, LAB);
    await using served = await ServedStore.start(s3);
    const bytes = someBytes(40 * MIB);
    const members = [{ name: "large.bin", bytes }];
    const fqid = await addBundle(s3, served, STAGING, members);
    await served.damageContent(40 * MIB - 1);
    assert.deepEqual(await served.checkOut(fqid, LAB), {
      status: "FAILED",
      cause:
        "The content of 'large.bin' is missing or damaged in the store (FAILED)",
    });
    assert.deepEqual(await s3.keys(LAB), []);
    assert.deepEqual(await s3.unfinished(LAB), []);
  },
});
