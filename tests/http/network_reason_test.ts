import assert from "node:assert/strict";
import { networkReason } from "../../src/http/mod.ts";

const REFUSED = "tcp connect error: Connection refused (os error 111)";

// What Deno 2.6 throws, and 2.9 keeps as the cause; then what is shown.
const MESSAGES: [string, string][] = [
  [
    `error sending request for url (http://h/x)y?token=S): client error (Connect): ${REFUSED}`,
    REFUSED,
  ],
  [
    `error sending request for url (https://h/x?sig=S): client error (Connect): dns error: failed`,
    "dns error: failed",
  ],
  [
    "error sending request from 127.0.0.1:4 for http://h:1/x(1)?sig=S (127.0.0.1:1): " +
    "client error (SendRequest): connection closed before message completed",
    "connection closed before message completed",
  ],
  [
    "error reading a body from connection",
    "error reading a body from connection",
  ],
  [
    "invalid certificate for https://h/?token=S today",
    "invalid certificate for … today",
  ],
  [
    "through the proxy p:1 (HTTPS_PROXY): error sending request for url " +
    "(https://h/x?sig=S): client error (Connect): unsuccessful tunnel",
    "through the proxy p:1 (HTTPS_PROXY): unsuccessful tunnel",
  ],
  ["", "no reason given"],
];

for (const [message, shown] of MESSAGES) {
  Deno.test(`networkReason of '${message.slice(0, 60)}'`, () => {
    assert.equal(networkReason(new TypeError(message)), shown);
    const cause = new Error(message);
    assert.equal(
      networkReason(new TypeError("fetch failed", { cause })),
      shown,
    );
  });
}

Deno.test("networkReason takes anything that is thrown, circles included", () => {
  assert.equal(networkReason("text"), "text");
  const error = new Error("round");
  error.cause = error;
  assert.equal(networkReason(error), "round");
});
