import assert from "node:assert/strict";
import { redactUrl } from "../../src/http/mod.ts";

const CASES: [string, string][] = [
  ["https://h/v1/x", "https://h/v1/x"],
  ["https://h/x?a=1&b=", "https://h/x?a=1&b="],
  ["https://h/x?token=S&a=1", "https://h/x?token=***&a=1"],
  ["https://h/x?a=1&X-Amz-Signature=S", "https://h/x?a=1&X-Amz-Signature=***"],
  ["https://h/x?X-Amz-Credential=S", "https://h/x?X-Amz-Credential=***"],
  [
    "https://h/x?X-Amz-Security-Token=S",
    "https://h/x?X-Amz-Security-Token=***",
  ],
  [
    "https://h/x?AWSAccessKeyId=S&Expires=1",
    "https://h/x?AWSAccessKeyId=***&Expires=1",
  ],
  ["https://h/x?sv=1&sig=S", "https://h/x?sv=1&sig=***"],
  ["https://h/x?X-Goog-Signature=S", "https://h/x?X-Goog-Signature=***"],
  [
    "https://h/x?code=S&api_key=S&client_secret=S",
    "https://h/x?code=***&api_key=***&client_secret=***",
  ],
  ["https://h/x?token=S=S?S", "https://h/x?token=***"],
  ["https://h/x?token=", "https://h/x?token="],
  ["https://h/x?token", "https://h/x?token"],
  ["https://h/x?a=1#token=S", "https://h/x?a=1"],
  ["https://u:S@h/x", "https://***@h/x"],
  ["https://u:S@S@h/x?a=1", "https://***@h/x?a=1"],
  ["https://h/x@y", "https://h/x@y"],
  ["/x?token=S", "/x?token=***"],
  ["", ""],
];

for (const [url, shown] of CASES) {
  Deno.test(`redactUrl of ${url}`, () => {
    assert.equal(redactUrl(url), shown);
  });
}
