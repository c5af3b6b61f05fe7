import assert from "node:assert/strict";
import { uuidOf } from "../support/local_store.ts";
import { ANN, assertProblem, BEN, collectionOf, Owners } from "./_owners.ts";

const COLLECTION = uuidOf(1, "c");
const V1 = "2020-01-01T000000.000001Z";
const V2 = "2020-01-01T000000.000002Z";
const PATH = `/collections/${COLLECTION}?replica=aws`;

/** Two versions of a collection of Ann's. */
async function openStore(): Promise<Owners> {
  const owners = await Owners.open();
  for (const version of [V2, V1]) {
    const put = await owners.as(
      ANN,
      `PUT /collections?replica=aws&uuid=${COLLECTION}&version=${version}`,
      collectionOf([], { name: version }),
    );
    assert.equal(put.status, 201);
  }
  return owners;
}

Deno.test("getCollection gives the version that is asked for, else the latest", async () => {
  await using owners = await openStore();
  assert.equal((await owners.as(ANN, `GET ${PATH}`)).body.name, V2);
  for (const version of [V1, V2]) {
    const got = await owners.as(ANN, `GET ${PATH}&version=${version}`);
    assert.equal(got.status, 200);
    assert.deepEqual(
      got.body,
      { ...collectionOf([], { name: version }), owner: ANN },
    );
  }
});

for (
  const line of [
    `GET ${PATH}&version=2020-01-01T000000.000003Z`,
    `GET ${PATH}&version=junk`,
    `GET ${PATH}&version=`,
    `GET /collections/${uuidOf(2, "c")}?replica=aws`,
    `PATCH ${PATH}&version=2020-01-01T000000.000003Z`,
    `PATCH /collections/${uuidOf(2, "c")}?replica=aws&version=${V1}`,
    `DELETE /collections/${uuidOf(2, "c")}?replica=aws`,
  ]
) {
  Deno.test(`${line} is 404`, async () => {
    await using owners = await openStore();
    const body = line.startsWith("PATCH") ? {} : undefined;
    const answer = await owners.as(ANN, line, body);
    assertProblem(answer, {
      status: 404,
      code: "not_found",
      title: /^Cannot find collection!$/,
    });
  });
}

for (
  const line of [
    `GET ${PATH}`,
    `GET ${PATH}&version=${V1}`,
    `PATCH ${PATH}&version=${V1}`,
    `DELETE ${PATH}`,
  ]
) {
  Deno.test(`${line} is 403 for somebody else, and changes nothing`, async () => {
    await using owners = await openStore();
    const body = line.startsWith("PATCH") ? { name: "mine" } : undefined;
    const answer = await owners.as(BEN, line, body);
    assertProblem(answer, {
      status: 403,
      code: "Forbidden",
      title: /^User is not authorized to access this resource$/,
    });
    const got = await owners.as(ANN, `GET ${PATH}`);
    assert.equal(got.body.name, V2);
    const list = await owners.as(BEN, "GET /collections");
    assert.deepEqual(list.body, { collections: [] });
  });
}

for (const line of [`GET ${PATH}`, `DELETE ${PATH}`, `PATCH ${PATH}`]) {
  Deno.test(`${line} of another replica than there are is 400`, async () => {
    await using owners = await openStore();
    const wrong = line.replace("aws", "azure");
    const body = line.startsWith("PATCH") ? {} : undefined;
    const answer = await owners.as(ANN, wrong, body);
    assertProblem(answer, { status: 400, code: "illegal_arguments" });
  });
}

Deno.test("deleteCollection deletes every version for good; what is put later is not found", async () => {
  await using owners = await openStore();
  const gone = await owners.as(ANN, `DELETE ${PATH}`);
  assert.equal(gone.status, 200);
  assert.deepEqual(gone.body, {});
  const assertDead = async () => {
    for (
      const [line, body] of [
        [`GET ${PATH}`],
        [`GET ${PATH}&version=${V1}`],
        [`PATCH ${PATH}&version=${V1}`, {}],
        [`DELETE ${PATH}`],
      ] as const
    ) {
      const answer = await owners.as(ANN, line, body);
      assertProblem(answer, { status: 404, code: "not_found" });
    }
    const list = await owners.as(ANN, "GET /collections");
    assert.deepEqual(list.body, { collections: [] });
  };
  await assertDead();
  const put = await owners.as(
    ANN,
    "PUT /collections?replica=aws&version=2020-01-01T000000.000009Z&uuid=" +
      COLLECTION,
    collectionOf([]),
  );
  assert.equal(put.status, 201);
  await assertDead();
  // That it is somebody else's is nobody's business any more.
  assert.equal((await owners.as(BEN, `GET ${PATH}`)).status, 404);
});

Deno.test("deleteCollection deletes one collection and leaves the others", async () => {
  await using owners = await openStore();
  const other = uuidOf(2, "c");
  await owners.as(
    ANN,
    `PUT /collections?replica=aws&uuid=${other}&version=${V1}`,
    collectionOf([]),
  );
  await owners.as(ANN, `DELETE ${PATH.replace(/c{8}/, "CCCCCCCC")}`);
  const list = await owners.as(ANN, "GET /collections");
  assert.deepEqual(list.body.collections, [{ uuid: other, version: V1 }]);
  const got = await owners.as(ANN, `GET /collections/${other}?replica=aws`);
  assert.equal(got.status, 200);
});
