import assert from "node:assert/strict";
import { LocalStore, ORIGIN, uuidOf, VERSION } from "../support/local_store.ts";

const PATH = "/v1/bundles/all?replica=aws";

interface Listed {
  uuid: string;
  version: string;
}

/** Follows the pages and returns what each one lists. */
async function pagesOf(store: LocalStore, path: string): Promise<Listed[][]> {
  const pages: Listed[][] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const answer: Response = await store.request(next);
    const body = await answer.json();
    pages.push(body.bundles);
    const link: string | null = answer.headers.get("link");
    assert.equal(answer.status, link === null ? 200 : 206);
    next = link === null ? undefined : /^<(.*)>; rel='next'$/.exec(link)?.[1];
    assert.equal(next, body.link);
    assert.equal(body.has_more, link !== null);
    assert.ok(pages.length < 20, "the pages do not end");
  }
  return pages;
}

async function openStore(keys: Listed[]): Promise<LocalStore> {
  const store = await LocalStore.open();
  for (const key of keys) await store.add(key);
  return store;
}

function keysTo(count: number): Listed[] {
  return Array.from(
    { length: count },
    (_, at) => ({ uuid: uuidOf(at + 1), version: VERSION }),
  );
}

Deno.test("getBundlesAll of a store without bundles is an empty last page", async () => {
  await using store = await LocalStore.open();
  const answer = await store.request(PATH);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("link"), null);
  assert.equal(answer.headers.get("x-openapi-pagination"), "false");
  assert.equal(
    answer.headers.get("x-openapi-paginated-content-key"),
    "bundles",
  );
  assert.deepEqual(await answer.json(), {
    object: "list",
    bundles: [],
    page_count: 0,
    per_page: 100,
    search_prefix: "bundles/",
    dss_api: ORIGIN,
    event_timestamp: "2020-01-01T000000.000000Z",
    has_more: false,
  });
});

Deno.test("getBundlesAll lists every version in the order of the keys", async () => {
  const [one, two] = [uuidOf(1), uuidOf(2)];
  const keys = [
    { uuid: two, version: "2018-01-01T000000.000000Z" },
    { uuid: one, version: "2019-01-01T000000.000001Z" },
    { uuid: one, version: "1" },
    { uuid: one, version: "2019-01-01T000000.000000Z" },
  ];
  await using store = await openStore(keys);
  const answer = await store.request(PATH);
  assert.equal(answer.status, 200);
  const body = await answer.json();
  assert.deepEqual(body.bundles, [
    { uuid: one, version: "1" },
    { uuid: one, version: "2019-01-01T000000.000000Z" },
    { uuid: one, version: "2019-01-01T000000.000001Z" },
    { uuid: two, version: "2018-01-01T000000.000000Z" },
  ]);
  assert.equal(body.page_count, 4);
});

Deno.test("getBundlesAll says in the body of a full page where the next one is", async () => {
  await using store = await openStore(keysTo(12));
  const answer = await store.request(`${PATH}&per_page=10`);
  assert.equal(answer.status, 206);
  assert.equal(answer.headers.get("x-openapi-pagination"), "true");
  const body = await answer.json();
  assert.equal(body.page_count, 10);
  assert.equal(body.per_page, 10);
  assert.equal(body.search_after, `bundles/${uuidOf(10)}.${VERSION}`);
  assert.equal(body.token, "");
  assert.equal(answer.headers.get("link"), `<${body.link}>; rel='next'`);
  const next = new URL(body.link);
  assert.equal(next.origin, ORIGIN);
  assert.deepEqual([...next.searchParams], [
    ["replica", "aws"],
    ["per_page", "10"],
    ["search_after", body.search_after],
  ]);
});

Deno.test("getBundlesAll lists everything once when the pages are followed", async () => {
  await using store = await openStore(keysTo(25).reverse());
  const pages = await pagesOf(store, `${PATH}&per_page=10`);
  assert.deepEqual(pages.map((page) => page.length), [10, 10, 5]);
  assert.deepEqual(pages.flat(), keysTo(25));
});

Deno.test("getBundlesAll ends with an empty page when the last one was full", async () => {
  await using store = await openStore(keysTo(20));
  const pages = await pagesOf(store, `${PATH}&per_page=10`);
  assert.deepEqual(pages.map((page) => page.length), [10, 10, 0]);
  assert.deepEqual(pages.flat(), keysTo(20));
});

Deno.test("getBundlesAll loses no version of a uuid at the border of a page", async () => {
  const uuid = uuidOf(5);
  const versions = Array.from({ length: 14 }, (_, at) => ({
    uuid,
    version: `2019-01-01T0000${String(at).padStart(2, "0")}.000000Z`,
  }));
  const keys = [...keysTo(4), ...versions, {
    uuid: uuidOf(6),
    version: VERSION,
  }];
  await using store = await openStore(keys);
  const pages = await pagesOf(store, `${PATH}&per_page=10`);
  assert.deepEqual(pages.flat(), keys);
});

Deno.test("getBundlesAll goes on when the bundle of the cursor is not there", async () => {
  await using store = await openStore(keysTo(3));
  const after = encodeURIComponent(`bundles/${uuidOf(1)}.9`);
  const body = await (await store.request(`${PATH}&search_after=${after}`))
    .json();
  assert.deepEqual(body.bundles, keysTo(3).slice(1));
});

const PREFIXES: [prefix: string, uuids: string[]][] = [
  ["a", [uuidOf(1, "a")]],
  ["aaaaaaaa-0000", [uuidOf(1, "a")]],
  ["AAAAAAAA", [uuidOf(1, "a")]],
  ["c", [uuidOf(1, "c"), uuidOf(2, "c")]],
  [uuidOf(2, "c"), [uuidOf(2, "c")]],
  ["d", []],
  [`${uuidOf(2, "c")}0`, []],
];

for (const [prefix, uuids] of PREFIXES) {
  Deno.test(`getBundlesAll lists what begins with the prefix ${prefix}`, async () => {
    const known = [uuidOf(1, "a"), uuidOf(1, "c"), uuidOf(2, "c")];
    await using store = await openStore(
      known.map((uuid) => ({ uuid, version: VERSION })),
    );
    const answer = await store.request(`${PATH}&prefix=${prefix}`);
    assert.equal(answer.status, 200);
    const body = await answer.json();
    assert.deepEqual(body.bundles.map((one: Listed) => one.uuid), uuids);
    assert.equal(body.search_prefix, `bundles/${prefix.toLowerCase()}`);
  });
}

Deno.test("getBundlesAll keeps the prefix on every page", async () => {
  const wanted = keysTo(12);
  await using store = await openStore([
    ...wanted,
    { uuid: uuidOf(1, "a"), version: VERSION },
    { uuid: uuidOf(1, "c"), version: VERSION },
  ]);
  const pages = await pagesOf(store, `${PATH}&prefix=bb&per_page=10`);
  assert.deepEqual(pages.flat(), wanted);
});

for (const prefix of ["%", "_", "b%", "b_", "-", "", "a.b", "b'--", "\u00e9"]) {
  Deno.test(`getBundlesAll refuses the prefix ${JSON.stringify(prefix)}`, async () => {
    await using store = await openStore(keysTo(1));
    const query = encodeURIComponent(prefix);
    const answer = await store.request(`${PATH}&prefix=${query}`);
    assert.equal(answer.status, 400);
    assert.equal((await answer.json()).code, "illegal_arguments");
  });
}

for (const perPage of ["9", "501", "x", ""]) {
  Deno.test(`getBundlesAll refuses per_page '${perPage}'`, async () => {
    await using store = await openStore(keysTo(1));
    const answer = await store.request(`${PATH}&per_page=${perPage}`);
    assert.equal(answer.status, 400);
    assert.equal((await answer.json()).code, "illegal_arguments");
  });
}

Deno.test("getBundlesAll is not taken for a bundle that is called all", async () => {
  await using store = await openStore(keysTo(1));
  const answer = await store.request("/v1/bundles/all");
  assert.equal(answer.status, 400);
  assert.equal(
    (await answer.json()).title,
    "Missing query parameter 'replica'",
  );
});
