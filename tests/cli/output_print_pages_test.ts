import assert from "node:assert/strict";
import { ClosedOutput, ServiceError } from "../../src/base/mod.ts";
import type { Page } from "../../src/http/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { outText, pageOf, pagesOf, printedPages } from "./_output_case.ts";

let hca: TestEnvironment;

Deno.test.beforeEach(async () => {
  hca = await TestEnvironment.create();
});

Deno.test.afterEach(() => hca[Symbol.asyncDispose]());

Deno.test("printPages as json writes all pages as one body", async () => {
  const pages = pagesOf(
    pageOf({ results: [1], more: true }),
    pageOf({ results: [2], more: false }),
  );
  assert.equal(
    await printedPages(hca, pages),
    '{\n  "results": [\n    1,\n    2\n  ],\n  "more": false\n}\n',
  );
});

/** Pages that note when they are asked for. */
async function* notedPages(
  pageCount: number,
  perPage: number,
  onRequest: (page: number) => void,
): AsyncGenerator<Page> {
  for (let page = 0; page < pageCount; page++) {
    onRequest(page);
    await Promise.resolve();
    yield pageOf({
      total_hits: pageCount * perPage,
      results: Array.from({ length: perPage }, (_, at) => ({
        bundle_fqid: `bundle-${page * perPage + at}`,
      })),
    });
  }
}

for (const format of ["jsonl", "tsv"] as const) {
  Deno.test(`printPages as ${format} asks for a page of 100,000 items when the last one is written`, async () => {
    const pageCount = 200;
    const perPage = 500;
    const decoder = new TextDecoder();
    let lineCount = 0;
    let last = "";
    hca.terminal.out = (data) => {
      const text = typeof data === "string" ? data : decoder.decode(data);
      // Pieces are of a bounded size too.
      assert.ok(text.length < 70_000, `${text.length} characters at once`);
      lineCount += text.split("\n").length - 1;
      last = text;
      return Promise.resolve();
    };
    const header = format === "tsv" ? 1 : 0;
    const pages = notedPages(pageCount, perPage, (page) => {
      assert.equal(lineCount, page === 0 ? 0 : page * perPage + header);
    });
    await printedPages(hca, pages, { format });
    assert.equal(lineCount, pageCount * perPage + header);
    assert.equal(
      last.trimEnd().split("\n").at(-1),
      format === "tsv" ? "bundle-99999" : '{"bundle_fqid": "bundle-99999"}',
    );
  });
}

Deno.test("printPages asks for no more pages when nobody reads", async () => {
  const asked: number[] = [];
  let isReturned = false;
  async function* pages(): AsyncGenerator<Page> {
    try {
      yield* notedPages(100, 10, (page) => void asked.push(page));
    } finally {
      isReturned = true;
    }
  }
  hca.terminal.outLimit = 2;
  await assert.rejects(
    printedPages(hca, pages(), { format: "jsonl" }),
    ClosedOutput,
  );
  assert.deepEqual(asked, [0, 1, 2]);
  assert.ok(isReturned);
});

Deno.test("printPages as jsonl applies a query to each page", async () => {
  const pages = () =>
    pagesOf(
      pageOf({ results: [{ n: 1 }, { n: 2 }], page: 1 }),
      pageOf({ results: [], page: 2 }),
      pageOf({ results: [{ n: 3 }], page: 3 }),
    );
  const format = "jsonl";
  assert.equal(
    await printedPages(hca, pages(), { format, query: "results[].n" }),
    "1\n2\n3\n",
  );
  assert.equal(
    await printedPages(hca, pages(), { format, query: "page" }),
    "1\n2\n3\n",
  );
  assert.equal(
    await printedPages(hca, pages(), { format, query: "results[0].n" }),
    "1\n3\n",
  );
});

Deno.test("printPages applies a query to the merged answer in the other forms", async () => {
  const query = "length(results)";
  const pages = () =>
    pagesOf(pageOf({ results: [1] }), pageOf({ results: [2] }));
  assert.equal(await printedPages(hca, pages(), { query }), "2\n");
  assert.equal(
    await printedPages(hca, pages(), { query, format: "tsv" }),
    "value\n2\n",
  );
  assert.equal(
    await printedPages(hca, pages(), { query, format: "table" }),
    "value\n    2\n",
  );
});

Deno.test("printPages as tsv has the columns of the first page with items, and says once what is left out", async () => {
  const pages = pagesOf(
    pageOf({ results: [] }),
    pageOf({ results: [{ a: 1 }, { b: 2 }] }),
    pageOf({ results: [{ c: 3, a: 4 }] }),
    pageOf({ results: [{ d: 5 }] }),
  );
  assert.equal(
    await printedPages(hca, pages, { format: "tsv" }),
    "a\tb\n1\t\n\t2\n4\t\n\t\n",
  );
  assert.equal(
    hca.terminal.errText,
    "hca: warning: a later page of the answer has 'c', for which the header " +
      "has no column: it is left out. Use --output jsonl, or --query to say " +
      "which columns there are.\n",
  );
});

Deno.test("printPages as table has the columns of all pages", async () => {
  const pages = pagesOf(
    pageOf({ results: [{ a: "x" }] }),
    pageOf({ results: [{ b: 10 }, { b: 9 }] }),
  );
  assert.equal(
    await printedPages(hca, pages, { format: "table" }),
    "a   b\nx\n   10\n    9\n",
  );
});

Deno.test("printPages writes all it has, then fails when the service stated more items", async () => {
  for (const format of ["json", "jsonl", "tsv", "table"] as const) {
    const pages = pagesOf(
      pageOf({ results: [{ n: 1 }], total_hits: 38827 }),
      pageOf({ results: [{ n: 2 }], total_hits: 38827 }),
    );
    await assert.rejects(printedPages(hca, pages, { format }), (error) => {
      assert.ok(error instanceof ServiceError);
      assert.equal(
        error.message,
        "the service stated 38827 items (total_hits) but its pages have 2",
      );
      return true;
    });
    assert.match(outText(hca), /1[^]*2/, format);
  }
});

Deno.test("printPages fails when the service gave more items than it stated", async () => {
  const pages = pagesOf(pageOf({ results: [1, 2, 3], total_hits: 2 }));
  await assert.rejects(printedPages(hca, pages), {
    name: "ServiceError",
    message: "the service stated 2 items (total_hits) but its pages have 3",
  });
});

Deno.test("printPages takes a total that changed while the pages were read", async () => {
  const pages = pagesOf(
    pageOf({ results: [1, 2], total_hits: 3 }),
    pageOf({ results: [3, 4], total_hits: 4 }),
  );
  assert.match(await printedPages(hca, pages), /4\n {2}\]/);
});

Deno.test("printPages does not compare totals when the pages begin in the middle", async () => {
  const page = pageOf({ results: [1], total_hits: 100 });
  const response = new Response();
  Object.defineProperty(response, "url", {
    value: "https://dss.test/v1/search?replica=aws&search_after=u,v",
  });
  const out = await printedPages(hca, pagesOf({ ...page, response }), {
    format: "jsonl",
  });
  assert.equal(out, "1\n");
});

/** Three pages of ten items, 99 ms, then 1 ms, then 60 ms apart. */
async function* slowPages(clock: FakeClock): AsyncGenerator<Page> {
  for (const delayMs of [99, 1, 60]) {
    await clock.advance(delayMs);
    yield pageOf({ results: Array(10).fill(0) });
  }
}

Deno.test("printPages counts items on a terminal, ten times a second at most", async () => {
  const clock = new FakeClock();
  hca.runtime.clock = clock;
  hca.terminal.errIsTerminal = true;
  await printedPages(hca, slowPages(clock));
  assert.equal(hca.terminal.errText, "\r\x1b[K20 items …\r\x1b[K");
});

Deno.test("printPages counts nothing where there is no terminal, or the items themselves show up", async () => {
  const clock = new FakeClock();
  hca.runtime.clock = clock;
  await printedPages(hca, slowPages(clock));
  assert.equal(hca.terminal.errText, "");
  hca.terminal.errIsTerminal = true;
  hca.terminal.outIsTerminal = true;
  await printedPages(hca, slowPages(clock), { format: "jsonl" });
  assert.equal(hca.terminal.errText, "");
});
