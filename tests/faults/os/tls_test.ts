/**
 * Certificates that are not to be trusted, and HTTP/2 that breaks.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Sandbox, waitForLine } from "../../e2e/_program.ts";
import {
  checkDisk,
  createGiven,
  download,
  downloadWords,
  runHca,
} from "../_case.ts";
import { FaultyService, sendStatus } from "../_service.ts";
import { run, systemTest } from "./_system.ts";

interface Certificate {
  cert: string;
  key: string;
}

/** An authority and a certificate of it, made for this run. */
async function makeCertificate(
  directory: string,
  { names = "IP:127.0.0.1", days = "2" } = {},
): Promise<Certificate & { authority: string }> {
  const path = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => run("openssl", ...args);
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  await openssl(
    ...["req", "-x509", "-nodes", ...curve, "-days", "2", "-subj", "/CN=ca"],
    ...["-keyout", path("ca.key"), "-out", path("ca.pem")],
  );
  await openssl(
    ...["req", "-nodes", ...curve, "-subj", "/CN=dss"],
    ...["-keyout", path("key.pem"), "-out", path("csr.pem")],
  );
  await Deno.writeTextFile(path("ext"), `subjectAltName=${names}\n`);
  await openssl(
    ...["x509", "-req", "-in", path("csr.pem"), "-CA", path("ca.pem")],
    ...["-CAkey", path("ca.key"), "-CAcreateserial", "-days", days],
    ...["-extfile", path("ext"), "-out", path("cert.pem")],
  );
  return {
    cert: await Deno.readTextFile(path("cert.pem")),
    key: await Deno.readTextFile(path("key.pem")),
    authority: path("ca.pem"),
  };
}

for (
  const [when, made, trusts] of [
    ["is of an authority that nobody knows", {}, false],
    ["has expired", { days: "-1" }, true],
    ["is of another host", { names: "DNS:other.test" }, true],
  ] as const
) {
  systemTest(import.meta.url, {
    row: "N35",
    when: `the service's certificate ${when}`,
    does: "ends with one error that says so, after one try",
  }, async (note) => {
    const directory = await Deno.makeTempDir({ prefix: "hca-tls-" });
    try {
      const { authority, ...tls } = await makeCertificate(directory, made);
      await using given = await createGiven({ tls });
      const { status, error, err, tookMs } = await download(given, [], {
        environment: trusts ? { DENO_CERT: authority } : {},
      });
      assert.equal(status, 6, err);
      assert.equal(error?.class, "NetworkError");
      assert.match(
        `${error?.message} ${error?.hint}`,
        trusts ? /certificate/i : /certificate.*DENO_CERT/is,
      );
      assert.ok(tookMs < 5000, `${tookMs} ms`);
      assert.equal(given.service.requests.length, 0);
      note("exit 6");
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

systemTest(import.meta.url, {
  row: "N29",
  when: "https redirects to http",
  does: "refuses it; the other files come",
}, async () => {
  const directory = await Deno.makeTempDir({ prefix: "hca-tls-" });
  try {
    const { authority, ...tls } = await makeCertificate(directory);
    await using given = await createGiven({ tls });
    await using plain = new FaultyService();
    const { service, small } = given;
    service.intercept = (request, wire) =>
      request.target.startsWith(`/v1/files/${small.uuid}`)
        ? sendStatus(wire, 302, { location: `${plain.origin}/blobs/x` })
        : false;
    const environment = { DENO_CERT: authority };
    const first = await download(given, [], { environment });
    assert.equal(first.status, 3, first.err);
    const [failure] = first.error?.failures ?? [];
    assert.equal(failure?.error.class, "RefusedError");
    assert.match(failure?.error.message ?? "", /plain http/);
    assert.equal(plain.requests.length, 0);
    service.heal();
    const again = await download(given, [], { environment });
    assert.equal(again.status, 0, again.err);
    await checkDisk(given, again, true);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

systemTest(import.meta.url, {
  row: "N20",
  when: "the TLS handshake is never answered",
  does: "gives up after its limits and names the host",
}, async (note) => {
  await using sandbox = await Sandbox.create();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const held: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) held.push(connection);
  })();
  await using service = new FaultyService();
  const mute = `https://127.0.0.1:${listener.addr.port}/v1/swagger.json`;
  const words = downloadWords(service, ["--connect-timeout", "1"])
    .map((word) => word === service.swaggerUrl ? mute : word);
  const { status, error, err, tookMs } = await runHca(
    sandbox,
    [...words, "--idle-timeout", "1"],
    { hangsAfterMs: 300_000 },
  );
  listener.close();
  await accepting.catch(() => {});
  for (const connection of held) connection.close();
  assert.equal(status, 6, err);
  assert.match(error?.message ?? "", /127\.0\.0\.1:\d+/);
  note(`after ${(tookMs / 1000).toFixed(1)} s`);
});

const HTTP2_SERVER = fileURLToPath(
  new URL("http2_server.mjs", import.meta.url),
);

for (const fault of ["goaway", "internal-error", "refused-stream"]) {
  systemTest(import.meta.url, {
    row: "N38",
    when: `an HTTP/2 connection ends with ${fault}, with --http2`,
    does: "asks again on a new connection",
  }, async () => {
    const directory = await Deno.makeTempDir({ prefix: "hca-tls-" });
    try {
      const { authority } = await makeCertificate(directory);
      await using given = await createGiven();
      const { service, small, big } = given;
      await Promise.all(
        [small, big].map(({ sha256, bytes }) =>
          Deno.writeFile(join(directory, sha256), bytes)
        ),
      );
      const server = new Deno.Command("node", {
        args: [HTTP2_SERVER, directory, fault],
        stdin: "null",
        stdout: "piped",
      }).spawn();
      try {
        const [, port] = await waitForLine(server.stdout, /port (\d+)\n/);
        service.intercept = (request, wire) => {
          const file = [small, big].find(({ uuid }) =>
            request.target.startsWith(`/v1/files/${uuid}`)
          );
          if (file === undefined) return false;
          const location = `https://127.0.0.1:${port}/${file.sha256}`;
          return sendStatus(wire, 302, { location });
        };
        const first = await download(given, ["--http2"], {
          environment: { DENO_CERT: authority },
        });
        assert.equal(first.status, 0, first.err);
        await checkDisk(given, first, true);
      } finally {
        server.kill();
        await server.status;
        await server.stdout.cancel().catch(() => {});
      }
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
