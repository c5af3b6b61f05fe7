import assert from "node:assert/strict";
import { LocalStore, ORIGIN, uuidOf } from "../support/local_store.ts";

const FILE = "0a1b2c3d-0000-4000-8000-00000000000f";
const OLD = "2018-12-31T235959.999999Z";
const NEW = "2019-01-01T000000.000000Z";

// Of the text "123456789": CRC-32C is the check value of the CRC catalogue,
// the others are from coreutils.
const DIGESTS = {
  "x-dss-size": "9",
  "x-dss-crc32c": "e3069283",
  "x-dss-s3-etag": "25f9e794323b453885f5181f1b624d0b",
  "x-dss-sha1": "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
  "x-dss-sha256":
    "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
};

/** One file in two versions; the older one was stored last. */
async function openStore(): Promise<LocalStore> {
  const store = await LocalStore.open();
  const put = (number: number, version: string, content: string) =>
    store.add({
      uuid: uuidOf(number),
      version,
      files: [{
        name: "a.txt",
        uuid: FILE,
        content,
        contentType: 'application/json; dcp-type="metadata/file"',
      }],
    });
  await put(1, NEW, "123456789");
  await put(2, OLD, "older");
  return store;
}

Deno.test("headFile gives every X-DSS header and no body when the file is there", async () => {
  await using store = await openStore();
  const answer = await store.request(`/v1/files/${FILE}?replica=aws`, {
    method: "HEAD",
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.body, null);
  const { "x-aws-request-id": requestId, ...headers } = Object.fromEntries(
    answer.headers,
  );
  assert.match(requestId ?? "", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.deepEqual(headers, {
    "access-control-allow-origin": "*",
    "content-type": "text/html; charset=utf-8",
    "x-dss-creator-uid": "0",
    "x-dss-version": NEW,
    "x-dss-content-type": 'application/json; dcp-type="metadata/file"',
    ...DIGESTS,
  });
});

for (const method of ["HEAD", "GET"]) {
  Deno.test(`${method} of a file takes the version asked for, else the greatest text`, async () => {
    await using store = await openStore();
    const versionOf = async (query: string): Promise<string | null> => {
      const path = `/v1/files/${FILE}?replica=gcp${query}`;
      const answer = await store.request(path, { method });
      assert.equal(answer.status, method === "HEAD" ? 200 : 302);
      return answer.headers.get("x-dss-version");
    };
    assert.equal(await versionOf(""), NEW);
    assert.equal(await versionOf(`&version=${OLD}`), OLD);
    assert.equal(await versionOf(`&version=${NEW}`), NEW);
    // By text, "9" is after every year.
    await store.add({
      uuid: uuidOf(3),
      files: [{ name: "a.txt", uuid: FILE, version: "9" }],
    });
    assert.equal(await versionOf(""), "9");
  });
}

Deno.test("getFile redirects to the bytes with the headers of HEAD", async () => {
  await using store = await openStore();
  const path = `/v1/files/${FILE}?replica=aws`;
  const answer = await store.request(path);
  const head = await store.request(path, { method: "HEAD" });
  assert.equal(answer.status, 302);
  assert.equal(await answer.text(), "");
  const location = new URL(answer.headers.get("location") ?? "");
  const { "x-dss-sha256": sha256, "x-dss-sha1": sha1, "x-dss-s3-etag": etag } =
    DIGESTS;
  assert.equal(
    `${location.origin}${location.pathname}`,
    `${ORIGIN}/blobs/${sha256}.${sha1}.${etag}.e3069283`,
  );
  // 2020-01-01T00:00Z and an hour.
  assert.equal(location.searchParams.get("Expires"), "1577840400");
  assert.match(location.searchParams.get("Signature") ?? "", /^[0-9a-f]{64}$/);
  for (const [name, value] of head.headers) {
    if (name === "x-aws-request-id") continue;
    assert.equal(answer.headers.get(name), value, name);
  }
  const bytes = await store.request(location.href);
  assert.equal(await bytes.text(), "123456789");
  assert.equal(
    bytes.headers.get("content-type"),
    'application/json; dcp-type="metadata/file"',
  );
});

Deno.test("getFile builds its redirect from the host and scheme that were asked", async () => {
  await using store = await openStore();
  const answer = await store.request(
    `https://behind.proxy.test/v1/files/${FILE}?replica=aws`,
  );
  const location = answer.headers.get("location") ?? "";
  assert.ok(location.startsWith("https://behind.proxy.test/blobs/"), location);
});

const ABSENT: Record<string, string> = {
  "the uuid is not known": `/v1/files/${uuidOf(99)}?replica=aws`,
  "the version is not known":
    `/v1/files/${FILE}?replica=aws&version=2019-01-02T000000.000000Z`,
  "the version is junk": `/v1/files/${FILE}?replica=aws&version=junk`,
  "the version is empty": `/v1/files/${FILE}?replica=aws&version=`,
  // Files are looked up as spelled; only bundles are not.
  "the uuid is in upper case": `/v1/files/${FILE.toUpperCase()}?replica=aws`,
  "the uuid is only contained": `/v1/files/x${FILE}?replica=aws`,
};

for (const [when, path] of Object.entries(ABSENT)) {
  Deno.test(`GET and HEAD of a file are 404 when ${when}`, async () => {
    await using store = await openStore();
    const answer = await store.request(path);
    assert.equal(answer.status, 404);
    assert.equal(
      answer.headers.get("content-type"),
      "application/problem+json",
    );
    assert.deepEqual(await answer.json(), {
      status: 404,
      code: "not_found",
      title: "Cannot find file!",
      stacktrace: "",
    });
    const head = await store.request(path, { method: "HEAD" });
    assert.equal(head.status, 404);
    assert.equal(head.body, null);
    assert.equal(head.headers.get("content-type"), "application/problem+json");
  });
}

Deno.test("HEAD of a file does not check the uuid, GET does", async () => {
  await using store = await openStore();
  const head = await store.request("/v1/files/junk?replica=aws", {
    method: "HEAD",
  });
  assert.equal(head.status, 404);
  const answer = await store.request("/v1/files/junk?replica=aws");
  assert.equal(answer.status, 400);
  assert.equal((await answer.json()).code, "illegal_arguments");
});

Deno.test("getFile takes the uuid of the path when the query has another", async () => {
  await using store = await openStore();
  const other = uuidOf(1, "e");
  await store.add({
    uuid: uuidOf(3),
    files: [{ name: "b.txt", uuid: other, content: "other" }],
  });
  const answer = await store.request(
    `/v1/files/${FILE}?replica=aws&uuid=${other}`,
  );
  assert.equal(answer.headers.get("x-dss-sha256"), DIGESTS["x-dss-sha256"]);
});

Deno.test("getFile is not implemented when a direct address is asked for", async () => {
  await using store = await openStore();
  const path = `/v1/files/${FILE}?replica=aws&directurl=`;
  const answer = await store.request(`${path}True`);
  assert.equal(answer.status, 501);
  assert.equal(answer.headers.get("retry-after"), null);
  assert.equal((await answer.json()).code, "not_implemented");
  assert.equal((await store.request(`${path}false`)).status, 302);
});

Deno.test("getFile is 404 before it is 501", async () => {
  await using store = await openStore();
  const path = `/v1/files/${uuidOf(99)}?replica=aws&directurl=true`;
  assert.equal((await store.request(path)).status, 404);
});

Deno.test("getFile hands content_disposition to the bytes, verbatim", async () => {
  await using store = await openStore();
  const disposition =
    "attachment; filename=\"a 'b' & c+d.json\"; filename*=UTF-8''%e2%82%ac.json";
  const query = new URLSearchParams({
    replica: "aws",
    content_disposition: disposition,
  });
  const answer = await store.request(`/v1/files/${FILE}?${query}`);
  const location = answer.headers.get("location") ?? "";
  assert.equal(
    new URL(location).searchParams.get("response-content-disposition"),
    disposition,
  );
  const bytes = await store.request(location);
  assert.equal(bytes.headers.get("content-disposition"), disposition);
  assert.equal(await bytes.text(), "123456789");
});

for (const disposition of ["a\r\nX-Evil: 1", "attachment; filename=\u20ac"]) {
  Deno.test(`getFile refuses the disposition ${JSON.stringify(disposition)}`, async () => {
    await using store = await openStore();
    const query = new URLSearchParams({
      replica: "aws",
      content_disposition: disposition,
    });
    const answer = await store.request(`/v1/files/${FILE}?${query}`);
    assert.equal(answer.status, 400);
    assert.equal((await answer.json()).code, "illegal_arguments");
  });
}

Deno.test("getFile ignores token and parameters it does not know", async () => {
  await using store = await openStore();
  const path = `/v1/files/${FILE}?replica=aws&token=junk&colour=blue`;
  assert.equal((await store.request(path)).status, 302);
});
