import assert from "node:assert/strict";
import { Context } from "../../src/commands/context.ts";
import { printAnswer } from "../../src/commands/print_answer.ts";
import { RefusedError } from "../../src/base/mod.ts";
import { TestEnvironment } from "../support/test_environment.ts";

/** What is printed for an answer. */
async function printed(response: Response, method = "GET"): Promise<string> {
  await using hca = await TestEnvironment.create();
  using context = new Context(hca.environment, {
    logLevel: "INFO",
    swaggerUrl: undefined,
  });
  await printAnswer(response, context, method);
  assert.equal(hca.terminal.errText, "");
  const decoder = new TextDecoder();
  return hca.terminal.outChunks.map((chunk) => decoder.decode(chunk)).join("");
}

function answer(body: BodyInit | null, type?: string): Response {
  const response = new Response(body);
  response.headers.delete("content-type");
  if (type !== undefined) response.headers.set("content-type", type);
  return response;
}

Deno.test("printAnswer writes JSON with an indent of 2, ASCII only", async () => {
  const body =
    '{"b":1.0,"a":["\u00e9\ud83d\ude00",{}],"n":12345678901234567890}';
  assert.equal(
    await printed(answer(body, "application/json; charset=utf-8")),
    '{\n  "b": 1.0,\n  "a": [\n    "\\u00e9\\ud83d\\ude00",\n    {}\n  ],\n' +
      '  "n": 12345678901234567890\n}\n',
  );
});

Deno.test("printAnswer writes nothing for null", async () => {
  assert.equal(await printed(answer("null", "application/json")), "");
});

Deno.test("printAnswer refuses what only says that it is JSON", async () => {
  await assert.rejects(
    printed(answer("<html>", "application/json")),
    (error) => {
      assert.ok(error instanceof RefusedError);
      assert.match(error.message, /^the answer is not valid JSON: /);
      return true;
    },
  );
});

Deno.test("printAnswer writes other types byte for byte", async () => {
  assert.equal(await printed(answer('{"a":1}', "text/plain")), '{"a":1}');
  assert.equal(await printed(answer("", "text/plain")), "");
});

Deno.test("printAnswer writes bytes when no type is stated", async () => {
  assert.equal(await printed(answer('{"a":1}')), '{"a":1}');
});

Deno.test("printAnswer writes the headers of an answer to HEAD", async () => {
  const headers = {
    "x-dss-content-type": 'application/json; dcp-type="metadata/file"',
    "x-aws-request-id": "r",
    "content-type": "text/html",
  };
  assert.deepEqual(
    JSON.parse(await printed(new Response(null, { headers }), "HEAD")),
    {
      "Content-Type": "text/html",
      "X-AWS-REQUEST-ID": "r",
      "X-DSS-CONTENT-TYPE": 'application/json; dcp-type="metadata/file"',
    },
  );
});

Deno.test("printAnswer writes where a redirect to a bucket leads, and lets go of its body", async () => {
  let isCancelled = false;
  const body = new ReadableStream({ cancel: () => void (isCancelled = true) });
  const headers = { location: "s3://bucket/key" };
  const response = new Response(body, { status: 302, headers });
  assert.deepEqual(JSON.parse(await printed(response)), {
    Location: "s3://bucket/key",
  });
  assert.ok(isCancelled);
});
