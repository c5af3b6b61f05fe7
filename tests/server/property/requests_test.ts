/**
 * Requests made from the API document, good ones and bad ones: every answer is
 * as the document says. `scripts/requests.ts` sends more of them.
 *
 * @module
 */

import assert from "node:assert/strict";
import { operationsOf } from "../document/client_view.ts";
import { checkAnswer, type ReadAnswer } from "./_check_answer.ts";
import type { MadeRequest } from "./_make_request.ts";
import { DOCUMENT, runRequests } from "./_run_requests.ts";

const COUNT = 1000;

Deno.test(`the service answers ${COUNT} made-up requests as its document says`, async () => {
  const { counts, findings } = await runRequests({ count: COUNT, seed: 7 });
  assert.deepEqual(findings, []);
  const neverDone = operationsOf(DOCUMENT).filter(({ operation }) =>
    ![...counts.get(operation.operationId)?.keys() ?? []].some((status) =>
      status < 400
    )
  );
  assert.deepEqual(neverDone.map(({ path }) => path), []);
});

const UUID = "aaaaaaaa-0000-4000-8000-000000000001";
const VERSION = "2019-01-01T000000.000000Z";

function madeFor(operationId: string, changes: Partial<MadeRequest> = {}) {
  const found = operationsOf(DOCUMENT)
    .find(({ operation }) => operation.operationId === operationId);
  assert.ok(found);
  const made: MadeRequest = {
    found,
    method: found.method.toUpperCase(),
    path: new Map([["uuid", UUID]]),
    query: [["replica", "aws"], ["version", VERSION]],
    body: undefined,
    contentType: undefined,
    caller: "admin",
    junk: "",
    ...changes,
  };
  return made;
}

function answerOf(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): ReadAnswer {
  const type = status >= 400 ? "application/problem+json" : "application/json";
  return {
    status,
    headers: new Headers({
      "x-aws-request-id": UUID,
      "access-control-allow-origin": "*",
      "content-type": type,
      ...headers,
    }),
    text: body === undefined ? "" : JSON.stringify(body),
  };
}

const PATCH = madeFor("patch_bundle", {
  body: "{}",
  contentType: "application/json",
});
const DONE = { uuid: UUID, version: VERSION };
const PAGED = {
  "x-openapi-pagination": "false",
  "x-openapi-paginated-content-key": "collections",
};
const LIST = madeFor("get_collections");
const problem = (status: number, code: string) => ({
  status,
  code,
  title: "t",
  stacktrace: "",
});

const GOOD: [string, MadeRequest, ReadAnswer][] = [
  ["a success", PATCH, answerOf(200, DONE)],
  ["a refusal", PATCH, answerOf(404, problem(404, "not_found"))],
  ["a page", LIST, answerOf(200, { collections: [DONE] }, PAGED)],
];

for (const [what, made, answer] of GOOD) {
  Deno.test(`checkAnswer finds nothing wrong with ${what}`, () => {
    assert.deepEqual(checkAnswer(DOCUMENT, made, answer), []);
  });
}

const BAD: [string, MadeRequest, ReadAnswer, RegExp][] = [
  ["a 500", PATCH, answerOf(500, problem(500, "unhandled_exception")), /^500$/],
  [
    "a status that is not listed",
    PATCH,
    answerOf(409, problem(409, "x")),
    /409 is not in the document/,
  ],
  [
    "a code of another status",
    PATCH,
    answerOf(404, problem(404, "Forbidden")),
    /\$\.code/,
  ],
  [
    "a missing property",
    PATCH,
    answerOf(200, { uuid: UUID }),
    /lacks version/,
  ],
  [
    "a malformed version",
    PATCH,
    answerOf(200, { ...DONE, version: "2019-02-30T000000.000000Z" }),
    /no DSS_VERSION/,
  ],
  [
    "a property that the document lacks",
    PATCH,
    answerOf(200, { ...DONE, extra: 1 }),
    /"extra", which is not in the document/,
  ],
  [
    "an item of another type",
    LIST,
    answerOf(200, { collections: [1] }, PAGED),
    /collections\[0\]: 1 is no object/,
  ],
  [
    "a missing header",
    LIST,
    answerOf(200, { collections: [] }),
    /no header X-OpenAPI-Pagination/,
  ],
  [
    "an error as plain JSON",
    PATCH,
    answerOf(404, problem(404, "not_found"), {
      "content-type": "application/json",
    }),
    /content-type application\/json/,
  ],
  [
    "a success for what breaks the document",
    madeFor("patch_bundle", { body: '{"add_files":1}', contentType: "text/x" }),
    answerOf(200, DONE),
    /200 for what breaks the document/,
  ],
  [
    "a refusal of what fits the document",
    PATCH,
    answerOf(400, problem(400, "illegal_arguments")),
    /400 for what fits/,
  ],
  [
    "a 401 without a challenge",
    { ...PATCH, caller: "nobody" },
    answerOf(401, problem(401, "OAuthProblem")),
    /401 without a challenge/,
  ],
  [
    "a success without a token",
    { ...PATCH, caller: "nobody" },
    answerOf(200, DONE),
    /200 without a token/,
  ],
];

for (const [what, made, answer, message] of BAD) {
  Deno.test(`checkAnswer finds ${what}`, () => {
    assert.match(checkAnswer(DOCUMENT, made, answer).join("\n"), message);
  });
}
