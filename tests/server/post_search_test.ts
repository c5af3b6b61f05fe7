import assert from "node:assert/strict";
import { LocalStore, ORIGIN, uuidOf, VERSION } from "../support/local_store.ts";

const PATH = "/v1/search?replica=aws";

interface Hit {
  bundle_fqid: string;
  bundle_url: string;
  search_score: null;
  metadata?: { uuid: string };
}

interface Page {
  status: number;
  next: string | undefined;
  body: { es_query: unknown; total_hits: number; results: Hit[] };
}

async function search(
  store: LocalStore,
  path = PATH,
  esQuery: unknown = {},
): Promise<Page> {
  const answer = await post(store, path, JSON.stringify({ es_query: esQuery }));
  const { status, headers } = answer;
  const body = await answer.json();
  const link = headers.get("link");
  assert.equal(status, link === null ? 200 : 206, JSON.stringify(body));
  assert.equal(headers.get("x-openapi-pagination"), String(link !== null));
  assert.equal(headers.get("x-openapi-paginated-content-key"), "results");
  const next = link === null
    ? undefined
    : /^<([^<>]+)>; rel="next"$/.exec(link)?.[1] ?? assert.fail(link);
  return { status, next, body };
}

async function post(
  store: LocalStore,
  path: string,
  body?: BodyInit,
  contentType = "application/json",
): Promise<Response> {
  const headers = { "content-type": contentType };
  return await store.request(path, { method: "POST", headers, body });
}

/** Follows the pages with the same body, as clients do. */
async function pagesOf(
  store: LocalStore,
  path: string,
  esQuery: unknown = {},
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const page: Page = await search(store, next, esQuery);
    pages.push(page);
    next = page.next;
    assert.ok(pages.length < 20, "the pages do not end");
  }
  return pages;
}

/** Bundles 1 to `count`; every third one is of a mouse. */
async function openStore(count: number): Promise<LocalStore> {
  const store = await LocalStore.open();
  for (let number = 1; number <= count; number++) {
    const species = number % 3 === 0 ? "Mouse" : "Human";
    const content = JSON.stringify({ species });
    const files = [{ name: "donor_0.json", content }];
    await store.add({ uuid: uuidOf(number), files });
  }
  return store;
}

function fqidsDown(from: number, to: number): string[] {
  return Array.from(
    { length: from - to + 1 },
    (_, at) => `${uuidOf(from - at)}.${VERSION}`,
  );
}

function fqidsOf(pages: Page[]): string[] {
  return pages.flatMap((page) =>
    page.body.results.map((hit) => hit.bundle_fqid)
  );
}

const MICE = { query: { match: { "files.donor_json.species": "mouse" } } };

Deno.test("postSearch gives summaries by falling uuid and version", async () => {
  await using store = await openStore(2);
  await store.add({ uuid: uuidOf(1), version: "1" });
  const { status, body } = await search(store);
  assert.equal(status, 200);
  const hit = (uuid: string, version: string) => ({
    bundle_fqid: `${uuid}.${version}`,
    bundle_url: `${ORIGIN}/v1/bundles/${uuid}?version=${version}&replica=aws`,
    search_score: null,
  });
  assert.deepEqual(body, {
    es_query: {},
    total_hits: 3,
    results: [
      hit(uuidOf(2), VERSION),
      hit(uuidOf(1), VERSION),
      hit(uuidOf(1), "1"),
    ],
  });
});

Deno.test("postSearch gives addresses of bundles that work", async () => {
  await using store = await openStore(1);
  const { body } = await search(store, "/v1/search?replica=gcp");
  const url = body.results[0]?.bundle_url ?? "";
  assert.ok(url.endsWith("&replica=gcp"), url);
  const answer = await store.request(url);
  assert.equal((await answer.json()).bundle.uuid, uuidOf(1));
});

Deno.test("postSearch of a store without bundles finds nothing", async () => {
  await using store = await LocalStore.open();
  const { status, body } = await search(store);
  assert.equal(status, 200);
  assert.deepEqual(body, { es_query: {}, total_hits: 0, results: [] });
});

Deno.test("postSearch gives the whole document of each bundle when raw is asked", async () => {
  await using store = await LocalStore.open();
  const uuid = uuidOf(9, "f");
  const content = '{"species": "Mouse", "age": 3}';
  const files = [{ name: "donor_0.json", uuid, content }, { name: "b.bin" }];
  await store.add({ uuid: uuidOf(1), files });
  const { body } = await search(store, `${PATH}&output_format=raw`);
  const metadata = body.results[0]?.metadata as unknown as {
    manifest: { files: Record<string, unknown>[] };
  };
  assert.deepEqual(metadata, {
    uuid: uuidOf(1),
    state: "new",
    shape_descriptor: "None",
    files: { donor_json: [{ species: "Mouse", age: 3 }] },
    manifest: {
      format: "0.0.1",
      version: VERSION,
      creator_uid: 0,
      files: metadata.manifest.files,
    },
  });
  const [first, second] = metadata.manifest.files;
  assert.deepEqual({ ...first, sha1: "", sha256: "", crc32c: "" }, {
    name: "donor_0.json",
    uuid,
    version: VERSION,
    "content-type": "application/json",
    size: 30,
    indexed: true,
    crc32c: "",
    // md5sum of the content.
    "s3-etag": "ba36b799a97880311f26f897382d595d",
    sha1: "",
    sha256: "",
  });
  assert.equal(second?.name, "b.bin");
  assert.equal(second?.indexed, false);
});

Deno.test("postSearch finds only what the query matches", async () => {
  await using store = await openStore(7);
  const { body } = await search(store, PATH, MICE);
  assert.equal(body.total_hits, 2);
  assert.deepEqual(body.es_query, MICE);
  assert.deepEqual(
    body.results.map((hit) => hit.bundle_fqid),
    [`${uuidOf(6)}.${VERSION}`, `${uuidOf(3)}.${VERSION}`],
  );
});

Deno.test("postSearch finds each bundle once when the pages are followed", async () => {
  await using store = await openStore(45);
  const pages = await pagesOf(store, `${PATH}&per_page=10`);
  assert.deepEqual(
    pages.map((page) => page.body.results.length),
    [10, 10, 10, 10, 5],
  );
  assert.deepEqual(fqidsOf(pages), fqidsDown(45, 1));
  assert.deepEqual(
    pages.map((page) => page.body.total_hits),
    Array(5).fill(45),
  );

  const mice = await pagesOf(store, `${PATH}&per_page=10`, MICE);
  assert.deepEqual(mice.map((page) => page.body.results.length), [10, 5]);
  assert.deepEqual(mice.map((page) => page.body.total_hits), [15, 15]);
  assert.deepEqual(
    fqidsOf(mice),
    fqidsDown(45, 1).filter((_, at) => at % 3 === 0),
  );

  // Ten whole documents on a page, whatever is asked.
  const raw = await pagesOf(store, `${PATH}&per_page=500&output_format=raw`);
  assert.deepEqual(
    raw.map((page) => page.body.results.length),
    [10, 10, 10, 10, 5],
  );
  assert.deepEqual(fqidsOf(raw), fqidsDown(45, 1));
  for (const hit of raw.flatMap((page) => page.body.results)) {
    assert.equal(`${hit.metadata?.uuid}.${VERSION}`, hit.bundle_fqid);
  }
});

Deno.test("postSearch ends with an empty page when the last one was full", async () => {
  await using store = await openStore(20);
  const pages = await pagesOf(store, `${PATH}&per_page=10`);
  assert.deepEqual(
    pages.map((page) => page.body.results.length),
    [10, 10, 0],
  );
  assert.equal(pages[2]?.body.total_hits, 20);
});

Deno.test("postSearch writes the next address anew, in the order of the DSS", async () => {
  await using store = await openStore(11);
  const cursor = `${uuidOf(2)}%2C${VERSION}`;
  const summary = await search(store, `/v1/search?x=y&per_page=10&replica=gcp`);
  assert.equal(
    summary.next,
    `${ORIGIN}/v1/search?per_page=10&replica=gcp&search_after=${cursor}` +
      "&output_format=summary",
  );
  const raw = await search(store, `${PATH}&output_format=raw&per_page=100`);
  assert.equal(
    raw.next,
    `${ORIGIN}/v1/search?per_page=10&replica=aws&search_after=${cursor}` +
      "&output_format=raw",
  );
});

Deno.test("postSearch loses no version of a uuid at the border of a page", async () => {
  await using store = await LocalStore.open();
  const versions = Array.from(
    { length: 14 },
    (_, at) => `2019-01-01T0000${String(at).padStart(2, "0")}.000000Z`,
  );
  for (const version of versions) await store.add({ uuid: uuidOf(1), version });
  const pages = await pagesOf(store, `${PATH}&per_page=10`);
  assert.deepEqual(
    fqidsOf(pages),
    versions.reverse().map((version) => `${uuidOf(1)}.${version}`),
  );
});

const REFUSED: Record<string, unknown> = {
  "the form is not known": { query: { mtch: { uuid: "x" } } },
  "match has a list": { query: { match: { uuid: ["a", "b"] } } },
  "it would be evaluated wrongly": { query: { regexp: { uuid: "a.*" } } },
  "a key is not known": { aggs: {} },
};

for (const [when, esQuery] of Object.entries(REFUSED)) {
  Deno.test(`postSearch is 400 elasticsearch_bad_request when ${when}`, async () => {
    await using store = await openStore(1);
    const answer = await post(
      store,
      PATH,
      JSON.stringify({ es_query: esQuery }),
    );
    assert.equal(answer.status, 400);
    const body = await answer.json();
    assert.equal(body.code, "elasticsearch_bad_request");
    assert.equal(body.stacktrace, "");
  });
}

for (const cursor of ["", uuidOf(1), "a,b,c"]) {
  Deno.test(`postSearch is 400 when search_after is '${cursor}'`, async () => {
    await using store = await openStore(1);
    const path = `${PATH}&search_after=${cursor}`;
    const answer = await post(store, path, '{"es_query": {}}');
    assert.equal(answer.status, 400);
    assert.equal((await answer.json()).code, "elasticsearch_bad_request");
  });
}

Deno.test("postSearch goes on when the bundle of the cursor is not there", async () => {
  await using store = await openStore(3);
  const after = `${uuidOf(2)},2019-01-01T000000.000000ZZ`;
  const { body } = await search(store, `${PATH}&search_after=${after}`);
  assert.equal(body.total_hits, 3);
  assert.deepEqual(fqidsOf([{ status: 0, next: "", body }]), fqidsDown(2, 1));
});

const ILLEGAL_QUERIES: [query: string, title: RegExp][] = [
  ["", /^Missing query parameter 'replica'$/],
  ["?replica=azure", /'replica'/],
  ["?replica=aws&per_page=9", /'per_page'/],
  ["?replica=aws&per_page=501", /'per_page'/],
  // It is checked, though raw pages always have ten.
  ["?replica=aws&per_page=9&output_format=raw", /'per_page'/],
  ["?replica=aws&output_format=full", /'output_format'/],
  ["?replica=aws&output_format=", /'output_format'/],
];

for (const [query, title] of ILLEGAL_QUERIES) {
  Deno.test(`postSearch is 400 illegal_arguments when the query is '${query}'`, async () => {
    await using store = await openStore(1);
    const answer = await post(store, `/v1/search${query}`, '{"es_query": {}}');
    assert.equal(answer.status, 400);
    const body = await answer.json();
    assert.equal(body.code, "illegal_arguments");
    assert.match(body.title, title);
  });
}

const ILLEGAL_BODIES: [body: string, title: RegExp][] = [
  ["", /no body/],
  ["{}", /^'es_query' is a required property$/],
  ['{"query": {}}', /^'es_query' is a required property$/],
  ['{"es_query": null}', /^'es_query' is not of type 'object'$/],
  ['{"es_query": []}', /^'es_query' is not of type 'object'$/],
  ['{"es_query": "{}"}', /^'es_query' is not of type 'object'$/],
  ["[]", /not a JSON object/],
  ["null", /not a JSON object/],
  ['"es_query"', /not a JSON object/],
];

for (const [text, title] of ILLEGAL_BODIES) {
  Deno.test(`postSearch is 400 illegal_arguments when the body is '${text}'`, async () => {
    await using store = await openStore(1);
    const answer = await post(store, PATH, text);
    assert.equal(answer.status, 400);
    const body = await answer.json();
    assert.equal(body.code, "illegal_arguments");
    assert.match(body.title, title);
  });
}

Deno.test("postSearch looks at the body before the query", async () => {
  await using store = await openStore(1);
  const answer = await post(store, "/v1/search?per_page=1", "{}");
  assert.equal(
    (await answer.json()).title,
    "'es_query' is a required property",
  );
});

Deno.test("postSearch accepts more in the body than it knows", async () => {
  await using store = await openStore(1);
  const answer = await post(store, PATH, '{"es_query": {}, "x": 1}');
  assert.equal(answer.status, 200);
});

for (const text of ["{", "{'es_query': {}}", "es_query={}", "\u0000"]) {
  Deno.test(`postSearch is 400 of the framework when the body is ${JSON.stringify(text)}`, async () => {
    await using store = await openStore(1);
    const answer = await post(store, PATH, text);
    assert.equal(answer.status, 400);
    assert.equal(
      answer.headers.get("content-type"),
      "application/problem+json",
    );
    assert.deepEqual(await answer.json(), {
      type: "about:blank",
      title: "Bad Request",
      detail: "Request body is not valid JSON",
      status: 400,
    });
  });
}

for (const type of ["text/plain", "application/x-www-form-urlencoded", ""]) {
  Deno.test(`postSearch is 415 when the Content-Type is '${type}'`, async () => {
    await using store = await openStore(1);
    const answer = await post(store, PATH, '{"es_query": {}}', type);
    assert.equal(answer.status, 415);
    assert.deepEqual(await answer.json(), {
      type: "about:blank",
      title: "Unsupported Media Type",
      detail: `Invalid Content-type (${type}), expected JSON data`,
      status: 415,
    });
  });
}

for (
  const type of ["application/json; charset=utf-8", "application/vnd.x+json"]
) {
  Deno.test(`postSearch takes the Content-Type ${type}`, async () => {
    await using store = await openStore(1);
    const answer = await post(store, PATH, '{"es_query": {}}', type);
    assert.equal(answer.status, 200);
  });
}

Deno.test("postSearch sees a bundle that another connection has put", async () => {
  await using store = await openStore(1);
  const other = await store.reopen();
  assert.equal((await search(store)).body.total_hits, 1);
  await store.add({ uuid: uuidOf(2) }, other);
  assert.equal((await search(store)).body.total_hits, 2);
});

Deno.test("postSearch refuses a query that is nested too deeply to be sent back", async () => {
  await using store = await LocalStore.open();
  for (const depth of [501, 100_000]) {
    const nested = "[".repeat(depth) + "]".repeat(depth);
    const body = `{"es_query": {"sort": ${nested}}}`;
    const answer = await post(store, PATH, body);
    const problem = await answer.json();
    assert.equal(answer.status, 400);
    assert.equal(problem.code, "elasticsearch_bad_request");
    assert.equal(
      problem.title,
      "the query is nested more than 500 levels deep",
    );
  }
});
