import assert from "node:assert/strict";
import { problemAnswer } from "../../src/server/answers.ts";
import { FrameworkProblem, Problem } from "../../src/server/problem.ts";

function retryAfter(
  method: string,
  status: number,
  path = "/v1/files/x",
): string | null {
  const request = new Request(`http://dss.test${path}`, { method });
  const answer = problemAnswer(request, new Problem(status, "code", "title"));
  assert.equal(answer.status, status);
  return answer.headers.get("retry-after");
}

// data-store, dss/error.py.
const SAYS_WHEN: [method: string, path?: string][] = [
  ["HEAD"],
  ["GET"],
  ["PUT"],
  ["DELETE"],
  ["OPTIONS"],
  ["POST", "/v1/search"],
];

for (const [method, path] of SAYS_WHEN) {
  Deno.test(`problemAnswer of ${method} ${path ?? ""} says when to try again`, () => {
    for (const status of [500, 502, 503, 504]) {
      assert.equal(retryAfter(method, status, path), "10", String(status));
    }
    for (const status of [400, 403, 404, 409, 415, 422, 501]) {
      assert.equal(retryAfter(method, status, path), null, String(status));
    }
  });
}

const SAYS_NOTHING: [method: string, path: string][] = [
  ["PATCH", "/v1/bundles/x"],
  ["PATCH", "/v1/search"],
  ["POST", "/v1/bundles/x/checkout"],
  ["POST", "/v1/bundles/x/checkout?next=search"],
];

for (const [method, path] of SAYS_NOTHING) {
  Deno.test(`problemAnswer of ${method} ${path} does not ask to be tried again`, () => {
    for (const status of [500, 503, 504]) {
      assert.equal(retryAfter(method, status, path), null, String(status));
    }
  });
}

Deno.test("problemAnswer has the four keys of the DSS for a refusal", async () => {
  const request = new Request("http://dss.test/v1/files/x");
  const answer = problemAnswer(request, new Problem(404, "not_found", "Gone"));
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.deepEqual(await answer.json(), {
    status: 404,
    code: "not_found",
    title: "Gone",
    stacktrace: "",
  });
});

Deno.test("problemAnswer has no code for an error of the framework", async () => {
  const request = new Request("http://dss.test/v1/files/x");
  const problem = new FrameworkProblem(415, "Unsupported", "It is XML");
  const answer = problemAnswer(request, problem);
  assert.equal(answer.status, 415);
  assert.deepEqual(await answer.json(), {
    type: "about:blank",
    title: "Unsupported",
    detail: "It is XML",
    status: 415,
  });
});

for (const thrown of [new TypeError("no such thing"), "no such thing"]) {
  Deno.test(`problemAnswer is unhandled_exception for a thrown ${typeof thrown}`, async () => {
    const request = new Request("http://dss.test/v1/files/x");
    const answer = problemAnswer(request, thrown);
    assert.equal(answer.status, 500);
    assert.deepEqual(await answer.json(), {
      status: 500,
      code: "unhandled_exception",
      title: "no such thing",
      // Nothing of our own source goes out.
      stacktrace: "",
    });
  });
}
