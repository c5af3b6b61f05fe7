import assert from "node:assert/strict";
import { planLoopback } from "../../src/auth/mod.ts";

// listed, the user's port, address and port to listen on, URI for port 4321
const CASES: [string[], number | undefined, string, number, string][] = [
  [[], undefined, "127.0.0.1", 0, "http://127.0.0.1:4321/"],
  [[], 9000, "127.0.0.1", 9000, "http://127.0.0.1:4321/"],
  // The old client's own.
  [
    ["http://localhost:8080/"],
    undefined,
    "127.0.0.1",
    8080,
    "http://localhost:8080/",
  ],
  [
    ["http://localhost:8080"],
    undefined,
    "127.0.0.1",
    8080,
    "http://localhost:8080",
  ],
  [
    ["http://localhost:8080/cb?x=1"],
    9000,
    "127.0.0.1",
    9000,
    "http://localhost:4321/cb?x=1",
  ],
  // As Google writes it.
  [
    ["urn:ietf:wg:oauth:2.0:oob", "http://localhost"],
    undefined,
    "127.0.0.1",
    0,
    "http://localhost:4321",
  ],
  [
    ["http://localhost:8080/", "http://localhost/", "http://127.0.0.1/cb"],
    undefined,
    "127.0.0.1",
    0,
    "http://127.0.0.1:4321/cb",
  ],
  [["http://[::1]/"], undefined, "::1", 0, "http://[::1]:4321/"],
  [["http://127.0.0.2/"], undefined, "127.0.0.2", 0, "http://127.0.0.2:4321/"],
  // Not of this machine, or not fit to be used.
  [
    [
      "https://app.test/cb",
      "http://app.test:80/",
      "https://localhost/",
      "http://user@localhost/",
      "http://localhost/#x",
      "http://localhost.evil.test/",
      "nonsense",
      "",
    ],
    undefined,
    "127.0.0.1",
    0,
    "http://127.0.0.1:4321/",
  ],
];

for (const [listed, port, host, listenPort, uri] of CASES) {
  Deno.test(`planLoopback of ${JSON.stringify(listed)} and port ${port}`, () => {
    const place = planLoopback(listed, port);
    assert.equal(place.host, host);
    assert.equal(place.port, listenPort);
    assert.equal(place.redirectUri(4321), uri);
  });
}
