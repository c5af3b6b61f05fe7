/**
 * Services that mean harm: documents, pages and header fields made to lead
 * astray, to leak, or to eat the machine.
 *
 * @module
 */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import type { Json, JsonObject } from "../../src/base/mod.ts";
import { SampleStore, Sandbox, waitForLine } from "../e2e/_program.ts";
import {
  createGiven,
  type FaultCase,
  faultCase,
  type Given,
  runHca,
} from "./_case.ts";
import {
  BUNDLE_UUID,
  BUNDLE_VERSION,
  FaultyService,
  sendJson,
  sendStatus,
  sha256Of,
} from "./_service.ts";
import { faultTest } from "./_suite.ts";

const CANARY = "TOKEN-CANARY-91bc";

/** Another text instead of the bundle. */
const answersBundle = (
  text: (given: Given) => string,
  headers: Record<string, string> = {},
) =>
(given: Given): void => {
  given.service.intercept = async (request, wire) => {
    if (!request.target.startsWith("/v1/bundles/")) return false;
    await sendJson(wire, text(given), headers);
    return true;
  };
};

/** Another API document. */
const documents =
  (change: (document: JsonObject) => unknown) => ({ service }: Given): void => {
    service.document = change;
  };

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

const CASES: FaultCase[] = [
  ...[
    ["is cut", '{"bundle": {"files": ['],
    ["has NaN", '{"bundle": {"files": NaN}}'],
    ["is nested 100,000 deep", `{"bundle": ${nested(100_000)}}`],
    ["is HTML", "<html>Sign in</html>"],
    ["is empty", ""],
    ["is another thing", '{"results": []}'],
  ].map(([what, text = ""]): FaultCase => ({
    row: "M04",
    when: `the bundle's JSON ${what}`,
    does: "refuses it with one line",
    arrange: answersBundle(() => text),
    status: 10,
    error: "RefusedError",
    check: (_given, { err }) => assert.ok(!/\n\s+at /.test(err), err),
  })),
  ...[
    ["is nested 100,000 deep", () => nested(100_000)],
    ["is not JSON", () => "{"],
    ["refers to itself without end", (document: JsonObject) => ({
      ...document,
      definitions: { A: { $ref: "#/definitions/A" } },
      paths: { "/bundles/{uuid}": { $ref: "#/paths/~1bundles~1{uuid}" } },
    })],
  ].map(([what, change]): FaultCase => ({
    row: "H01",
    when: `the API document ${what as string}`,
    does: "refuses it with one line",
    arrange: documents(change as (document: JsonObject) => unknown),
    status: 10,
    error: "RefusedError",
    check: (_given, { err }) => assert.ok(!/\n\s+at /.test(err), err),
  })),
  {
    row: "H01",
    when: "the API document has paths that lead nowhere",
    does: "says that the service has no such operation",
    arrange: documents((document) => ({
      ...document,
      paths: { __proto__: null, constructor: 1, "/x": null },
    })),
    status: 2,
    error: "UsageError",
    says: /has no operation 'get_bundle'/,
    // It is a good document for all that hca can know, and is kept.
    remedy: ["dss", "refresh-swagger"],
  },
  {
    row: "H01",
    when: "the API document has 20,000 operations and hostile names",
    does: "uses the ones it knows",
    arrange: documents((document) => {
      const paths: JsonObject = { ...document.paths as JsonObject };
      for (let at = 0; at < 20_000; at++) {
        paths[`/x${at}/{__proto__}`] = {
          get: {
            parameters: [{ name: "__proto__", in: "query", type: "string" }],
            description: "\x1b[2J\x07",
          } as unknown as Json,
        };
      }
      return { ...document, paths };
    }),
    check: (_given, { err, out }) =>
      // deno-lint-ignore no-control-regex -- what must not be there
      assert.ok(!/[\x1b\x07]/.test(err + out)),
  },
  {
    row: "H02",
    when: "the next page of a bundle is the same page for ever",
    does: "stops and refuses it",
    arrange: ({ service }) => {
      service.intercept = async (request, wire) => {
        if (!request.target.startsWith("/v1/bundles/")) return false;
        await sendJson(wire, emptyBundle(), {
          link: `<${service.origin}${request.target}>; rel="next"`,
        });
        return true;
      };
    },
    status: 10,
    error: "RefusedError",
    check: ({ service }) =>
      assert.ok(service.asked("/v1/bundles/").length < 10),
  },
  {
    row: "H02",
    when: "pages of a bundle never end",
    does: "stops at a limit",
    arrange: ({ service }) => {
      let page = 0;
      service.intercept = async (request, wire) => {
        if (!request.target.startsWith("/v1/bundles/")) return false;
        const next = `/v1/bundles/${BUNDLE_UUID}?page=${++page}`;
        await sendJson(wire, emptyBundle(), {
          link: `<${service.origin}${next}>; rel="next"`,
        });
        return true;
      };
    },
    status: 10,
    error: "RefusedError",
  },
  {
    row: "H03",
    when: "Content-Disposition names another path",
    does: "uses the name that the bundle states",
    arrange: ({ service, small }) =>
      service.spoil(small, [], {
        headers: {
          "content-disposition": 'attachment; filename="../../evil"',
        },
      }),
  },
  {
    row: "H04",
    when: "a bundle's answer unpacks to 200 MB",
    does: "stops long before, in bounded memory",
    arrange: ({ service }) => {
      const bomb = gzipSync(new Uint8Array(200_000_000).fill(0x20));
      service.intercept = async (request, wire) => {
        if (!request.target.startsWith("/v1/bundles/")) return false;
        await sendBytes(wire, bomb);
        return true;
      };
    },
    status: 10,
    error: "RefusedError",
  },
];

for (const fault of CASES) faultCase(import.meta.url, fault);

async function sendBytes(
  wire: { send: (data: string | Uint8Array) => Promise<void> },
  body: Uint8Array,
): Promise<void> {
  await wire.send(
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" +
      `content-encoding: gzip\r\ncontent-length: ${body.length}\r\n` +
      "connection: close\r\n\r\n",
  );
  await wire.send(body);
}

function emptyBundle(): unknown {
  return {
    bundle: { uuid: BUNDLE_UUID, version: BUNDLE_VERSION, files: [] },
  };
}

faultTest(import.meta.url, {
  row: "H02",
  when: "the next page is at another host",
  does: "does not take the token there",
}, async () => {
  await using given = await createGiven();
  await using away = new FaultyService();
  const { service, sandbox } = given;
  away.intercept = async (_request, wire) => {
    await sendJson(wire, { collections: [] });
    return true;
  };
  service.intercept = async (request, wire) => {
    if (!request.target.startsWith("/v1/collections")) return false;
    await sendJson(wire, { collections: [] }, {
      link: `<${away.origin}/v1/collections?page=2>; rel="next"`,
    });
    return true;
  };
  const { status, error, err } = await runHca(sandbox, [
    ...["dss", "get-collections", "--no-paginate"],
    ...["--swagger-url", service.swaggerUrl, "--log-format", "json"],
  ], { environment: { HCA_ACCESS_TOKEN: CANARY } });
  assert.equal(service.asked("/v1/collections").length, 1, err);
  const { status: paged, error: refused } = await runHca(sandbox, [
    ...["dss", "get-collections"],
    ...["--swagger-url", service.swaggerUrl, "--log-format", "json"],
  ], { environment: { HCA_ACCESS_TOKEN: CANARY } });
  assert.deepEqual([status, error], [0, undefined], err);
  const sent = away.requests.flatMap(({ headers }) => [...headers.values()]);
  assert.ok(!sent.join().includes(CANARY));
  if (away.requests.length === 0) {
    assert.deepEqual([paged, refused?.class], [10, "RefusedError"]);
  }
});

faultTest(import.meta.url, {
  row: "H01",
  when: "the API document names another host",
  does: "does not take the token there",
}, async () => {
  await using given = await createGiven();
  await using away = new FaultyService();
  const { service, sandbox } = given;
  away.intercept = (_request, wire) => sendStatus(wire, 404);
  service.document = (document) => ({
    ...document,
    host: `127.0.0.1:${away.port}`,
  });
  const { status } = await runHca(sandbox, [
    ...["dss", "get-collections"],
    ...["--swagger-url", service.swaggerUrl, "--log-format", "json"],
  ], { environment: { HCA_ACCESS_TOKEN: CANARY } });
  assert.notEqual(status, 0);
  const sent = away.requests.flatMap(({ headers }) => [...headers.values()]);
  assert.ok(!sent.join().includes(CANARY), sent.join("\n"));
});

faultTest(import.meta.url, {
  row: "S03",
  when:
    "a page of another host, or a path out of its store, asks hca local serve",
  does: "does not answer it",
}, async () => {
  await using store = await SampleStore.create();
  await using sandbox = await Sandbox.create(store.directory);
  const server = sandbox.spawn(["local", "serve", "--port", "0"]);
  try {
    const [, port = ""] = await waitForLine(server.stdout, /127.0.0.1:(\d+)/);
    const own = `127.0.0.1:${port}`;
    const path = "/v1/bundles/all?replica=aws";
    assert.match(await answerTo(port, path, own), /^HTTP\/1.1 200 /);
    for (const host of ["evil.example", `evil.example:${port}`]) {
      assert.match(await answerTo(port, path, host), /^HTTP\/1.1 4\d\d /, host);
    }
    for (const target of ["/../../etc/passwd", "/blobs/..%2f..%2fx", "//x"]) {
      const answer = await answerTo(port, target, own);
      assert.match(answer, /^HTTP\/1.1 4\d\d /, target);
    }
  } finally {
    server.kill("SIGTERM");
    await server.stderr.cancel();
    await server.status;
  }
});

/** The first line of the answer to a request, sent byte for byte. */
async function answerTo(
  port: string,
  target: string,
  host: string,
): Promise<string> {
  using connection = await Deno.connect({
    hostname: "127.0.0.1",
    port: Number(port),
  });
  await connection.write(
    new TextEncoder().encode(
      `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
    ),
  );
  const buffer = new Uint8Array(256);
  const count = await connection.read(buffer) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, count));
}

faultTest(import.meta.url, {
  row: "H03",
  when: "a file's answer states a name of its own",
  does: "writes nothing but what it was asked for",
}, async () => {
  await using given = await createGiven();
  const { service, sandbox, small } = given;
  service.spoil(small, [], {
    headers: { "content-disposition": 'attachment; filename="evil"' },
  });
  const { status, bytes, err } = await runHca(sandbox, [
    ...["dss", "get-file", "--replica", "aws", "--uuid", small.uuid],
    ...["--swagger-url", service.swaggerUrl],
  ]);
  assert.equal(status, 0, err);
  assert.equal(sha256Of(bytes), small.sha256);
  assert.deepEqual([...Deno.readDirSync(sandbox.work)], []);
});
