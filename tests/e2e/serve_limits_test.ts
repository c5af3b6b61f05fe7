/**
 * What `hca local serve` refuses before it works on it, as bytes on a socket.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Sandbox } from "./_program.ts";
import { objectsOf, Service, until } from "./_service.ts";

const CONCURRENT = 256;
const MEBIBYTE = 1024 * 1024;

/** A connection of HTTP/1.1, written and read by hand. */
class Wire implements Disposable {
  readonly #connection: Deno.TcpConn;
  #text = "";

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  static async open({ origin }: Service): Promise<Wire> {
    const { hostname, port } = new URL(origin);
    return new Wire(await Deno.connect({ hostname, port: Number(port) }));
  }

  /** Sends text; a service that has enough may close before the end. */
  async send(text: string): Promise<void> {
    let left = new TextEncoder().encode(text);
    while (left.length > 0) {
      const count = await this.#connection.write(left).catch(() => undefined);
      if (count === undefined) return;
      left = left.subarray(count);
    }
  }

  /** The head of the next answer, in lower case. */
  async head(): Promise<string> {
    const buffer = new Uint8Array(4096);
    const decoder = new TextDecoder();
    while (!this.#text.includes("\r\n\r\n")) {
      const count = await this.#connection.read(buffer);
      assert.notEqual(count, null, "the connection was closed");
      this.#text += decoder.decode(buffer.subarray(0, count ?? 0));
    }
    const end = this.#text.indexOf("\r\n\r\n");
    const head = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 4);
    return head.toLowerCase();
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }
}

/** The first lines of a request. */
function request(line: string, headers: Record<string, string | number> = {}) {
  const all = Object.entries({ host: "127.0.0.1", ...headers });
  const fields = all.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${fields.join("")}\r\n`;
}

const SEARCH = "POST /v1/search?replica=aws";
const JSON_TYPE = { "content-type": "application/json" };

/** What is too much, and the status it gets. */
const TOO_MUCH: [what: string, text: string, status: string][] = [
  [
    "a body that says it has more than 10 MiB",
    request(SEARCH, { ...JSON_TYPE, "content-length": 10 * MEBIBYTE + 1 }),
    "413",
  ],
  [
    "a body in chunks of more than 10 MiB",
    request(SEARCH, { ...JSON_TYPE, "transfer-encoding": "chunked" }) +
    `${MEBIBYTE.toString(16)}\r\n${" ".repeat(MEBIBYTE)}\r\n`.repeat(11),
    "413",
  ],
  [
    // The runtime may refuse them, from 64 KiB on, before the service does.
    "headers of more than 128 KiB",
    request("GET /version", { "x-padding": "x".repeat(129 * 1024) }),
    "(400|431)",
  ],
  [
    "an address of more than 32 KiB",
    request(`GET /version?${"x".repeat(32 * 1024)}`),
    "414",
  ],
];

Deno.test("hca local serve refuses what is too large, and more than 256 requests at once, and goes on", async () => {
  if (Deno.build.os === "windows") return;
  await using sandbox = await Sandbox.create();
  await using service = await Service.start(sandbox);
  for (const [what, text, status] of TOO_MUCH) {
    using wire = await Wire.open(service);
    const sent = wire.send(text);
    assert.match(
      await wire.head(),
      new RegExp(`^http/1.1 ${status} `),
      what,
    );
    await sent;
  }

  // Each says that it has a body, and waits with it.
  const body = '{"es_query": {}}';
  const waiting = await Promise.all(
    Array.from({ length: CONCURRENT }, async () => {
      const wire = await Wire.open(service);
      await wire.send(
        request(SEARCH, {
          ...JSON_TYPE,
          "content-length": body.length,
          expect: "100-continue",
        }),
      );
      // Said when somebody reads the body, so the request is being worked on.
      assert.match(await wire.head(), /^http\/1.1 100 /);
      return wire;
    }),
  );
  const refused = await fetch(`${service.origin}/version`);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get("retry-after"), "1");
  assert.deepEqual(await refused.json(), {
    message: "Too many requests at once",
  });
  // One that goes away makes room, and the others are answered.
  const [first, ...others] = waiting;
  first?.[Symbol.dispose]();
  await until(async () => {
    const { status, body } = await fetch(`${service.origin}/version`);
    await body?.cancel();
    return status === 200 || undefined;
  }, "room for one more");
  await Promise.all(others.map((wire) => wire.send(body)));
  for (const wire of others) {
    assert.match(await wire.head(), /^http\/1.1 200 /);
    wire[Symbol.dispose]();
  }

  const { status, err } = await service.stop();
  assert.equal(status, 0, err);
  const statuses = objectsOf(err).map(({ status }) => status);
  for (const seen of [413, 414, 503, 200]) {
    assert.ok(statuses.includes(seen), String(seen));
  }
});
