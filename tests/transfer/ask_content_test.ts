import assert from "node:assert/strict";
import {
  AuthError,
  type Fetch,
  IntegrityError,
  NetworkError,
  NotFoundError,
  ServiceError,
} from "../../src/base/mod.ts";
import {
  type AskedContent,
  ContentQuestion,
  RestartNeeded,
} from "../../src/transfer/ask_content.ts";
import { createTransferCase, patternBytes } from "./_transfer_case.ts";

const BYTES = patternBytes(1_000);
const URL_ = "https://dss.test/v1/files/f";
const SIGNED = "https://bucket.test/f?signature=one";

/** A question and what was sent for it. */
function questionOf(
  fetch: Fetch,
  headers: Record<string, string> = {},
) {
  const sent: Request[] = [];
  const given = createTransferCase({
    fetch: (request) => {
      sent.push(request);
      return fetch(request);
    },
  });
  const content = {
    name: "a.bin",
    sha256: "ab".repeat(32),
    sizeBytes: 1_000,
    source: { kind: "request" as const, url: URL_, headers },
    targets: [],
  };
  const question = new ContentQuestion(
    content,
    content.source,
    given.fetchTools(),
  );
  return {
    question,
    sent,
    urls: () => sent.map(({ url }) => url),
    field: (name: string) => sent.map(({ headers }) => headers.get(name)),
    [Symbol.dispose]: given[Symbol.dispose],
  };
}

interface Answer {
  status?: number;
  headers?: Record<string, string>;
}

/** Asks once, with one answer, and says what came of it. */
async function ask(
  { status = 200, headers = {} }: Answer,
  range?: [number, number],
  etag?: string,
): Promise<AskedContent | Error> {
  using given = questionOf(() =>
    Promise.resolve(new Response(BYTES.slice(0, 10), { status, headers }))
  );
  const [start = 0, end = 0] = range ?? [];
  try {
    return await given.question.ask(
      range && { start, end },
      etag,
      undefined,
    );
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function isAsked(answer: AskedContent | Error): asserts answer is AskedContent {
  assert.ok(!(answer instanceof Error), String(answer));
}

function isRestart(
  answer: AskedContent | Error,
): asserts answer is RestartNeeded {
  assert.ok(answer instanceof RestartNeeded, String(answer));
}

function part(start: number, last: number, size: number | "*" = 1_000): Answer {
  const headers = { "content-range": `bytes ${start}-${last}/${size}` };
  return { status: 206, headers };
}

Deno.test("ask wants everything without a range, and identity", async () => {
  using given = questionOf(
    () => Promise.resolve(new Response(BYTES.slice())),
    { "user-agent": "hca/1", "x-api-key": "secret" },
  );
  const asked = await given.question.ask(undefined, '"one"', undefined);
  assert.deepEqual(asked.range, { start: 0, end: 1_000 });
  assert.equal(asked.etag, undefined);
  await asked.body.cancel();
  assert.deepEqual(
    ["range", "if-range", "accept-encoding", "user-agent", "x-api-key"]
      .map((name) => given.field(name)[0]),
    [null, null, "identity", "hca/1", "secret"],
  );
});

Deno.test("ask names the last byte of a range, but not that of the content", async () => {
  const ranges: [number, number, string][] = [
    [0, 500, "bytes=0-499"],
    [500, 501, "bytes=500-500"],
    [500, 1_000, "bytes=500-"],
    [999, 1_000, "bytes=999-"],
  ];
  for (const [start, end, expected] of ranges) {
    using given = questionOf(() =>
      Promise.resolve(
        new Response(BYTES.slice(start, end), {
          status: 206,
          headers: { "content-range": `bytes ${start}-${end - 1}/1000` },
        }),
      )
    );
    const asked = await given.question.ask({ start, end }, '"e"', undefined);
    await asked.body.cancel();
    assert.deepEqual(given.field("range"), [expected]);
    assert.deepEqual(given.field("if-range"), ['"e"']);
    assert.deepEqual(asked.range, { start, end });
  }
});

Deno.test("ask takes a part that is what was asked, or its beginning", async () => {
  const answers: [Answer, number, number][] = [
    [part(400, 999), 400, 1_000],
    [part(400, 999, "*"), 400, 1_000],
    [part(400, 699), 400, 700],
  ];
  for (const [answer, start, end] of answers) {
    const asked = await ask(answer, [400, 1_000]);
    isAsked(asked);
    assert.deepEqual(asked.range, { start, end });
  }
});

Deno.test("ask refuses a part that is not what was asked (N10)", async () => {
  for (
    const answer of [
      part(399, 999),
      part(401, 999),
      part(0, 999),
      part(400, 600),
    ]
  ) {
    const found = await ask(answer, [400, 600]);
    isRestart(found);
    assert.equal(found.message, "the service sent another part");
    assert.equal(found.rangesWork, false);
  }
});

Deno.test("ask refuses a part that does not say where it belongs (N11)", async () => {
  const fields = [
    undefined,
    "",
    "bytes */1000",
    "bytes 400-999",
    "items 400-999/1000",
    "bytes 999-400/1000",
    "bytes 400-1000/1000",
  ];
  for (const field of fields) {
    const headers: Record<string, string> = field === undefined
      ? {}
      : { "content-range": field };
    const found = await ask({ status: 206, headers }, [400, 1_000]);
    isRestart(found);
    assert.equal(found.message, "the answer does not say which part it is");
    assert.equal(found.rangesWork, false);
  }
});

Deno.test("ask refuses a part of an object of another size (N15)", async () => {
  const found = await ask(part(400, 999, 1_001), [400, 1_000]);
  isRestart(found);
  assert.equal(found.message, "it has 1001 bytes instead of 1000");
  assert.equal(found.rangesWork, true);
});

Deno.test("ask takes all of it in place of a range, as of a service without ranges or of an object that changed (N09, N12)", async () => {
  for (const etag of [undefined, '"old"', '"new"']) {
    const headers = { etag: '"new"', "content-length": "1000" };
    const asked = await ask({ headers }, [400, 1_000], etag);
    isAsked(asked);
    assert.deepEqual(asked.range, { start: 0, end: 1_000 });
    assert.equal(asked.etag, '"new"');
  }
});

Deno.test("ask refuses a part of another object although the service says nothing of it (N12)", async () => {
  const answer = part(400, 999);
  const headers = { ...answer.headers, etag: '"new"' };
  const found = await ask({ ...answer, headers }, [400, 1_000], '"old"');
  isRestart(found);
  assert.equal(found.message, "it changed meanwhile");
  assert.equal(found.rangesWork, true);
  // Without a tag nothing is known: the hash decides (N13).
  isAsked(await ask(answer, [400, 1_000], '"old"'));
  isAsked(await ask({ ...answer, headers }, [400, 1_000]));
});

Deno.test("ask takes only a strong tag as one that vouches for bytes", async () => {
  const tags: [string, string | undefined][] = [
    ['"strong"', '"strong"'],
    ['W/"weak"', undefined],
  ];
  for (const [sent, known] of tags) {
    const asked = await ask({ headers: { etag: sent } });
    isAsked(asked);
    assert.equal(asked.etag, known);
  }
});

Deno.test("ask begins anew when there is nothing behind what is there (N14)", async () => {
  const found = await ask({ status: 416 }, [400, 1_000], '"one"');
  isRestart(found);
  assert.equal(found.message, "it ends before the bytes asked for");
  assert.equal(found.rangesWork, true);
  // To who asked for everything it is an error like any other.
  const whole = await ask({ status: 416 });
  assert.ok(whole instanceof ServiceError);
});

Deno.test("ask refuses an encoding that was not asked for (N16)", async () => {
  for (const encoding of ["gzip", "br", "x-unknown"]) {
    const headers = { "content-encoding": encoding };
    const found = await ask({ headers });
    assert.ok(found instanceof IntegrityError);
    assert.equal(
      found.message,
      `was sent with the encoding '${encoding}', which was not asked for`,
    );
  }
  // Said although it is nothing (N17).
  isAsked(await ask({ headers: { "content-encoding": "identity" } }));
});

Deno.test("ask refuses a length that is not that of the content", async () => {
  const lengths: [string, string][] = [
    ["999", "has fewer than the stated 1000 bytes"],
    ["1001", "has more than the stated 1000 bytes"],
    ["0", "has fewer than the stated 1000 bytes"],
  ];
  for (const [length, message] of lengths) {
    const headers = { "content-length": length };
    for (const range of [undefined, [400, 1_000] as [number, number]]) {
      const found = await ask({ headers }, range);
      assert.ok(found instanceof IntegrityError);
      assert.equal(found.message, message);
    }
  }
});

Deno.test("ask takes no other success for a content", async () => {
  const statuses: [number, [number, number] | undefined][] = [
    [206, undefined],
    [203, undefined],
    [203, [400, 1_000]],
  ];
  for (const [status, range] of statuses) {
    const { headers = {} } = part(0, 999);
    const found = await ask({ status, headers }, range);
    assert.ok(found instanceof NetworkError, String(found));
    assert.equal(
      found.message,
      `the service answered ${status} to a request for a file`,
    );
  }
});

Deno.test("ask reads nothing of a body that it refuses", async () => {
  let cancelled = false;
  let pulls = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulls++;
      controller.enqueue(BYTES.slice(0, 10));
    },
    cancel: () => void (cancelled = true),
  }, { highWaterMark: 0 });
  using given = questionOf(() =>
    Promise.resolve(
      new Response(body, { headers: { "content-encoding": "gzip" } }),
    )
  );
  await assert.rejects(
    given.question.ask(undefined, undefined, undefined),
    IntegrityError,
  );
  assert.deepEqual([cancelled, pulls], [true, 0]);
});

Deno.test("ask knows what the last answer said it is", async () => {
  using given = questionOf(() =>
    Promise.resolve(
      new Response("<html>", { headers: { "content-type": "text/html" } }),
    )
  );
  assert.equal(given.question.mediaType, "");
  const asked = await given.question.ask(undefined, undefined, undefined);
  await asked.body.cancel();
  assert.equal(given.question.mediaType, "text/html");
});

/** A service that redirects to a signed address, which may stop working. */
function signedService(expired: () => number | undefined) {
  let signatures = 0;
  return questionOf((request) => {
    if (request.url === URL_) {
      const location = `https://bucket.test/f?signature=${++signatures}`;
      const headers = { location };
      return Promise.resolve(new Response(null, { status: 302, headers }));
    }
    const status = signatures > 1 ? undefined : expired();
    if (status !== undefined) {
      return Promise.resolve(new Response("expired", { status }));
    }
    const range = request.headers.get("range");
    const [, from = "0"] = /bytes=(\d+)-/.exec(range ?? "") ?? [];
    const headers = { "content-range": `bytes ${from}-999/1000` };
    return Promise.resolve(
      new Response(BYTES.slice(Number(from)), {
        status: range === null ? 200 : 206,
        headers: range === null ? {} : headers,
      }),
    );
  }, { "user-agent": "hca/1", authorization: "Bearer secret" });
}

Deno.test("ask goes to the signed address at once the next time, without the credentials of the origin", async () => {
  using given = signedService(() => undefined);
  for (const start of [0, 400, 500]) {
    const range = start === 0 ? undefined : { start, end: 1_000 };
    const asked = await given.question.ask(range, undefined, undefined);
    await asked.body.cancel();
  }
  const signed = "https://bucket.test/f?signature=1";
  assert.deepEqual(given.urls(), [URL_, signed, signed, signed]);
  assert.deepEqual(
    given.field("authorization"),
    ["Bearer secret", null, null, null],
  );
  assert.deepEqual(given.field("user-agent"), Array(4).fill("hca/1"));
});

Deno.test("ask goes to the origin again when the signed address has expired (N31)", async () => {
  for (const status of [401, 403, 404, 410]) {
    let isExpired = false;
    using given = signedService(() => isExpired ? status : undefined);
    const first = await given.question.ask(undefined, undefined, undefined);
    await first.body.cancel();
    isExpired = true;
    const range = { start: 400, end: 1_000 };
    const asked = await given.question.ask(range, '"one"', undefined);
    await asked.body.cancel();
    assert.deepEqual(asked.range, range);
    assert.deepEqual(given.urls().slice(2), [
      "https://bucket.test/f?signature=1",
      URL_,
      "https://bucket.test/f?signature=2",
    ]);
    assert.deepEqual(
      given.field("range").slice(2),
      Array(3).fill("bytes=400-"),
    );
    assert.deepEqual(given.field("if-range").slice(2), Array(3).fill('"one"'));
  }
});

Deno.test("ask says what the origin says when that lets nobody in any more", async () => {
  let isExpired = false;
  using given = questionOf((request) => {
    if (isExpired) return Promise.resolve(new Response("no", { status: 403 }));
    return Promise.resolve(
      request.url === URL_
        ? new Response(null, { status: 302, headers: { location: SIGNED } })
        : new Response(BYTES.slice()),
    );
  });
  const first = await given.question.ask(undefined, undefined, undefined);
  await first.body.cancel();
  isExpired = true;
  await assert.rejects(
    given.question.ask(undefined, undefined, undefined),
    AuthError,
  );
  assert.deepEqual(given.urls().slice(2), [SIGNED, URL_]);
});

Deno.test("ask throws what the service says of a file that is not there", async () => {
  const found = await ask({ status: 404 });
  assert.ok(found instanceof NotFoundError);
});
