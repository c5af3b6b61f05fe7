import assert from "node:assert/strict";
import { LocalStore, ORIGIN, uuidOf, VERSION } from "../support/local_store.ts";

const BUNDLE = uuidOf(1);

/** One bundle of `count` files, `f00` and so on. */
async function openStore(count: number): Promise<LocalStore> {
  const store = await LocalStore.open();
  await store.add({ uuid: BUNDLE, files: numbered(count) });
  return store;
}

function numbered(count: number): { name: string }[] {
  return namesTo(count).map((name) => ({ name }));
}

function namesTo(end: number, start = 0): string[] {
  return Array.from(
    { length: end - start },
    (_, at) => `f${String(start + at).padStart(2, "0")}`,
  );
}

interface Page {
  status: number;
  link: string | null;
  names: string[];
  body: { bundle: { uuid: string; version: string; files: unknown[] } };
}

async function getPage(store: LocalStore, path: string): Promise<Page> {
  const answer = await store.request(path);
  const { status, headers } = answer;
  const body = await answer.json();
  assert.equal(headers.get("content-type"), "application/json");
  assert.equal(headers.get("x-openapi-paginated-content-key"), "bundle.files");
  assert.equal(
    headers.get("x-openapi-pagination"),
    status === 206 ? "true" : "false",
  );
  const names = body.bundle.files.map((file: { name: string }) => file.name);
  return { status, link: headers.get("link"), names, body };
}

function nextOf(link: string | null): string {
  const [, url] = /^<([^<>]+)>; rel='next'$/.exec(link ?? "") ?? [];
  assert.ok(url, `not a next link in single quotes: ${link}`);
  return url;
}

Deno.test("getBundle lists every property of a file", async () => {
  await using store = await LocalStore.open();
  const uuid = uuidOf(7, "f");
  const file = { name: "dir/a.json", uuid, content: "123456789" };
  await store.add({ uuid: BUNDLE, files: [file] });
  const page = await getPage(store, `/v1/bundles/${BUNDLE}?replica=aws`);
  assert.equal(page.status, 200);
  assert.equal(page.link, null);
  assert.deepEqual(page.body, {
    bundle: {
      uuid: BUNDLE,
      version: VERSION,
      creator_uid: 0,
      files: [{
        name: "dir/a.json",
        uuid,
        version: VERSION,
        "content-type": "application/json",
        size: 9,
        indexed: true,
        crc32c: "e3069283",
        s3_etag: "25f9e794323b453885f5181f1b624d0b",
        sha1: "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
        sha256:
          "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
      }],
    },
  });
});

Deno.test("getBundle keeps the order of the manifest", async () => {
  await using store = await LocalStore.open();
  const files = ["z", "a", "m", "B"].map((name) => ({ name }));
  await store.add({ uuid: BUNDLE, files });
  const page = await getPage(store, `/v1/bundles/${BUNDLE}?replica=aws`);
  assert.deepEqual(page.names, ["z", "a", "m", "B"]);
});

Deno.test("getBundle gives every file once when the pages are followed", async () => {
  await using store = await openStore(25);
  const path = `/v1/bundles/${BUNDLE}?replica=aws&per_page=10&start_at=0&x=y`;
  const first = await getPage(store, path);
  assert.equal(first.status, 206);
  assert.deepEqual(first.names, namesTo(10));
  const second = await getPage(store, nextOf(first.link));
  assert.equal(second.status, 206);
  assert.deepEqual(second.names, namesTo(20, 10));
  const third = await getPage(store, nextOf(second.link));
  assert.equal(third.status, 200);
  assert.equal(third.link, null);
  assert.deepEqual(third.names, namesTo(25, 20));
});

Deno.test("getBundle makes the next address of the one that was asked", async () => {
  await using store = await openStore(25);
  const path = `/v1/bundles/${BUNDLE}?start_at=5&replica=gcp&per_page=10&x=y`;
  const next = new URL(nextOf((await getPage(store, path)).link));
  assert.equal(next.origin, ORIGIN);
  assert.equal(next.pathname, `/v1/bundles/${BUNDLE}`);
  assert.deepEqual([...next.searchParams], [
    ["replica", "gcp"],
    ["per_page", "10"],
    ["x", "y"],
    ["version", VERSION],
    ["start_at", "15"],
  ]);
});

Deno.test("getBundle stays with one version when a newer one comes between pages", async () => {
  await using store = await openStore(15);
  const path = `/v1/bundles/${BUNDLE}?replica=aws&per_page=10`;
  const first = await getPage(store, path);
  const version = "2019-06-01T000000.000000Z";
  await store.add({ uuid: BUNDLE, version, files: [{ name: "new" }] });
  const second = await getPage(store, nextOf(first.link));
  assert.equal(second.body.bundle.version, VERSION);
  assert.deepEqual(second.names, namesTo(15, 10));
  assert.deepEqual((await getPage(store, path)).names, ["new"]);
});

Deno.test("getBundle keeps its link whole when a parameter has quotes and brackets", async () => {
  await using store = await openStore(11);
  const path = `/v1/bundles/${BUNDLE}?replica=aws&per_page=10&x='>; rel='prev'`;
  const next = nextOf((await getPage(store, path)).link);
  assert.deepEqual((await getPage(store, next)).names, ["f10"]);
});

// Where a page starts and what is on it, of 25 files and ten on a page.
const STARTS: [start: string, names: string[], status: number][] = [
  ["15", namesTo(25, 15), 200],
  ["14", namesTo(24, 14), 206],
  ["24", namesTo(25, 24), 200],
  ["25", [], 200],
  ["1000", [], 200],
  ["99999999999999999999", [], 200],
  ["-1", namesTo(25, 24), 200],
  ["-11", namesTo(24, 14), 206],
  ["-25", namesTo(10), 206],
  ["-1000", namesTo(10), 206],
];

for (const [start, names, status] of STARTS) {
  Deno.test(`getBundle of 25 files when start_at is ${start}`, async () => {
    await using store = await openStore(25);
    const query = `replica=aws&per_page=10&start_at=${start}`;
    const page = await getPage(store, `/v1/bundles/${BUNDLE}?${query}`);
    assert.equal(page.status, status);
    assert.deepEqual(page.names, names);
  });
}

Deno.test("getBundle ends with a full page when the files are a multiple of it", async () => {
  await using store = await openStore(20);
  const path = `/v1/bundles/${BUNDLE}?replica=aws&per_page=10&start_at=10`;
  const page = await getPage(store, path);
  assert.equal(page.status, 200);
  assert.deepEqual(page.names, namesTo(20, 10));
});

Deno.test("getBundle has 500 files on a page unless it is told otherwise", async () => {
  await using store = await LocalStore.open();
  const files = Array.from(
    { length: 501 },
    (_, at) => ({ name: `f${at}`, content: "" }),
  );
  await store.add({ uuid: BUNDLE, files });
  const page = await getPage(store, `/v1/bundles/${BUNDLE}?replica=aws`);
  assert.equal(page.status, 206);
  assert.equal(page.names.length, 500);
});

Deno.test("getBundle takes the version asked for, else the greatest text", async () => {
  await using store = await LocalStore.open();
  const versions = [
    "2019-01-01T000000.000000Z",
    "2019-01-01T000000.000001Z",
    "2018-12-31T235959.999999Z",
  ];
  for (const version of versions) await store.add({ uuid: BUNDLE, version });
  const path = `/v1/bundles/${BUNDLE}?replica=aws`;
  const latest = await getPage(store, path);
  assert.equal(latest.body.bundle.version, "2019-01-01T000000.000001Z");
  for (const version of versions) {
    const page = await getPage(store, `${path}&version=${version}`);
    assert.equal(page.body.bundle.version, version);
  }
});

Deno.test("getBundle finds an upper-case uuid and gives it back as it was spelled", async () => {
  await using store = await openStore(11);
  const spelled = BUNDLE.toUpperCase();
  assert.notEqual(spelled, BUNDLE);
  const path = `/v1/bundles/${spelled}?replica=aws&per_page=10`;
  const page = await getPage(store, path);
  assert.equal(page.body.bundle.uuid, spelled);
  assert.ok(nextOf(page.link).includes(spelled));
});

const ABSENT: Record<string, string> = {
  "the uuid is not known": `${uuidOf(99)}?replica=aws`,
  "the version is not known":
    `${BUNDLE}?replica=aws&version=2020-01-01T000000.000000Z`,
  "the version is empty": `${BUNDLE}?replica=aws&version=`,
};

for (const [when, path] of Object.entries(ABSENT)) {
  Deno.test(`getBundle is 404 when ${when}`, async () => {
    await using store = await openStore(1);
    const answer = await store.request(`/v1/bundles/${path}`);
    assert.equal(answer.status, 404);
    assert.equal(
      answer.headers.get("content-type"),
      "application/problem+json",
    );
    assert.deepEqual(await answer.json(), {
      status: 404,
      code: "not_found",
      title: "Cannot find bundle!",
      stacktrace: "",
    });
  });
}

Deno.test("getBundle gives addresses that work when presignedurls is asked", async () => {
  await using store = await LocalStore.open();
  const files = [{ name: "a" }, { name: "b", content: "" }];
  await store.add({ uuid: BUNDLE, files });
  const path = `/v1/bundles/${BUNDLE}?replica=aws&presignedurls=true`;
  const page = await getPage(store, path);
  const urls = page.body.bundle.files.map((file) =>
    (file as { url: string }).url
  );
  const bodies = await Promise.all(
    urls.map(async (url) => await (await store.request(url)).text()),
  );
  assert.deepEqual(bodies, ["a", ""]);
});

Deno.test("getBundle gives addresses on every page", async () => {
  await using store = await openStore(11);
  const query = "replica=aws&presignedurls=TRUE&per_page=10";
  const first = await getPage(store, `/v1/bundles/${BUNDLE}?${query}`);
  const second = await getPage(store, nextOf(first.link));
  const [file] = second.body.bundle.files as { url?: string }[];
  const bytes = await store.request(file?.url ?? "");
  assert.equal(await bytes.text(), "f10");
});

Deno.test("getBundle is 400 only_one_urltype when both kinds are asked", async () => {
  await using store = await openStore(1);
  const query = "replica=aws&presignedurls=true&directurls=true";
  const answer = await store.request(`/v1/bundles/${BUNDLE}?${query}`);
  assert.equal(answer.status, 400);
  assert.equal((await answer.json()).code, "only_one_urltype");
});

Deno.test("getBundle is not implemented when direct addresses are asked", async () => {
  await using store = await openStore(1);
  const query = "replica=aws&presignedurls=false&directurls=true";
  const answer = await store.request(`/v1/bundles/${BUNDLE}?${query}`);
  assert.equal(answer.status, 501);
  assert.equal((await answer.json()).code, "not_implemented");
});

const ILLEGAL: [query: string, title: RegExp][] = [
  ["", /^Missing query parameter 'replica'$/],
  ["replica=", /'replica'/],
  ["replica=azure", /'azure'.*'replica'.*aws, gcp/],
  ["replica=AWS", /'replica'/],
  ["replica=aws&replica=junk", /'junk'/],
  ["replica=aws&per_page=9", /'per_page'.*less than 10/],
  ["replica=aws&per_page=0", /'per_page'/],
  ["replica=aws&per_page=-10", /'per_page'/],
  ["replica=aws&per_page=501", /'per_page'.*greater than 500/],
  ["replica=aws&per_page=10.0", /'per_page'.*whole number/],
  ["replica=aws&per_page=1e2", /'per_page'.*whole number/],
  ["replica=aws&per_page=0x10", /'per_page'.*whole number/],
  ["replica=aws&per_page=ten", /'per_page'.*whole number/],
  ["replica=aws&per_page=", /'per_page'.*whole number/],
  ["replica=aws&start_at=1.5", /'start_at'.*whole number/],
  ["replica=aws&presignedurls=1", /'presignedurls'.*true nor false/],
  ["replica=aws&presignedurls=", /'presignedurls'.*true nor false/],
  ["replica=aws&directurls=yes", /'directurls'.*true nor false/],
];

for (const [query, title] of ILLEGAL) {
  Deno.test(`getBundle is 400 illegal_arguments when the query is '${query}'`, async () => {
    await using store = await openStore(1);
    const answer = await store.request(`/v1/bundles/${BUNDLE}?${query}`);
    assert.equal(answer.status, 400);
    const body = await answer.json();
    assert.match(body.title, title);
    assert.deepEqual(body, {
      status: 400,
      code: "illegal_arguments",
      title: body.title,
      stacktrace: "",
    });
  });
}

const LEGAL = [
  "replica=gcp",
  "replica=junk&replica=aws",
  "replica=aws&per_page=500",
  "replica=aws&presignedurls=False&directurls=FALSE",
  "replica=aws&token=None",
];

for (const query of LEGAL) {
  Deno.test(`getBundle is 200 when the query is '${query}'`, async () => {
    await using store = await openStore(1);
    const page = await getPage(store, `/v1/bundles/${BUNDLE}?${query}`);
    assert.equal(page.status, 200);
    assert.deepEqual(page.names, ["f00"]);
  });
}

Deno.test("getBundle refuses a path without a uuid", async () => {
  await using store = await openStore(1);
  const answer = await store.request("/v1/bundles/junk?replica=aws");
  assert.equal(answer.status, 400);
  assert.equal((await answer.json()).code, "illegal_arguments");
});
