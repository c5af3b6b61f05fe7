import assert from "node:assert/strict";
import type { JsonObject } from "../../src/base/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { LocalStore, uuidOf, VERSION } from "../support/local_store.ts";
import { assertProblem, nextOf, Owners, type Read } from "./_owners.ts";
import { ADMIN, openDss } from "./_secured_store.ts";

const START = "2020-01-01T000000.000000Z";
const NEXT = "2020-01-01T000000.000001Z";

interface Stream {
  journal_id: string;
  from_date: string;
  to_date: string;
  size: number;
  stream_url: string;
  events: {
    event_id: string;
    timestamp: string;
    offset: number;
    size: number;
  }[];
}

/** A store whose events are a minute apart, but for two at the start. */
async function openStore(count: number): Promise<LocalStore> {
  const store = await LocalStore.open();
  for (let n = 0; n < count; n++) {
    if (n > 1) await store.clock.advance(60_000);
    const content = JSON.stringify({ n, "é": "€".repeat(n) });
    const files = [{ name: "cell_0.json", content }, { name: "b.txt" }];
    await store.add({ uuid: uuidOf(n), files });
  }
  return store;
}

async function get(store: LocalStore, path: string): Promise<Read> {
  const target = path.startsWith("/") ? `/v1${path}` : path;
  const { status, headers, ...answer } = await read(store, target);
  return { status, headers, body: JSON.parse(answer.text) as JsonObject };
}

async function read(store: LocalStore, path: string, init?: RequestInit) {
  const answer = await store.request(path, init);
  const { status, headers } = answer;
  return { status, headers, text: await answer.text() };
}

function streamsOf({ body }: Read): Stream[] {
  return body.event_streams as unknown as Stream[];
}

/** The numbers of the bundles on every page, and how many pages. */
async function numbersOf(
  store: LocalStore,
  query: string,
): Promise<number[][]> {
  const pages: number[][] = [];
  for (let path: string | undefined = `/events?replica=aws&${query}`; path;) {
    const page = await get(store, path);
    const isLast = page.status === 200;
    assert.equal(page.status, isLast ? 200 : 206, JSON.stringify(page.body));
    assert.equal(
      page.headers.get("x-openapi-paginated-content-key"),
      "event_streams",
    );
    assert.equal(
      page.headers.get("x-openapi-pagination"),
      isLast ? "false" : "true",
    );
    const ids = streamsOf(page).flatMap(({ events }) => events)
      .map(({ event_id }) => event_id);
    pages.push(ids.map((id) => Number(id.slice(24, 36))));
    path = isLast ? undefined : nextOf(page);
  }
  return pages;
}

Deno.test("getEvents gives one journal on a page, oldest first, each once though two were made at one time", async () => {
  await using store = await openStore(3);
  const page = await get(store, "/events?replica=gcp");
  assert.equal(page.status, 206);
  const [stream, ...more] = streamsOf(page);
  assert.ok(stream);
  assert.deepEqual(more, []);
  const { size, stream_url, journal_id, ...facts } = stream;
  assert.deepEqual(facts, {
    from_date: START,
    to_date: START,
    events: [{
      event_id: `${uuidOf(0)}.${VERSION}`,
      timestamp: START,
      offset: 0,
      size,
    }],
  });
  assert.match(
    journal_id,
    /^2020-01-01T000000\.000000Z--2020-01-01T000000\.000000Z--new--[0-9a-f-]{36}$/,
  );
  assert.match(stream_url, /^http:\/\/dss\.test:8000\/journals\/2020/);
  assert.match(nextOf(page), new RegExp(`replica=gcp&token=${NEXT}$`));
  assert.deepEqual(await numbersOf(store, ""), [[0], [1], [2]]);
});

const MINUTE = "2020-01-01T000100.000000Z";

const RANGES: [query: string, pages: number[][]][] = [
  ["per_page=10", [[0, 1, 2, 3, 4, 5, 6]]],
  ["per_page=3", [[0, 1, 2], [3, 4, 5], [6]]],
  ["per_page=7", [[0, 1, 2, 3, 4, 5, 6]]],
  [`per_page=10&from_date=${NEXT}`, [[1, 2, 3, 4, 5, 6]]],
  [`per_page=10&from_date=${MINUTE}`, [[2, 3, 4, 5, 6]]],
  [`per_page=10&to_date=${MINUTE}`, [[0, 1]]],
  [`per_page=1&to_date=${MINUTE}`, [[0], [1]]],
  [`per_page=10&to_date=2020-01-01T000100.000001Z`, [[0, 1, 2]]],
  [`per_page=10&from_date=${NEXT}&to_date=${MINUTE}`, [[1]]],
  [`per_page=10&from_date=${MINUTE}&to_date=${MINUTE}`, [[]]],
  [`per_page=10&from_date=${START}&token=${MINUTE}`, [[2, 3, 4, 5, 6]]],
  [`per_page=2&from_date=${NEXT}`, [[1, 2], [3, 4], [5, 6]]],
  ["per_page=10&from_date=2031-01-01T000000.000000Z", [[]]],
];

Deno.test("getEvents lists from a date, included, to a date, excluded", async () => {
  await using store = await openStore(7);
  for (const [query, pages] of RANGES) {
    assert.deepEqual(await numbersOf(store, query), pages, query);
  }
});

const REFUSED: [query: string, code: string, title: RegExp][] = [
  [`from_date=${MINUTE}&to_date=${START}`, "bad_request", /later than/],
  [`token=${MINUTE}&to_date=${START}`, "bad_request", /later than/],
  ["from_date=yesterday", "illegal_arguments", /'from_date'/],
  ["from_date=", "illegal_arguments", /'from_date'/],
  ["from_date=2020-01-01T00:00:00.000000Z", "illegal_arguments", /'from_date'/],
  ["to_date=2020-13-01T000000.000000Z", "illegal_arguments", /'to_date'/],
  ["token=x", "illegal_arguments", /'token'/],
  ["token=", "illegal_arguments", /'token'/],
  ["per_page=0", "illegal_arguments", /'per_page'/],
  ["per_page=11", "illegal_arguments", /'per_page'/],
];

for (const [query, code, title] of REFUSED) {
  Deno.test(`getEvents refuses ${query}`, async () => {
    await using store = await LocalStore.open();
    const answer = await get(store, `/events?replica=aws&${query}`);
    assertProblem(answer, { status: 400, code, title });
  });
}

Deno.test("getEvents of an empty store is one empty page; without a replica it is refused", async () => {
  await using store = await LocalStore.open();
  const page = await get(store, "/events?replica=aws");
  assert.equal(page.status, 200);
  assert.deepEqual(page.body, { event_streams: [] });
  const answer = await get(store, "/events");
  assertProblem(answer, {
    status: 400,
    code: "illegal_arguments",
    title: /'replica'/,
  });
});

Deno.test("a stream's bytes, cut by the sizes of its events, are the event documents", async () => {
  await using store = await openStore(3);
  const page = await get(store, "/events?replica=aws&per_page=10");
  for (const [n, stream] of streamsOf(page).entries()) {
    const answer = await store.request(stream.stream_url);
    assert.equal(answer.status, 200);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    // The documents have characters of two and three bytes.
    assert.equal(bytes.length, stream.size);
    const [event] = stream.events;
    assert.ok(event);
    const slice = bytes.slice(event.offset, event.offset + event.size);
    const document = JSON.parse(new TextDecoder().decode(slice));
    const one = await get(
      store,
      `/events/${uuidOf(n)}?replica=aws&version=${VERSION}`,
    );
    assert.equal(one.status, 200);
    assert.deepEqual(one.body, document);
    assert.equal(document.event_type, "CREATE");
    assert.deepEqual(document.bundle_info, {
      uuid: uuidOf(n),
      version: VERSION,
    });
    assert.deepEqual(document.files.cell_json, [{ n, "é": "€".repeat(n) }]);
    assert.equal(document.manifest.files.length, 2);
  }
});

Deno.test("getJournal answers ranges, their conditions and HEAD as an object store does", async () => {
  await using store = await openStore(1);
  const [stream] = streamsOf(await get(store, "/events?replica=aws"));
  assert.ok(stream);
  const { stream_url, size } = stream;
  const whole = await read(store, stream_url);
  assert.equal(whole.headers.get("content-length"), String(size));
  assert.equal(whole.headers.get("accept-ranges"), "bytes");
  assert.equal(whole.headers.get("content-security-policy"), "sandbox");
  const etag = whole.headers.get("etag") ?? "";
  assert.equal(etag, `"${stream.journal_id}"`);

  const range = { range: `bytes=5-${size - 1}` };
  const part = await read(store, stream_url, { headers: range });
  assert.equal(part.status, 206);
  assert.equal(
    part.headers.get("content-range"),
    `bytes 5-${size - 1}/${size}`,
  );
  assert.equal(part.text, whole.text.slice(5));
  const same = { ...range, "if-range": etag };
  assert.equal((await read(store, stream_url, { headers: same })).status, 206);
  const other = { ...range, "if-range": '"x"' };
  assert.equal((await read(store, stream_url, { headers: other })).status, 200);
  const past = { range: `bytes=${size}-` };
  const none = await read(store, stream_url, { headers: past });
  assert.equal(none.status, 416);
  assert.equal(none.headers.get("content-range"), `bytes */${size}`);
  const head = await read(store, stream_url, { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(head.text, "");
  assert.equal(head.headers.get("content-length"), String(size));
});

Deno.test("getJournal gives nothing without a signature that is good and not too old", async () => {
  await using store = await openStore(2);
  const page = await get(store, "/events?replica=aws&per_page=10");
  const [first, second] = streamsOf(page).map(({ stream_url }) =>
    new URL(stream_url)
  );
  assert.ok(first && second);
  const swapped = new URL(first);
  swapped.pathname = second.pathname;
  const bare = new URL(first);
  bare.search = "";
  for (const url of [swapped, bare]) {
    assert.equal((await read(store, url.href)).status, 403, url.href);
  }
  await store.clock.advance(3600_000);
  assert.equal((await read(store, first.href)).status, 403);
});

for (
  const [what, query] of [
    ["another version", `version=${START}`],
    ["a version that is none", "version=junk"],
    ["an empty version", "version="],
  ] as const
) {
  Deno.test(`getEvent of ${what} is 404`, async () => {
    await using store = await openStore(1);
    const path = `/events/${uuidOf(0)}?replica=aws&${query}`;
    assertProblem(await get(store, path), {
      status: 404,
      code: "not_found",
      title: /^Cannot find event!$/,
    });
  });
}

Deno.test("getEvent needs a version and takes the uuid as it is", async () => {
  await using store = await openStore(1);
  assertProblem(await get(store, `/events/${uuidOf(0)}?replica=aws`), {
    status: 400,
    code: "illegal_arguments",
    title: /'version'/,
  });
  const upper = uuidOf(0).toUpperCase();
  assertProblem(
    await get(store, `/events/${upper}?replica=aws&version=${VERSION}`),
    { status: 404, code: "not_found" },
  );
});

Deno.test("a deleted bundle has no event any more, but the journal has it", async () => {
  await using owners = await Owners.open();
  const { store, secured } = owners;
  const other = "2019-02-01T000000.000000Z";
  for (const version of [VERSION, other]) {
    await store.add({ uuid: uuidOf(1), version }, secured.dss);
  }
  await store.add({ uuid: uuidOf(2) }, secured.dss);
  const statuses = async () =>
    await Promise.all(
      [[1, VERSION], [1, other], [2, VERSION]].map(async ([n, version]) => {
        const path = `/events/${uuidOf(Number(n))}`;
        const query = `replica=aws&version=${version}`;
        return (await owners.as(ADMIN, `GET ${path}?${query}`)).status;
      }),
    );
  assert.deepEqual(await statuses(), [200, 200, 200]);
  const remove = async (query: string) => {
    const line = `DELETE /bundles/${uuidOf(1)}?replica=aws${query}`;
    const gone = await owners.as(ADMIN, line, { reason: "test" });
    assert.equal(gone.status, 200, JSON.stringify(gone.body));
  };
  await remove(`&version=${VERSION}`);
  assert.deepEqual(await statuses(), [404, 200, 200]);
  await remove("");
  assert.deepEqual(await statuses(), [404, 404, 200]);
  const page = await owners.as(ADMIN, "GET /events?replica=aws&per_page=10");
  assert.deepEqual(
    streamsOf(page).map(({ events }) => events[0]?.event_id),
    [
      `${uuidOf(1)}.${VERSION}`,
      `${uuidOf(1)}.${other}`,
      `${uuidOf(2)}.${VERSION}`,
    ],
  );
});

Deno.test("an event is there after a restart, and the next one comes after it though the clock went back", async () => {
  await using store = await openStore(1);
  const clock = new FakeClock({ startMs: Date.UTC(2019, 0, 1) });
  using dss = await openDss({ dataDir: store.dataDir, clock });
  await store.add({ uuid: uuidOf(1) }, dss);
  assert.deepEqual(await numbersOf(store, ""), [[0], [1]]);
  const page = await get(store, "/events?replica=aws&per_page=10");
  assert.deepEqual(
    streamsOf(page).map(({ from_date }) => from_date),
    [START, NEXT],
  );
});
