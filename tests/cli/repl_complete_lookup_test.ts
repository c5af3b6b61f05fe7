import assert from "node:assert/strict";
import { DssClient } from "../../src/services/mod.ts";
import { ApiDocument } from "../../src/swagger/mod.ts";
import type { LineCompletion } from "../../src/terminal/mod.ts";
import { DSS_DOCUMENT } from "../support/dss_document.ts";
import { settle } from "../support/fake_clock.ts";
import { rejectWhenAborted } from "../support/scripted_fetch.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";
import {
  A,
  B,
  C,
  keepDocument,
  SessionCompletion,
  V1,
  V2,
  wordsOf,
} from "./_session_completion.ts";

// As the document has it.
const SERVICE = "https://dss.data.humancellatlas.org";
const URL = "https://dss.test/v1/swagger.json";

/** A request that waits for the test to answer it. */
interface Asked {
  url: string;
  signal: AbortSignal;
  answer: (response: Response) => void;
}

/** A session with a service that answers when a test says so. */
class ServedCompletion implements AsyncDisposable {
  readonly asked: Asked[] = [];
  readonly late: LineCompletion[] = [];
  #change = Promise.withResolvers<void>();

  private constructor(readonly test: SessionCompletion) {
    test.hca.runtime.fetch = (request) => this.#fetch(request);
  }

  static async create(recent: string[] = []): Promise<ServedCompletion> {
    const test = await SessionCompletion.create({
      recent,
      prepare: async (hca) => {
        hca.variables.set("HCA_SWAGGER_URL", URL);
        await keepDocument(hca, URL, DSS_DOCUMENT);
      },
    });
    return new ServedCompletion(test);
  }

  /** Presses Tab; what comes later is in `late`. */
  async tab(line: string, signal?: AbortSignal): Promise<LineCompletion> {
    const [asked, told] = [this.asked.length, this.late.length];
    const first = await this.press(line, signal);
    if (first.isPartial) {
      await this.until(() =>
        this.asked.length + this.late.length > asked + told
      );
    }
    return first;
  }

  /** The same, without waiting for what becomes of it. */
  press(line: string, signal?: AbortSignal): Promise<LineCompletion> {
    return this.test.complete(line, signal, (whole) => {
      this.late.push(whole);
      this.#change.resolve();
    });
  }

  /** Waits for something that a request or an answer brings. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      this.#change = Promise.withResolvers();
      await this.#change.promise;
    }
  }

  /** What was asked for, without the address of the service. */
  get questions(): string[] {
    return this.asked.map(({ url }) => url.replace(SERVICE, ""));
  }

  /** Answers the newest request with bundles. */
  async answer(fqids: [uuid: string, version: string][], hasMore = false) {
    const bundles = fqids.map(([uuid, version]) => ({ uuid, version }));
    await this.respond(Response.json({ bundles, has_more: hasMore }));
  }

  /** Answers the newest request, and waits until that is told. */
  async respond(response: Response): Promise<void> {
    const told = this.late.length;
    this.asked.at(-1)?.answer(response);
    await this.until(() => this.late.length > told);
  }

  #fetch({ url, signal }: Request): Promise<Response> {
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    this.asked.push({ url, signal, answer: resolve });
    this.#change.resolve();
    rejectWhenAborted(signal).catch(reject);
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    assert.equal(this.test.hca.terminal.errText, "");
    await this.test[Symbol.asyncDispose]();
  }
}

const asks = (prefix: string, replica = "aws") =>
  `/v1/bundles/all?replica=${replica}&prefix=${prefix}&per_page=50`;

Deno.test("what is known is answered at once, and what the service knows later", async () => {
  await using served = await ServedCompletion.create([`${A}.${V1}`]);
  const first = await served.tab("get-bundle a");
  // One letter would find too many.
  assert.deepEqual(wordsOf(first), [`${A}.${V1}`]);
  assert.equal(first.isPartial, undefined);
  assert.deepEqual(served.questions, []);
  const second = await served.tab("get-bundle aa");
  assert.deepEqual(wordsOf(second), [`${A}.${V1}`]);
  assert.equal(second.isPartial, true);
  assert.deepEqual(served.questions, [asks("aa")]);
  assert.equal(served.late.length, 0);
  const other = A.replace("000001", "000009");
  await served.answer([[A, V1], [A, V2], [other, V1], [C, V1]]);
  assert.deepEqual(served.late, [{
    start: 11,
    candidates: [
      [`${A}.${V1}`, "earlier"],
      [`${A}.${V2}`, "from the service"],
      [`${other}.${V1}`, "from the service"],
    ].map(([value, description]) => ({ value, description, label: value })),
  }]);
});

Deno.test("uuids, versions and what goes on behind a dot are asked for, too", async () => {
  await using served = await ServedCompletion.create();
  await served.tab("download --bundle-uuid=ab");
  await served.answer([[B, V1], [B, V2]]);
  assert.deepEqual(served.late.map(wordsOf), [[`--bundle-uuid=${B}`]]);
  await served.tab(`get-bundle ${A} --replica gcp --version 2019`);
  await served.answer([[A, V1], [A, V2]]);
  assert.deepEqual(served.late.slice(1).map(wordsOf), [[V2]]);
  await served.tab(`get-bundle ${C}.2`);
  await served.answer([[C, V1]]);
  assert.deepEqual(served.late.slice(2).map(wordsOf), [[`${C}.${V1}`]]);
  assert.deepEqual(served.questions, [asks("ab"), asks(A, "gcp"), asks(C)]);
});

Deno.test("the service is asked in the replica of the session", async () => {
  await using served = await ServedCompletion.create();
  served.test.session.defaults.replica = "gcp";
  await served.tab("get-bundle ab");
  assert.deepEqual(served.questions, [asks("ab", "gcp")]);
  await served.answer([]);
});

Deno.test("the service is not asked for what it does not know, or when enough is known", async () => {
  const known = Array.from({ length: 5 }, (_, n) => `${A.slice(0, -1)}${n}`);
  await using served = await ServedCompletion.create(
    known.map((uuid) => `${uuid}.${V1}`),
  );
  const lines = [
    ...["get-bundle aa", "get-file --uuid ab", "get-collection ab"],
    ...["get-bundle --uuid a", `get-bundle --uuid ${C}`, "get-bundle %41%41"],
    ...["get-bundle ../..", "get-bundle --version 20", "verify ab", "ab"],
  ];
  for (const line of lines) {
    assert.equal((await served.tab(line)).isPartial, undefined, line);
  }
  assert.deepEqual(served.questions, []);
});

Deno.test("the service has two seconds", async () => {
  await using served = await ServedCompletion.create([`${A}.${V1}`]);
  await served.tab("get-bundle aa");
  const { clock } = served.test;
  await clock.advance(1999);
  assert.equal(served.asked[0]?.signal.aborted, false);
  assert.equal(served.late.length, 0);
  await clock.advance(1);
  await served.until(() => served.late.length > 0);
  assert.equal(served.asked[0]?.signal.aborted, true);
  assert.deepEqual(served.late.map(wordsOf), [[`${A}.${V1}`]]);
});

Deno.test("a key ends the request, and its answer is not told", async () => {
  await using served = await ServedCompletion.create();
  const key = new AbortController();
  await served.tab("get-bundle aa", key.signal);
  key.abort();
  assert.equal(served.asked[0]?.signal.aborted, true);
  assert.equal(served.late.length, 0);
  // The next one is another request.
  await served.tab("get-bundle aa");
  assert.equal(served.asked.length, 2);
  await served.answer([[A, V1]]);
  assert.deepEqual(served.late.map(wordsOf), [[`${A}.${V1}`]]);
});

Deno.test("there is one request at a time", async () => {
  await using served = await ServedCompletion.create();
  await served.tab("get-bundle aa");
  await served.press("get-bundle ab");
  await settle();
  assert.deepEqual(served.questions, [asks("aa")]);
  await served.answer([[A, V1]]);
  await served.until(() => served.asked.length === 2);
  assert.deepEqual(served.questions, [asks("aa"), asks("ab")]);
  await served.answer([[B, V1]]);
  assert.deepEqual(served.late.map(wordsOf), [[`${A}.${V1}`], [`${B}.${V1}`]]);
});

Deno.test("an answer is kept, for longer prefixes too if it is whole", async () => {
  await using served = await ServedCompletion.create();
  await served.tab("get-bundle aa");
  await served.answer([[A, V1]], true);
  await served.tab("get-bundle aa");
  assert.equal(served.asked.length, 1);
  await served.tab("get-bundle aaa");
  assert.equal(served.asked.length, 2);
  await served.answer([[A, V1]]);
  await served.tab("get-bundle aaaa");
  await served.tab("get-bundle aaax");
  assert.equal(served.asked.length, 2);
  assert.deepEqual(served.late.map(wordsOf).slice(-2), [[`${A}.${V1}`], []]);
  // In another replica there may be others.
  await served.tab("get-bundle --replica gcp aaaa");
  assert.equal(served.asked.length, 3);
  await served.answer([]);
});

Deno.test("a service that refuses or talks nonsense is as one that knows nothing", async () => {
  const answers = [
    new Response("no", { status: 403 }),
    new Response("no", { status: 400 }),
    new Response("<html>"),
    Response.json([]),
    Response.json({ bundles: [{ uuid: "a\u001b[2J", version: 1 }, null] }),
  ];
  for (const answer of answers) {
    await using served = await ServedCompletion.create();
    await served.tab("get-bundle aa");
    await served.respond(answer);
    assert.deepEqual(served.late.map(wordsOf), [[]]);
  }
});

Deno.test("Tab makes no embedded store, and asks one that is there", async () => {
  await using test = await SessionCompletion.create();
  const tab = (line: string) => {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    test.complete(line, undefined, (whole) => resolve(wordsOf(whole)));
    return promise;
  };
  assert.deepEqual(await tab("get-bundle aa"), []);
  assert.deepEqual(namesBelow(test.hca.dataDir), []);
  await test.hca.addSamples();
  const fqid = await firstBundle(test.hca);
  const found = await tab(`get-bundle ${fqid.slice(0, 8)}`);
  assert.ok(found.includes(fqid), fqid);
  assert.equal(test.hca.terminal.errText, "");
});

/** A bundle of the embedded store. */
async function firstBundle(hca: TestEnvironment): Promise<string> {
  using store = await hca.openStore();
  const url = "http://dss.hca.localhost/v1/bundles/all?replica=aws";
  const response = await store.handler(new Request(url));
  const { bundles: [{ uuid, version }] } = await response.json();
  return `${uuid}.${version}`;
}

Deno.test("a client that was handed over is completed from its document, and asked", async () => {
  const asked: string[] = [];
  await using hca = await TestEnvironment.create();
  const client = new DssClient({
    runtime: {
      ...hca.runtime,
      fetch: ({ url }) => {
        asked.push(url.replace(SERVICE, ""));
        const bundles = [{ uuid: A, version: V1 }];
        return Promise.resolve(Response.json({ bundles, has_more: false }));
      },
    },
    document: new ApiDocument(DSS_DOCUMENT, URL),
  });
  await using test = await SessionCompletion.create({
    outside: { dssClient: client },
  });
  assert.deepEqual(await test.words("get-bundles-c"), ["get-bundles-checkout"]);
  assert.deepEqual(asked, []);
  const found = Promise.withResolvers<LineCompletion>();
  await test.complete("get-bundle aa", undefined, found.resolve);
  assert.deepEqual(wordsOf(await found.promise), [`${A}.${V1}`]);
  assert.deepEqual(asked, [asks("aa")]);
  // It is no client of another service.
  test.session.defaults.service = "https://other.test/swagger.json";
  assert.deepEqual(await test.words("get-bundles-c"), []);
  assert.deepEqual(test.hca.refusedRequests, []);
});

Deno.test("warmUp fetches an API document that is not on disk, once, and Tab does not", async () => {
  await using test = await SessionCompletion.create({
    prepare: (hca) => {
      hca.variables.set("HCA_SWAGGER_URL", URL);
    },
  });
  const { hca, completer } = test;
  assert.deepEqual(await test.words("get-bundle"), []);
  assert.deepEqual(hca.refusedRequests, []);
  const asked: string[] = [];
  const loaded = Promise.withResolvers<void>();
  hca.runtime.fetch = (request) => {
    asked.push(request.url);
    loaded.resolve();
    return Promise.resolve(Response.json(DSS_DOCUMENT));
  };
  completer.warmUp();
  completer.warmUp();
  await loaded.promise;
  while (!(await test.words("get-bundle")).includes("get-bundle")) {
    await settle();
  }
  completer.warmUp();
  await settle();
  assert.deepEqual(asked, [URL]);
});

Deno.test("warmUp says nothing when there is no service, and ends with the session", async () => {
  await using test = await SessionCompletion.create({
    prepare: (hca) => {
      hca.variables.set("HCA_SWAGGER_URL", URL);
    },
  });
  const asked = Promise.withResolvers<AbortSignal>();
  test.hca.runtime.fetch = ({ signal }) => {
    asked.resolve(signal);
    return rejectWhenAborted(signal);
  };
  test.completer.warmUp();
  const signal = await asked.promise;
  await test.completer[Symbol.asyncDispose]();
  assert.equal(signal.aborted, true);
  assert.equal(test.hca.terminal.errText, "");
});
