import assert from "node:assert/strict";
import { AuthError, NotFoundError, ServiceError } from "../../src/base/mod.ts";
import { errorOfAnswer } from "../../src/http/mod.ts";

const REQUEST = {
  method: "GET",
  url: "https://dss.test/v1/bundles/x?replica=aws&token=SECRET",
};
const SHOWN = "https://dss.test/v1/bundles/x?replica=aws&token=***";

function answer(
  status: number,
  body: string | null,
  headers: Record<string, string> = {},
  statusText = "",
): Response {
  return new Response(body, { status, statusText, headers });
}

Deno.test("errorOfAnswer reads shape A: status, code, title, stacktrace", async () => {
  const error = await errorOfAnswer(
    REQUEST,
    answer(
      404,
      '{"status":404,"code":"not_found","title":"Cannot find bundle!","stacktrace":"Traceback"}',
      { "x-aws-request-id": "r-1" },
    ),
    1,
  );
  assert.ok(error instanceof NotFoundError);
  assert.equal(
    error.message,
    `not_found: Cannot find bundle! (HTTP 404, request r-1) for GET ${SHOWN}`,
  );
  assert.deepEqual(error.answer, {
    status: 404,
    url: SHOWN,
    method: "GET",
    code: "not_found",
    title: "Cannot find bundle!",
    details: "Traceback",
    requestId: "r-1",
  });
});

Deno.test("errorOfAnswer reads shape B: title and detail without a code", async () => {
  const error = await errorOfAnswer(
    REQUEST,
    answer(
      500,
      '{"type":"about:blank","title":"Response body does not conform to specification","detail":"\'x\' is required","status":500}',
      { "x-amzn-requestid": "g-1" },
    ),
    11,
  );
  assert.ok(error instanceof ServiceError);
  assert.equal(
    error.message,
    "Response body does not conform to specification " +
      `(HTTP 500, request g-1, tried 11 times) for GET ${SHOWN}`,
  );
  assert.equal(error.answer?.code, undefined);
  assert.equal(error.answer?.details, "'x' is required");
  assert.equal(error.retryable, true);
});

Deno.test("errorOfAnswer reads shape C: a timeout with traces", async () => {
  const error = await errorOfAnswer(
    REQUEST,
    answer(
      504,
      '{"status":504,"code":"timed_out","title":"Timed out processing request.","traces":{"1":["a"]}}',
    ),
    1,
  );
  assert.ok(error instanceof ServiceError);
  assert.equal(
    error.message,
    `timed_out: Timed out processing request. (HTTP 504) for GET ${SHOWN}`,
  );
  assert.equal(error.answer?.details, undefined);
});

Deno.test("errorOfAnswer reads shape D: the message of the gateway", async () => {
  const error = await errorOfAnswer(
    REQUEST,
    answer(403, '{"message":"Missing Authentication Token"}'),
    1,
  );
  assert.ok(error instanceof AuthError);
  assert.equal(
    error.message,
    `Missing Authentication Token (HTTP 403) for GET ${SHOWN}`,
  );
});

// body, status text, what is said
const OTHERS: [string, string | null, string, string][] = [
  ["HTML", "<html><script>x</script>", "Bad Gateway", "Bad Gateway"],
  [
    "HTML after blanks",
    "\n  <!DOCTYPE html>",
    "",
    "the service gave no reason",
  ],
  ["nothing", null, "Bad Gateway", "Bad Gateway"],
  ["nothing at all", "", "", "the service gave no reason"],
  ["text", "upstream is down\nsecond line", "Bad Gateway", "upstream is down"],
  ["a JSON list", "[1]", "", "[1]"],
  [
    "JSON of other types",
    '{"code":5,"title":null}',
    "",
    '{"code":5,"title":null}',
  ],
  ["escape sequences", "\x1b[2Jx", "", "\\u{1b}[2Jx"],
  ["escaped escape sequences", '{"title":"\\u001b[2Jx"}', "", "\\u{1b}[2Jx"],
  ["a long line", "y".repeat(5000), "", "y".repeat(300)],
  ["a huge body", "z".repeat(1 << 19), "Bad Gateway", "Bad Gateway"],
];

for (const [what, body, statusText, said] of OTHERS) {
  Deno.test(`errorOfAnswer says something useful about ${what}`, async () => {
    const error = await errorOfAnswer(
      REQUEST,
      answer(502, body, {}, statusText),
      1,
    );
    assert.ok(error instanceof ServiceError);
    assert.equal(error.message, `${said} (HTTP 502) for GET ${SHOWN}`);
  });
}

// status, class, whether a repetition may help
const CLASSES: [number, string, boolean][] = [
  [400, "ServiceError", false],
  [401, "AuthError", false],
  [403, "AuthError", false],
  [404, "NotFoundError", false],
  [409, "ServiceError", false],
  [410, "NotFoundError", false],
  [422, "ServiceError", false],
  [429, "ServiceError", true],
  [500, "ServiceError", true],
  [503, "ServiceError", true],
];

for (const [status, name, retryable] of CLASSES) {
  Deno.test(`errorOfAnswer makes ${name} of ${status}`, async () => {
    const error = await errorOfAnswer(REQUEST, answer(status, "{}"), 1);
    assert.equal(error.name, name);
    assert.equal(error.retryable, retryable);
  });
}
