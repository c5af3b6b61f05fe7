import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Json } from "../../src/base/mod.ts";
import { type AuthMode, DssClient } from "../../src/services/mod.ts";
import { createRuntime } from "../../src/platform/mod.ts";
import { ApiDocument } from "../../src/swagger/mod.ts";

const UUID = "ffffaf55-f19c-40e3-aa81-a6c69d357265";
const FILE = "aaaaaf55-f19c-40e3-aa81-a6c69d357265";
const VERSION = "2019-08-01T200147.836832Z";
// More than is fetched in one go, so that a broken answer is taken up.
const BYTES = new Uint8Array(3 << 20).map((_, at) => at % 251);

interface Recorder {
  origin: string;
  /** `Authorization` of each request; null: none. */
  tokens: (string | null)[];
  [Symbol.asyncDispose](): Promise<void>;
}

function serve(answer: (request: Request) => Response): Recorder {
  const tokens: (string | null)[] = [];
  const server = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      onListen: () => {},
      onError: () => new Response(null, { status: 500 }),
    },
    (request) => {
      tokens.push(request.headers.get("authorization"));
      return answer(request);
    },
  );
  return {
    origin: `http://127.0.0.1:${server.addr.port}`,
    tokens,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The start of the bytes, or the part of them that is asked for. */
function bytesFor(request: Request): Response {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(
    request.headers.get("range") ?? "",
  ) ?? [];
  if (from === undefined) return new Response(brokenBody());
  const end = to ? Number(to) + 1 : BYTES.length;
  return new Response(BYTES.slice(Number(from), end), {
    status: 206,
    headers: { "content-range": `bytes ${from}-${end - 1}/${BYTES.length}` },
  });
}

/** Breaks off after two thirds. */
function brokenBody(): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= 2 << 20) return controller.error(new Error("broken"));
      controller.enqueue(BYTES.slice(at, at += 1 << 16));
    },
  });
}

function documentOf(origin: string, isSecured: boolean): ApiDocument {
  const inPath = { name: "uuid", in: "path", required: true, type: "string" };
  const inQuery = (name: string) => ({ name, in: "query", type: "string" });
  const parameters = [inPath, inQuery("replica"), inQuery("version")];
  const security: Json = isSecured ? [{ dcpAuth: [] }] : [];
  return new ApiDocument({
    swagger: "2.0",
    basePath: "/v1",
    paths: {
      "/bundles/{uuid}": { get: { parameters, responses: { 200: {} } } },
      "/files/{uuid}": { get: { parameters, responses: {}, security } },
    },
  }, `${origin}/v1/swagger.json`);
}

function bundle() {
  return {
    bundle: {
      uuid: UUID,
      version: VERSION,
      creator_uid: 0,
      files: [{
        name: "cells.bin",
        uuid: FILE,
        version: VERSION,
        "content-type": "application/octet-stream",
        indexed: false,
        size: BYTES.length,
        sha256: createHash("sha256").update(BYTES).digest("hex"),
        sha1: "0".repeat(40),
        "s3-etag": "0".repeat(32),
        crc32c: "0".repeat(8),
      }],
    },
  };
}

/** Downloads a bundle whose one file is at another origin. */
async function download(isSecured: boolean, auth: AuthMode) {
  await using bucket = serve(bytesFor);
  await using dss = serve((request) =>
    new URL(request.url).pathname.startsWith("/v1/bundles/")
      ? Response.json(bundle())
      : Response.redirect(`${bucket.origin}/signed`, 302)
  );
  using runtime = createRuntime();
  const downloadDir = await Deno.makeTempDir();
  try {
    const client = new DssClient({
      runtime,
      document: documentOf(dss.origin, isSecured),
      accessToken: () => Promise.resolve("t0ken"),
      auth,
    });
    const totals = await client.download({
      bundleUuid: UUID,
      replica: "aws",
      downloadDir,
      segments: 1,
    }).finished();
    assert.equal(totals.fetched, 2);
  } finally {
    await Deno.remove(downloadDir, { recursive: true });
  }
  return { service: dss.tokens, bucket: bucket.tokens };
}

const CASES: [isSecured: boolean, auth: AuthMode, sent: (string | null)[]][] = [
  // The bundle, then the file.
  [false, "document", [null, null]],
  [true, "document", [null, "Bearer t0ken"]],
  [true, "never", [null, null]],
  [false, "always", ["Bearer t0ken", "Bearer t0ken"]],
];

for (const [isSecured, auth, sent] of CASES) {
  Deno.test(`DssClient.download with auth ${auth} of files that need ${isSecured ? "a" : "no"} token leaves it at the service`, async () => {
    const tokens = await download(isSecured, auth);
    assert.deepEqual(tokens.service, sent);
    // It was asked again without the service.
    assert.ok(tokens.bucket.length >= 2, String(tokens.bucket.length));
    assert.deepEqual(new Set(tokens.bucket), new Set([null]));
  });
}
