import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import aws4 from "npm:aws4@1.13.2";
import type { Fetch, JsonObject } from "../../../src/base/mod.ts";
import {
  createNodeHash,
  denoFiles,
  openSqlite,
} from "../../../src/platform/mod.ts";
import { LocalDss } from "../../../src/server/local_dss.ts";
import {
  LocalStore,
  ORIGIN,
  type SmallFile,
  uuidOf,
  VERSION,
} from "../../support/local_store.ts";
import { rejectWhenAborted } from "../../support/scripted_fetch.ts";
import { FakeS3, S3 } from "./_fake_s3.ts";

const BUNDLE = uuidOf(1);
const PREFIX = `lab/bundles/${BUNDLE}.${VERSION}`;
const LOCATION = `s3://lab/bundles/${BUNDLE}.${VERSION}`;
const CREDENTIALS = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "PLANTED-secret-key",
};
const MIB = 1024 * 1024;
const FILES: SmallFile[] = [
  { name: "a.json", content: '{"a": 1}' },
  { name: "dir/b é(1)'*.txt", content: "second" },
  { name: "empty", content: "" },
];

const sha256 = (bytes: Uint8Array | string) =>
  createHash("sha256").update(bytes).digest("hex");

/** A store over an S3 service, with one bundle. */
class BucketCase implements AsyncDisposable {
  readonly store: LocalStore;
  readonly s3: FakeS3;
  readonly dss: LocalDss;

  private constructor(store: LocalStore, s3: FakeS3, dss: LocalDss) {
    this.store = store;
    this.s3 = s3;
    this.dss = dss;
  }

  static async open(
    files: SmallFile[] = FILES,
    isSigned = true,
    wrap: (fetch: Fetch) => Fetch = (fetch) => fetch,
  ): Promise<BucketCase> {
    const store = await LocalStore.open();
    const s3 = new FakeS3("lab");
    const dss = await LocalDss.open({
      dataDir: store.dataDir,
      runtime: {
        files: denoFiles,
        clock: store.clock,
        random: Math.random,
        createHash: createNodeHash,
        fetch: wrap(s3.fetch),
      },
      openDatabase: openSqlite,
      version: "1.2.3",
      settings: {
        s3Endpoint: `${S3}/`,
        s3Credentials: isSigned ? CREDENTIALS : undefined,
      },
    });
    await store.add({ uuid: BUNDLE, files }, dss);
    return new BucketCase(store, s3, dss);
  }

  /** Starts a checkout. */
  async post(destination = "lab"): Promise<string> {
    const answer = await this.dss.handler(
      new Request(`${ORIGIN}/v1/bundles/${BUNDLE}/checkout?replica=aws`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ destination }),
      }),
    );
    return (await answer.json()).checkout_job_id;
  }

  /** Works once on what is due. */
  async work(signal = new AbortController().signal): Promise<void> {
    await this.dss.runDueTasks(signal);
  }

  /** How far a checkout is. */
  async statusOf(id: string): Promise<JsonObject> {
    const path = `/v1/bundles/checkout/${id}?replica=aws`;
    return await (await this.dss.handler(new Request(`${ORIGIN}${path}`)))
      .json();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dss[Symbol.dispose]();
    await this.store[Symbol.asyncDispose]();
  }
}

function assertHas(s3: FakeS3, files: SmallFile[]): void {
  const keys = files.map(({ name }) => `${PREFIX}/${name}`).sort();
  assert.deepEqual([...s3.objects.keys()].sort(), keys);
  for (const { name, content = "" } of files) {
    const object = s3.objects.get(`${PREFIX}/${name}`);
    assert.ok(object);
    assert.equal(sha256(object.bytes), sha256(content), name);
    assert.equal(
      object.headers.get("x-amz-meta-hca-dss-sha256"),
      sha256(content),
    );
    assert.equal(
      object.headers.get("content-type"),
      name.endsWith(".json") ? "application/json" : "application/octet-stream",
    );
  }
}

Deno.test("a checkout into a bucket sends each file as an object, signed as S3 wants it", async () => {
  await using given = await BucketCase.open();
  const { s3 } = given;
  s3.onBody = (request, body) => {
    const { host, pathname, search } = new URL(request.url);
    const sent = Object.fromEntries(request.headers);
    const { authorization, ...headers } = sent;
    assert.equal(headers["x-amz-content-sha256"], sha256(body));
    const signed = /SignedHeaders=([^,]+)/.exec(authorization ?? "")?.[1] ?? "";
    const named = signed.split(";").filter((name) => name !== "host");
    const { headers: own } = aws4.sign({
      host,
      path: `${pathname}${search}`,
      method: request.method,
      service: "s3",
      region: "us-east-1",
      headers: Object.fromEntries(
        named.map((name) => [name, headers[name] ?? ""]),
      ),
    }, CREDENTIALS);
    assert.equal(authorization, own?.["Authorization"]);
  };
  const id = await given.post();
  await given.work();
  assert.deepEqual(await given.statusOf(id), {
    status: "SUCCEEDED",
    location: LOCATION,
  });
  assertHas(s3, FILES);
});

Deno.test("a checkout into a bucket sends nothing again that is there", async () => {
  await using given = await BucketCase.open(FILES, false);
  const { s3 } = given;
  await given.post();
  await given.work();
  const object = s3.objects.get(`${PREFIX}/a.json`);
  assert.ok(object);
  object.bytes = object.bytes.slice(1);
  // As long, but of another content.
  const other = s3.objects.get(`${PREFIX}/dir/b é(1)'*.txt`);
  assert.ok(other);
  other.headers = new Headers({ "x-amz-meta-hca-dss-sha256": sha256("x") });
  s3.objects.delete(`${PREFIX}/empty`);
  s3.lines.length = 0;
  const id = await given.post();
  await given.work();
  assert.equal((await given.statusOf(id)).status, "SUCCEEDED");
  assertHas(s3, FILES);
  assert.deepEqual(s3.lines.filter((line) => line.startsWith("PUT")), [
    `PUT ${PREFIX}/a.json`,
    `PUT ${PREFIX}/dir/b é(1)'*.txt`,
    `PUT ${PREFIX}/empty`,
  ]);
});

Deno.test("a checkout into a bucket sends a large file in parts of 16 MiB", async () => {
  const content = new Uint8Array(33 * MIB + 1);
  crypto.getRandomValues(content.subarray(16 * MIB - 100, 16 * MIB + 100));
  const files = [{ name: "large.bin", content }];
  await using given = await BucketCase.open(files);
  const { s3 } = given;
  const id = await given.post();
  await given.work();
  assert.equal((await given.statusOf(id)).status, "SUCCEEDED");
  assertHas(s3, files);
  assert.equal(s3.uploads.size, 0);
  assert.deepEqual(
    s3.lines.map((line) => line.replace(/^(\w+) .*?\?/, "$1 ")),
    [
      "HEAD lab",
      `HEAD ${PREFIX}/large.bin`,
      "POST uploads=",
      "PUT partNumber=1&uploadId=upload%2F%2B0",
      "PUT partNumber=2&uploadId=upload%2F%2B0",
      "PUT partNumber=3&uploadId=upload%2F%2B0",
      "POST uploadId=upload%2F%2B0",
      `GET uploads=&prefix=bundles%2F${BUNDLE}.${VERSION}%2F`,
    ],
  );
});

Deno.test("a checkout into no bucket fails, and so does one that is refused", async () => {
  await using given = await BucketCase.open();
  const { s3 } = given;
  const missing = await given.post("no-such");
  await given.work();
  assert.deepEqual(await given.statusOf(missing), {
    status: "FAILED",
    cause: "Bucket no-such doesn't exist (FAILED)",
  });
  for (const method of ["HEAD", "PUT"]) {
    s3.onRequest = (request, line) =>
      request.method === method && !line.startsWith("HEAD lab/")
        ? new Response(null, { status: 403 })
        : undefined;
    const refused = await given.post();
    await given.work();
    assert.deepEqual(await given.statusOf(refused), {
      status: "FAILED",
      cause: "Bucket lab answers with status 403; AWS_ACCESS_KEY_ID and " +
        "AWS_SECRET_ACCESS_KEY of this service may be wrong, or do not " +
        "allow it (FAILED)",
    });
  }
});

Deno.test("an upload in parts that fails is let go of", async () => {
  const content = new Uint8Array(17 * MIB);
  await using given = await BucketCase.open([{ name: "large.bin", content }]);
  const { s3 } = given;
  for (
    const [step, status] of [
      ["PUT", 400],
      ["POST uploadId", 200],
    ] as const
  ) {
    s3.onRequest = (_request, line) =>
      line.replace(/ .*\?/, " ").startsWith(step)
        ? new Response("<Error><Code>Bad</Code></Error>", { status })
        : undefined;
    const id = await given.post();
    await given.work();
    assert.deepEqual(await given.statusOf(id), {
      status: "FAILED",
      cause:
        `Bucket lab refuses an object with status ${status} (Bad) (FAILED)`,
    });
    assert.equal(s3.objects.size, 0);
    assert.equal(s3.uploads.size, 0);
  }
});

Deno.test("a checkout lets go of uploads of its files that a killed process has left, and of no others", async () => {
  const name = "b é(1)'*.bin";
  const content = new Uint8Array(17 * MIB);
  const files = [{ name, content }];
  await using given = await BucketCase.open(files);
  const { s3 } = given;
  const headers = new Headers();
  const others = [`${PREFIX}/other`, "lab/bundles/other"];
  for (const [n, path] of [`${PREFIX}/${name}`, ...others].entries()) {
    s3.uploads.set(`left${n}`, { path, parts: [], headers });
  }
  const id = await given.post();
  await given.work();
  assert.equal((await given.statusOf(id)).status, "SUCCEEDED");
  assertHas(s3, files);
  const left = [...s3.uploads.values()].map(({ path }) => path);
  assert.deepEqual(left, others);
});

for (const isThere of [true, false]) {
  Deno.test(
    `a checkout whose upload is let go of by another one ${
      isThere ? "takes its object" : "begins again in a minute"
    }`,
    async () => {
      const content = new Uint8Array(33 * MIB);
      const files = [{ name: "large.bin", content }];
      await using given = await BucketCase.open(files);
      const { s3, store } = given;
      s3.onRequest = (_request, line) => {
        if (!line.includes("partNumber=2&")) return undefined;
        s3.onRequest = () => undefined;
        s3.uploads.clear();
        const headers = new Headers({
          "content-type": "application/octet-stream",
          "x-amz-meta-hca-dss-sha256": sha256(content),
        });
        const object = { bytes: content, headers };
        if (isThere) s3.objects.set(`${PREFIX}/large.bin`, object);
        return undefined;
      };
      const id = await given.post();
      await given.work();
      if (!isThere) {
        assert.deepEqual(await given.statusOf(id), { status: "RUNNING" });
        await store.clock.advance(60_000);
        await given.work();
      }
      assert.equal((await given.statusOf(id)).status, "SUCCEEDED");
      assertHas(s3, files);
      assert.equal(s3.uploads.size, 0);
    },
  );
}

Deno.test("a checkout of damaged content completes no object", async () => {
  const content = new Uint8Array(17 * MIB);
  await using given = await BucketCase.open([{ name: "large.bin", content }]);
  const { s3, store } = given;
  const [blob] = store.blobFiles();
  content[16 * MIB] = 1;
  await Deno.writeFile(`${store.dataDir}/blobs/${blob}`, content);
  const id = await given.post();
  await given.work();
  assert.deepEqual(await given.statusOf(id), {
    status: "FAILED",
    cause:
      "The content of 'large.bin' is missing or damaged in the store (FAILED)",
  });
  assert.equal(s3.objects.size, 0);
  assert.equal(s3.uploads.size, 0);
});

for (
  const [what, fail] of [
    ["answers 503", () => new Response(null, { status: 503 })],
    ["answers 429", () => new Response(null, { status: 429 })],
    ["cannot be reached", () => {
      throw new TypeError("connection refused");
    }],
  ] as [string, () => Response][]
) {
  Deno.test(`a checkout is tried again in a minute when the S3 service ${what}, ten times`, async () => {
    await using given = await BucketCase.open();
    const { s3, store } = given;
    s3.onRequest = (_request, line) =>
      line.endsWith("/empty") ? fail() : undefined;
    const id = await given.post();
    await given.work();
    assert.deepEqual(await given.statusOf(id), { status: "RUNNING" });
    const before = s3.lines.length;
    await given.work();
    assert.equal(s3.lines.length, before, "it waits");
    s3.onRequest = () => undefined;
    await store.clock.advance(60_000);
    await given.work();
    assert.equal((await given.statusOf(id)).status, "SUCCEEDED");
    assertHas(s3, FILES);

    s3.objects.delete(`${PREFIX}/empty`);
    s3.onRequest = (_request, line) =>
      line.endsWith("/empty") ? fail() : undefined;
    const never = await given.post();
    for (let n = 0; n < 10; n++) {
      await given.work();
      assert.deepEqual(await given.statusOf(never), { status: "RUNNING" });
      await store.clock.advance(60_000);
    }
    await given.work();
    assert.deepEqual(await given.statusOf(never), {
      status: "FAILED",
      cause: "failure to complete work within allowed time interval",
    });
  });
}

for (
  const [what, answer] of [
    ["a request", (ended: Promise<never>) => ended],
    // So does Deno when it has forgotten the request.
    [
      "an answer that no signal ends any more, and",
      () => Promise.resolve(new Response(new ReadableStream())),
    ],
    ["an answer", (ended: Promise<never>) =>
      Promise.resolve(
        new Response(
          new ReadableStream({
            start: (stream) => void ended.catch((error) => stream.error(error)),
          }),
        ),
      )],
  ] as const
) {
  Deno.test(`${what} that hangs is given up after a minute`, async () => {
    const asked = Promise.withResolvers<void>();
    const hang: Fetch = ({ signal }) => {
      asked.resolve();
      const ended = rejectWhenAborted(signal);
      // Not every one of them takes part in it.
      ended.catch(() => {});
      return answer(ended);
    };
    await using given = await BucketCase.open(FILES, true, () => hang);
    const id = await given.post();
    const working = given.work();
    await asked.promise;
    await given.store.clock.advance(60_000);
    await working;
    assert.deepEqual(await given.statusOf(id), { status: "RUNNING" });
  });
}
