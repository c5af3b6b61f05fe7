/**
 * Where answers lead to, and who may know what on the way.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { JsonObject } from "../../src/base/mod.ts";
import {
  createGiven,
  type FaultCase,
  faultCase,
  type Given,
  runHca,
  SMALL_BYTES,
} from "./_case.ts";
import {
  FaultyService,
  type Intercept,
  sendStatus,
  sha256Of,
} from "./_service.ts";
import { faultTest } from "./_suite.ts";

const CANARY = "TOKEN-CANARY-7f3a";

/** Redirects the small file to somewhere else. */
const leadsTo = (location: string) => ({ service, small }: Given): void => {
  service.intercept = redirectOf(small.uuid, () => location);
};

function redirectOf(uuid: string, location: () => string): Intercept {
  return (request, wire) =>
    request.target.startsWith(`/v1/files/${uuid}`)
      ? sendStatus(wire, 302, { location: location() })
      : false;
}

/** A status instead of the redirect to the small file. */
const refusesWith = (status: number) => ({ service, small }: Given): void => {
  service.intercept = (request, wire) =>
    request.target.startsWith(`/v1/files/${small.uuid}`)
      ? sendStatus(wire, status)
      : false;
};

const askedOnce = ({ service, small }: Given): void =>
  assert.equal(service.asked(`/v1/files/${small.uuid}`).length, 1);

async function freePort(): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return await Promise.resolve(port);
}

const CASES: FaultCase[] = [
  {
    row: "N27",
    when: "a file's address redirects to itself",
    does: "stops after 20 times, once",
    arrange: ({ service, small }) => {
      service.intercept = (request, wire) =>
        request.target.startsWith(`/v1/files/${small.uuid}`)
          ? sendStatus(wire, 302, { location: request.target })
          : false;
    },
    status: 3,
    failures: { "small.bin": "ServiceError" },
    says: /redirects without end/,
    check: ({ service, small }) => {
      const asked = service.asked(`/v1/files/${small.uuid}`).length;
      assert.ok(asked <= 21, `${asked} requests`);
    },
  },
  ...["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:1", "http://"]
    .map((location): FaultCase => ({
      row: "N30",
      when: `a redirect leads to ${location}`,
      does: "refuses it",
      arrange: leadsTo(location),
      status: 3,
      failures: { "small.bin": "RefusedError" },
      check: askedOnce,
    })),
  // An address of which nothing depends on: were it asked, nothing is lost.
  ...["http://169.254.1.1/", "http://[fe80::1]/"]
    .map((location): FaultCase => ({
      row: "N30",
      when: `a redirect leads to the link-local ${location}`,
      does: "refuses it",
      args: ["--connect-timeout", "1", "--num-retries", "0"],
      arrange: leadsTo(location),
      status: 3,
      failures: { "small.bin": "RefusedError" },
      check: askedOnce,
    })),
  {
    row: "N31",
    when: "the signed address expires in the middle of a transfer",
    does: "asks the service for a new one and goes on where it broke",
    arrange: ({ service, small, big }) => {
      const expired = new Set<string>();
      const signed = new Map<string, number>();
      for (const file of [small, big]) {
        service.spoil(file, [{ cutAfter: (size) => Math.floor(size * 0.4) }]);
      }
      service.intercept = (request, wire) => {
        const { pathname, searchParams } = new URL(
          request.target,
          service.origin,
        );
        const file = service.files.find(({ uuid }) => pathname.endsWith(uuid));
        if (file !== undefined && file.name !== "other.txt") {
          const count = (signed.get(file.name) ?? 0) + 1;
          signed.set(file.name, count);
          return sendStatus(wire, 302, {
            location: `${service.signedUrl(file)}&count=${count}`,
          });
        }
        if (!searchParams.has("count")) return false;
        if (expired.has(request.target)) return sendStatus(wire, 403);
        expired.add(request.target);
        return false;
      };
    },
    check: ({ service, big }) =>
      assert.ok(service.asked(`/v1/files/${big.uuid}`).length >= 2),
  },
  {
    row: "N32",
    when: "a file is answered with 403",
    does: "does not ask again, and brings the others",
    arrange: refusesWith(403),
    status: 3,
    failures: { "small.bin": "AuthError" },
    says: /HTTP 403/,
    check: askedOnce,
  },
  {
    row: "N32",
    when: "files are answered with 401",
    does: "stops with one error that says how to log in",
    arrange: ({ service }) => {
      service.intercept = (request, wire) =>
        request.target.startsWith("/v1/files/") ? sendStatus(wire, 401) : false;
    },
    status: 4,
    error: "AuthError",
    says: /HTTP 401.*hca dss login/,
  },
  ...[404, 410].map((status): FaultCase => ({
    row: "N33",
    when: `a file is answered with ${status}`,
    does: "does not ask again, and brings the others",
    arrange: refusesWith(status),
    status: 3,
    failures: { "small.bin": "NotFoundError" },
    says: new RegExp(`HTTP ${status}`),
    check: askedOnce,
  })),
  {
    row: "N34",
    when: "nothing listens where a file is",
    does: "names the host after few tries",
    args: ["--num-retries", "1"],
    arrange: async ({ service, small }) => {
      const port = await freePort();
      service.intercept = redirectOf(
        small.uuid,
        () => `http://127.0.0.1:${port}/x`,
      );
    },
    status: 3,
    failures: { "small.bin": "NetworkError" },
    says: /127\.0\.0\.1:\d+.*refused/,
  },
  {
    row: "N34",
    when: "the host of a file has no address",
    does: "names the host after few tries",
    args: ["--num-retries", "1", "--connect-timeout", "5"],
    arrange: leadsTo("http://no-such-host.invalid/x"),
    status: 3,
    failures: { "small.bin": "NetworkError" },
    says: /no-such-host\.invalid/,
  },
  {
    row: "N37",
    when: "a header field has 2 MiB",
    does: "ends with an error and brings the others",
    args: ["--num-retries", "1"],
    arrange: ({ service, small }) =>
      service.spoil(small, [], { headers: { "x-big": "x".repeat(1 << 21) } }),
    status: 3,
    failures: { "small.bin": "NetworkError" },
    // The body follows, to nobody; and where the end of the connection is seen
    // before the length of the head, it is asked for as often as usual.
    twiceBytes: SMALL_BYTES * 40,
  },
  {
    row: "N37",
    when: "there are 10,000 header fields",
    does: "ends with an error and brings the others",
    args: ["--num-retries", "1"],
    arrange: ({ service, small }) => {
      const names = Array.from({ length: 10_000 }, (_, at) => [`x-${at}`, "1"]);
      service.spoil(small, [], { headers: Object.fromEntries(names) });
    },
    status: 3,
    failures: { "small.bin": "NetworkError" },
    twiceBytes: SMALL_BYTES * 4,
  },
];

for (const fault of CASES) faultCase(import.meta.url, fault);

faultTest(import.meta.url, {
  row: "N28",
  when: "an answer to a request with a token leads to another origin",
  does: "sends the token to the service and to nobody else",
}, async () => {
  await using given = await createGiven();
  await using away = new FaultyService();
  const { service, sandbox, small } = given;
  away.add(small.name, small.bytes);
  service.document = securedFiles;
  const away302 = `${away.origin}/blobs/${small.sha256}`;
  service.intercept = redirectOf(small.uuid, () => away302);
  const { status, bytes, err } = await runHca(sandbox, [
    ...["dss", "get-file", "--replica", "aws", "--uuid", small.uuid],
    ...["--swagger-url", service.swaggerUrl],
  ], { environment: { HCA_ACCESS_TOKEN: CANARY } });
  assert.equal(status, 0, err);
  assert.equal(sha256Of(bytes), small.sha256);
  const [home] = service.asked(`/v1/files/${small.uuid}`);
  assert.equal(home?.headers.get("authorization"), `Bearer ${CANARY}`);
  assert.equal(away.requests.length, 1);
  for (const { headers, target } of away.requests) {
    assert.ok(!JSON.stringify([...headers, target]).includes(CANARY));
    assert.equal(headers.get("cookie"), null);
  }
});

/** The document in which files need a token. */
function securedFiles(document: JsonObject): JsonObject {
  const copy = structuredClone(document) as JsonObject & {
    paths: Record<string, Record<string, { security?: unknown }>>;
  };
  const get = copy.paths["/files/{uuid}"]?.get;
  if (get !== undefined) get.security = [{ dcpAuth: [] }];
  return copy;
}
