import assert from "node:assert/strict";
import { type Json, RefusedError } from "../../src/base/mod.ts";
import type { Page } from "../../src/http/mod.ts";
import { mergePages } from "../../src/services/mod.ts";

async function* pages(
  ...given: [body: Json, items: Json[], contentKey: string][]
): AsyncGenerator<Page> {
  for (const [body, items, contentKey] of given) {
    await Promise.resolve();
    yield { body, items, contentKey, response: new Response() };
  }
}

Deno.test("mergePages gives the last page with the items of all", async () => {
  const merged = await mergePages(pages(
    [{ total: 3, results: [1, 2], first: true }, [1, 2], "results"],
    [{ total: 3, results: [3] }, [3], "results"],
  ));
  assert.deepEqual(merged, { total: 3, results: [1, 2, 3] });
});

Deno.test("mergePages puts the items where a dotted key says, and nowhere else", async () => {
  const page = (files: Json[]): [Json, Json[], string] => [
    { bundle: { uuid: "u", files } },
    files,
    "bundle.files",
  ];
  const merged = await mergePages(pages(page([1, 2]), page([3]), page([])));
  assert.deepEqual(merged, { bundle: { uuid: "u", files: [1, 2, 3] } });
});

Deno.test("mergePages adds no key to a body that has none of that name", async () => {
  // A service that does not say where its items are.
  assert.deepEqual(
    await mergePages(pages([{ bundle: { files: [1] } }, [], "results"])),
    { bundle: { files: [1] } },
  );
  assert.deepEqual(await mergePages(pages([[1, 2], [], "results"])), [1, 2]);
  assert.deepEqual(await mergePages(pages(["text", [], "a.b"])), "text");
});

Deno.test("mergePages takes a thousand empty pages, and no more", async () => {
  const empty: [Json, Json[], string] = [{ results: [] }, [], "results"];
  const full: [Json, Json[], string] = [{ results: [1] }, [1], "results"];
  const thousand = Array<typeof empty>(1000).fill(empty);
  assert.deepEqual(await mergePages(pages(...thousand, full)), {
    results: [1],
  });
  await assert.rejects(
    mergePages(pages(...thousand, full, empty)),
    new RefusedError("the service sends empty pages without end"),
  );
});

Deno.test("mergePages is null when there was no page", async () => {
  assert.equal(await mergePages(pages()), null);
});

Deno.test("mergePages refuses to drop items when the last page has no place for them", async () => {
  await assert.rejects(
    mergePages(
      pages([{ results: [1] }, [1], "results"], ["end", [], "results"]),
    ),
    (error) =>
      error instanceof RefusedError &&
      error.message === "the last page of the answer has no 'results'",
  );
});

Deno.test("mergePages leaves the prototype alone when a service names it", async () => {
  const before = Object.getOwnPropertyDescriptors(Object.prototype);
  const keys = [
    "__proto__.polluted",
    "__proto__.toLocaleString",
    "constructor.prototype.polluted",
    "__proto__",
  ];
  for (const key of keys) {
    await mergePages(pages([{ a: 1 }, [], key]));
    await assert.rejects(mergePages(pages([{ a: 1 }, [1], key])), RefusedError);
    assert.deepEqual(
      Object.getOwnPropertyDescriptors(Object.prototype),
      before,
      key,
    );
  }
});

Deno.test("mergePages takes more items than an argument list can have", async () => {
  const items = Array.from({ length: 300_000 }, (_, at) => at);
  const merged = await mergePages(
    pages([{ results: items }, items, "results"], [
      { results: [] },
      [],
      "results",
    ]),
  );
  assert.equal((merged as { results: Json[] }).results.length, 300_000);
});
