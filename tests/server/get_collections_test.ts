import assert from "node:assert/strict";
import { uuidOf, VERSION } from "../support/local_store.ts";
import {
  ANN,
  assertProblem,
  BEN,
  collectionOf,
  nextOf,
  Owners,
} from "./_owners.ts";

const V1 = "2020-01-01T000000.000001Z";
const V2 = "2020-01-01T000000.000002Z";

const putLine = (uuid: string, version: string) =>
  `PUT /collections?replica=aws&uuid=${uuid}&version=${version}`;

Deno.test("getCollections lists 1,200 collections in pages, each version once, descending, only the caller's", async () => {
  await using owners = await Owners.open();
  const expected: { uuid: string; version: string }[] = [];
  for (let n = 0; n < 1200; n++) {
    // Three versions of each collection, put in no order.
    const uuid = uuidOf((n * 7) % 400, "c");
    const version = [V2, VERSION, V1][Math.floor(n / 400)] ?? V1;
    const put = await owners.as(ANN, putLine(uuid, version), collectionOf([]));
    assert.equal(put.status, 201);
    expected.push({ uuid, version });
  }
  await owners.as(BEN, putLine(uuidOf(999, "c"), V1), collectionOf([]));
  expected.sort((a, b) =>
    `${b.uuid}.${b.version}` > `${a.uuid}.${a.version}` ? 1 : -1
  );

  const sizes: number[] = [];
  const found: unknown[] = [];
  for (let line: string | undefined = "GET /collections"; line;) {
    const page = await owners.as(ANN, line);
    const { collections } = page.body;
    assert.ok(Array.isArray(collections));
    sizes.push(collections.length);
    found.push(...collections);
    const isLast = page.status === 200;
    assert.equal(page.status, isLast ? 200 : 206);
    assert.equal(page.headers.has("link"), !isLast);
    assert.equal(
      page.headers.get("x-openapi-pagination"),
      isLast ? "false" : "true",
    );
    assert.equal(
      page.headers.get("x-openapi-paginated-content-key"),
      "collections",
    );
    line = isLast ? undefined : `GET ${nextOf(page)}`;
  }
  assert.deepEqual(sizes, [500, 500, 200]);
  assert.deepEqual(found, expected);

  const tail = await owners.as(
    ANN,
    "GET /collections?per_page=10&start_at=1190",
  );
  assert.equal(tail.status, 200, "a last page that is full has no next one");
  assert.deepEqual(tail.body.collections, expected.slice(1190));
  const middle = await owners.as(
    ANN,
    "GET /collections?per_page=10&start_at=5&x=1",
  );
  assert.deepEqual(middle.body.collections, expected.slice(5, 15));
  assert.match(
    nextOf(middle),
    /\/v1\/collections\?per_page=10&x=1&start_at=15$/,
  );
  for (const start of ["1200", "99999999999999999999999"]) {
    const past = await owners.as(ANN, `GET /collections?start_at=${start}`);
    assert.equal(past.status, 200);
    assert.deepEqual(past.body.collections, []);
  }
  const end = await owners.as(ANN, "GET /collections?start_at=-3");
  assert.deepEqual(end.body.collections, expected.slice(-3));
});

for (
  const query of ["per_page=9", "per_page=501", "per_page=x", "start_at=x"]
) {
  Deno.test(`getCollections refuses ${query}`, async () => {
    await using owners = await Owners.open();
    const list = await owners.as(ANN, `GET /collections?${query}`);
    assertProblem(list, { status: 400, code: "illegal_arguments" });
  });
}
