import assert from "node:assert/strict";
import { CancelledError, LocalError } from "../../src/base/mod.ts";
import { checkOutput } from "../../src/commands/output/mod.ts";
import type { Page } from "../../src/http/mod.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";
import {
  answer,
  contextOf,
  json,
  outputAs,
  pageOf,
  pagesOf,
  printed,
  printedPages,
} from "./_output_case.ts";

let hca: TestEnvironment;

Deno.test.beforeEach(async () => {
  hca = await TestEnvironment.create();
});

Deno.test.afterEach(() => hca[Symbol.asyncDispose]());

function written(): Record<string, string> {
  return Object.fromEntries(
    namesBelow(hca.path()).map((name) => [
      name,
      Deno.readTextFileSync(hca.path(name)),
    ]),
  );
}

Deno.test("--output-file gets the bytes of JSON as they are", async () => {
  const body = ' {"b":1.0,\n"a":"é"} ';
  const response = () => answer(body, "application/json");
  assert.equal(await printed(hca, response(), { file: "f.json" }), "");
  assert.deepEqual(written(), { "f.json": body });
  // And so does standard output, when it is named.
  assert.equal(await printed(hca, response(), { file: "-" }), body);
});

Deno.test("--output-file gets JSON in the form that was asked for", async () => {
  const value = { a: [1] };
  await printed(hca, json(value), { file: "a", format: "json" });
  await printed(hca, json(value), { file: "b", query: "a[0]" });
  assert.deepEqual(written(), { a: '{\n  "a": [\n    1\n  ]\n}\n', b: "1\n" });
});

Deno.test("--output-file gets headers, bytes and pages", async () => {
  const head = answer(null, "text/html");
  await printed(hca, head, { file: "head" }, "HEAD");
  await printed(hca, answer("\0\x1b", "x/y"), { file: "bytes" });
  const pages = () =>
    pagesOf(pageOf({ results: [1] }), pageOf({ results: [2] }));
  await printedPages(hca, pages(), { file: "pages" });
  assert.equal(
    await printedPages(hca, pages(), { file: "l", format: "jsonl" }),
    "",
  );
  assert.deepEqual(written(), {
    bytes: "\0\x1b",
    head: '{\n  "Content-Type": "text/html"\n}\n',
    l: "1\n2\n",
    pages: '{\n  "results": [\n    1,\n    2\n  ]\n}\n',
  });
});

Deno.test("--output-file has a table in full width and without bold on a terminal too", async () => {
  hca.terminal.outIsTerminal = true;
  hca.terminal.width = 10;
  await printed(hca, json([{ a: "x".repeat(30) }]), {
    file: "t",
    format: "table",
  });
  assert.deepEqual(written(), { t: `a\n${"x".repeat(30)}\n` });
});

Deno.test("--output-file replaces a file only when all is there", async () => {
  await hca.write("f", "old");
  async function* broken(): AsyncGenerator<Page> {
    yield pageOf({ results: [1] });
    await Promise.resolve();
    assert.equal(Deno.readTextFileSync(hca.path("f")), "old");
    throw new CancelledError("interrupted", { signalName: "SIGINT" });
  }
  await assert.rejects(
    printedPages(hca, broken(), { file: "f", format: "jsonl" }),
    CancelledError,
  );
  assert.deepEqual(written(), { f: "old" });
  await printed(hca, answer("new", "text/plain"), { file: "f" });
  assert.deepEqual(written(), { f: "new" });
});

Deno.test("--output-file is not made when the body breaks off, is no JSON, or items are missing", async () => {
  let isFirst = true;
  const body = new ReadableStream({
    pull(controller) {
      if (isFirst) controller.enqueue(new Uint8Array(10));
      else controller.error(new CancelledError());
      isFirst = false;
    },
  });
  await assert.rejects(
    printed(hca, answer(body, "x/y"), { file: "f" }),
    CancelledError,
  );
  await assert.rejects(
    printed(hca, answer("text", "text/plain"), { file: "f", format: "tsv" }),
    { name: "UsageError" },
  );
  const pages = pagesOf(pageOf({ results: [1], total_hits: 2 }));
  await assert.rejects(
    printedPages(hca, pages, { file: "f", format: "jsonl" }),
    { name: "ServiceError" },
  );
  assert.deepEqual(written(), {});
});

const REFUSED: [string, string, string][] = [
  [".", "cannot write '.': it is a directory", "is_directory"],
  ["new/", "cannot write 'new/': it is a directory", "is_directory"],
  [
    "no/such/f",
    "cannot write 'no/such/f': there is no directory 'no/such'",
    "not_found",
  ],
  [
    "/dev/null",
    "cannot write '/dev/null': it is a device or a pipe",
    "unsupported",
  ],
];

for (const [file, message, reason] of REFUSED) {
  Deno.test({
    name: `checkOutput and the writing itself refuse ${file}`,
    ignore: Deno.build.os === "windows" && file.startsWith("/dev/"),
    async fn() {
      const isExpected = (error: unknown) => {
        assert.ok(error instanceof LocalError);
        assert.equal(error.message, message);
        assert.equal(error.reason, reason);
        return true;
      };
      using context = contextOf(hca);
      await assert.rejects(
        checkOutput(context, outputAs({ file })),
        isExpected,
      );
      let isCancelled = false;
      const body = new ReadableStream({
        cancel: () => void (isCancelled = true),
      });
      await assert.rejects(
        printed(hca, answer(body, "x/y"), { file }),
        isExpected,
      );
      assert.ok(isCancelled);
      assert.deepEqual(namesBelow(hca.path()), []);
    },
  });
}
