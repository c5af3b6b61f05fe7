import assert from "node:assert/strict";
import { isPrivateHost } from "../../src/http/mod.ts";

const PRIVATE = [
  "localhost",
  "LOCALHOST",
  "localhost.",
  "a.localhost",
  "127.0.0.1",
  "127.255.0.9",
  "127.1",
  "0x7f000001",
  "2130706433",
  "0.0.0.0",
  "169.254.169.254",
  "0251.0376.1.2",
  "[::]",
  "[::1]",
  "[fe80::1]",
  "[febf:1::2]",
  "[::ffff:127.0.0.1]",
  "[::ffff:169.254.169.254]",
  "[::7f00:1]",
  "[64:ff9b::a9fe:a9fe]",
];

for (const host of PRIVATE) {
  Deno.test(`isPrivateHost is true of ${host}`, () => {
    assert.equal(isPrivateHost(new URL(`http://${host}/`).hostname), true);
  });
}

const PUBLIC = [
  "dss.test",
  "localhost.test",
  "notlocalhost",
  "127.0.0.1.test",
  "128.0.0.1",
  "10.0.0.1",
  "192.168.1.1",
  "169.253.1.1",
  "[fec0::1]",
  "[2001:db8::7f00:1]",
  "[::ffff:10.0.0.1]",
];

for (const host of PUBLIC) {
  Deno.test(`isPrivateHost is false of ${host}`, () => {
    assert.equal(isPrivateHost(new URL(`http://${host}/`).hostname), false);
  });
}
