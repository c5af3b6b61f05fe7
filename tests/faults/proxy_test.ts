/**
 * Proxies that are not there, want a password, or cut the line.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  headOf,
  type Wire,
  type WireRequest,
  WireServer,
} from "../support/wire_server.ts";
import { createGiven, downloadWords, runHca } from "./_case.ts";
import { faultTest } from "./_suite.ts";

const PASSWORD = "PROXY-CANARY-22";

/** A proxy that answers every request in one way. */
class FaultyProxy extends WireServer {
  readonly requests: WireRequest[] = [];
  readonly #play: (wire: Wire) => Promise<void>;

  constructor(play: (wire: Wire) => Promise<void>) {
    super();
    this.#play = play;
  }

  protected override async answer(
    request: WireRequest,
    wire: Wire,
  ): Promise<void> {
    this.requests.push(request);
    await this.#play(wire);
  }
}

const CASES: [
  string,
  (wire: Wire) => Promise<void>,
  scheme: string,
  status: number[],
][] = [
  [
    "wants another password (407)",
    (wire) =>
      wire.send(headOf(407, {
        "content-length": "0",
        "proxy-authenticate": "Basic",
      })),
    "http",
    [4, 6, 7],
  ],
  [
    "refuses the tunnel (407)",
    (wire) => wire.send(headOf(407, { "content-length": "0" })),
    "https",
    [4, 6, 7],
  ],
  ["cuts the tunnel", () => Promise.resolve(), "https", [6]],
  ["cuts the line", () => Promise.resolve(), "http", [6]],
];

for (const [what, play, scheme, statuses] of CASES) {
  faultTest(import.meta.url, {
    row: "N39",
    when: `the proxy ${what}, ${scheme}`,
    does: "ends with one error and never shows the proxy's password",
  }, async (note) => {
    await using given = await createGiven();
    await using proxy = new FaultyProxy(play);
    const { service, sandbox } = given;
    const words = downloadWords(service, ["--log-level", "DEBUG"]).map((word) =>
      word === service.swaggerUrl
        ? `${scheme}://dss.test/v1/swagger.json`
        : word
    );
    const address = `http://user:${PASSWORD}@127.0.0.1:${proxy.port}`;
    const { status, err } = await runHca(sandbox, words, {
      environment: proxyOf(address),
    });
    assert.ok(statuses.includes(status), `${status}: ${err}`);
    assert.ok(proxy.requests.length > 0, "the proxy was not asked");
    assert.ok(!err.includes(PASSWORD), err);
    note(`exit ${status}`);
  });
}

faultTest(import.meta.url, {
  row: "N39",
  when: "nothing listens where the proxy is",
  does: "ends with one error and never shows the proxy's password",
}, async (note) => {
  await using given = await createGiven();
  const { service, sandbox } = given;
  const { status, err } = await runHca(
    sandbox,
    downloadWords(service),
    { environment: proxyOf(`http://user:${PASSWORD}@127.0.0.1:1`) },
  );
  assert.equal(status, 6, err);
  assert.ok(!err.includes(PASSWORD), err);
  note(`exit ${status}`);
});

function proxyOf(address: string): Record<string, string> {
  return {
    HTTP_PROXY: address,
    HTTPS_PROXY: address,
    http_proxy: address,
    https_proxy: address,
    NO_PROXY: "",
    no_proxy: "",
  };
}
