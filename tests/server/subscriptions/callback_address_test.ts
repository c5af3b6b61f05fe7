import assert from "node:assert/strict";
import { whyForbidden } from "../../../src/server/subscriptions/callback_address.ts";

const HOSTS = ["hooks.example.org", "Upper.Example.org", "10.0.0.7"];

const ALLOWED = [
  "http://127.0.0.1:8080/hook",
  "http://127.1/",
  "http://localhost:1/?a=b",
  "http://[::1]:8080/",
  "https://localhost/",
  "https://hooks.example.org/x",
  "https://hooks.example.org:8443/x",
  "https://HOOKS.example.org/x",
  "https://upper.example.org/",
  "https://10.0.0.7/",
];

for (const address of ALLOWED) {
  Deno.test(`whyForbidden lets notifications go to ${address}`, () => {
    assert.equal(whyForbidden(address, HOSTS), undefined);
  });
}

const NOT_ALLOWED = /^This service may not send notifications to '.+', only to/;
const NO_ADDRESS = /^'callback_url' is not an http or https address$/;
const NEEDS_HTTPS = /^Notifications to '.+' need an https address$/;
const NO_USER = /^'callback_url' must have no user name and password/;

const FORBIDDEN: [address: string, why: RegExp][] = [
  ["https://elsewhere.test/", NOT_ALLOWED],
  ["http://elsewhere.test/", NOT_ALLOWED],
  ["https://hooks.example.org.elsewhere.test/", NOT_ALLOWED],
  ["https://x.hooks.example.org/", NOT_ALLOWED],
  ["https://localhost.elsewhere.test/", NOT_ALLOWED],
  ["https://127.0.0.1.elsewhere.test/", NOT_ALLOWED],
  ["https://10.0.0.8/", NOT_ALLOWED],
  ["http://169.254.169.254/latest", NOT_ALLOWED],
  ["http://0.0.0.0/", NOT_ALLOWED],
  ["http://[::ffff:127.0.0.1]/", NOT_ALLOWED],
  ["http://2130706434x/", NOT_ALLOWED],
  ["http://hooks.example.org/x", NEEDS_HTTPS],
  ["zzhttps://hooks.example.org/", NO_ADDRESS],
  ["file:///etc/passwd?http://", NO_ADDRESS],
  ["http://", NO_ADDRESS],
  ["hooks http://x", NO_ADDRESS],
  ["http://user:pass@localhost/", NO_USER],
  ["https://user@hooks.example.org/", NO_USER],
];

for (const [address, why] of FORBIDDEN) {
  Deno.test(`whyForbidden keeps notifications from ${address}`, () => {
    const found = whyForbidden(address, HOSTS) ?? "";
    assert.match(found, why);
    assert.ok(!found.includes("pass@"));
  });
}
