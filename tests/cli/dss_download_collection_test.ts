import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createDenoFetch } from "../../src/platform/mod.ts";
import { LocalStore, uuidOf } from "../support/local_store.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const ROOT = uuidOf(0, "c");
const INNER = uuidOf(1, "c");
const LUNG = uuidOf(1, "b");
const LIVER = uuidOf(2, "b");
const MISSING = uuidOf(9, "b");
const PROTOCOL = uuidOf(1, "f");
const TABLE = uuidOf(2, "f");
const DONOR = uuidOf(3, "f");
const V1 = "2019-05-01T000000.000000Z";
const V2 = "2019-06-01T000000.000000Z";
const TOKEN = "a-token";

/** Every file that is in one of the bundles, by its place. */
const CONTENTS: Record<string, string> = {
  [`${LUNG}.${V1}/donor.json`]: '{"sex": "unknown"}',
  [`${LUNG}.${V1}/reads/r1.fastq.gz`]: "@read1\nACGT\n",
  [`${LIVER}.${V1}/cells.csv`]: "cell,count\na,1\n",
  [`${LIVER}.${V1}/protocol.txt`]: "cut, shake, count\n",
};

/** What the service's collections list, by `<uuid>.<version>`. */
const COLLECTIONS: Record<string, unknown[]> = {
  [`${ROOT}.${V2}`]: [
    { type: "bundle", uuid: LUNG, version: V1 },
    { type: "collection", uuid: INNER, version: V1 },
    { type: "bundle", uuid: MISSING, version: V1 },
    { type: "file", uuid: PROTOCOL, version: V1 },
    { type: "donor", uuid: DONOR, version: V1, fragment: "/sex" },
  ],
  [`${INNER}.${V1}`]: [
    { type: "collection", uuid: ROOT, version: V2 },
    { type: "collection", uuid: INNER, version: V1 },
    { type: "bundle", uuid: LIVER, version: V1 },
    { type: "bundle", uuid: LUNG, version: V1 },
    { type: "file", uuid: TABLE, version: V1 },
  ],
};

/** What the members other than bundles become. */
const FILES: Record<string, string> = {
  [`collections/${ROOT}.${V2}/${PROTOCOL}.${V1}`]: "cut, shake, count\n",
  [`collections/${ROOT}.${V2}/${DONOR}.${V1}`]: '{"sex": "unknown"}',
  [`collections/${INNER}.${V1}/${TABLE}.${V1}`]: "cell,count\na,1\n",
};

/** A DSS with collections behind a port, and a world to ask it from. */
interface Case extends AsyncDisposable {
  hca: TestEnvironment;
  /** Method, path and query of each request but for the document's. */
  requests: string[];
}

async function createCase(): Promise<Case> {
  const own = new AsyncDisposableStack();
  const store = own.use(await LocalStore.open());
  await store.add({
    uuid: LUNG,
    version: V1,
    files: [
      fileAt(`${LUNG}.${V1}/donor.json`, DONOR),
      fileAt(`${LUNG}.${V1}/reads/r1.fastq.gz`),
    ],
  });
  await store.add({
    uuid: LIVER,
    version: V1,
    files: [
      fileAt(`${LIVER}.${V1}/cells.csv`, TABLE),
      fileAt(`${LIVER}.${V1}/protocol.txt`, PROTOCOL),
    ],
  });
  // What the collections list is not the latest.
  await store.add({ uuid: LUNG, version: V2, files: [{ name: "later.txt" }] });
  const requests: string[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname, search } = new URL(request.url);
      if (pathname !== "/v1/swagger.json") {
        requests.push(`${request.method} ${pathname}${search}`);
      }
      return collectionAnswer(request) ?? await store.dss.handler(request);
    },
  );
  own.defer(() => server.shutdown());
  const fetch = own.use(createDenoFetch());
  const hca = own.use(await TestEnvironment.create());
  hca.runtime.fetch = fetch;
  hca.variables.set(
    "HCA_SWAGGER_URL",
    `http://127.0.0.1:${server.addr.port}/v1/swagger.json`,
  );
  hca.variables.set("HCA_ACCESS_TOKEN", TOKEN);
  return {
    hca,
    requests,
    [Symbol.asyncDispose]: () => own.disposeAsync(),
  };
}

function fileAt(place: string, uuid?: string) {
  const name = place.slice(place.indexOf("/") + 1);
  return { name, uuid, content: CONTENTS[place] ?? "" };
}

function collectionAnswer(request: Request): Response | undefined {
  const { pathname, searchParams } = new URL(request.url);
  const uuid = /^\/v1\/collections\/([^/]+)$/.exec(pathname)?.[1];
  if (uuid === undefined) return undefined;
  const problem = (status: number, code: string) =>
    Response.json({ status, code, title: "No" }, { status });
  if (request.headers.get("authorization") !== `Bearer ${TOKEN}`) {
    return problem(401, "Unauthorized");
  }
  // The latest of each is the only one.
  const version = searchParams.get("version") ?? (uuid === ROOT ? V2 : V1);
  const contents = COLLECTIONS[`${uuid}.${version}`];
  if (contents === undefined) return problem(404, "not_found");
  return Response.json({
    name: "organs",
    description: "",
    details: {},
    contents,
    owner: "someone@example.org",
  });
}

const LINE = `hca dss download-collection --replica aws --uuid ${ROOT}`;
const EXPECTED = [
  ...Object.keys(CONTENTS),
  ...Object.keys(FILES),
  `${LUNG}.${V1}/bundle.json`,
  `${LIVER}.${V1}/bundle.json`,
].sort();

/** Every file but those of the content store. */
function visible(directory: string): string[] {
  return namesBelow(directory).filter((name) => !name.startsWith(".hca/"));
}

Deno.test(`${LINE} --version V, nested, cyclic, with files and a missing bundle`, async () => {
  await using given = await createCase();
  const { hca } = given;
  const line = `${LINE} --version ${V2} --download-dir atlas`;
  const { status, out, err } = await hca.runLine(line);
  assert.equal(status, 3, err);
  assert.equal(out, "");
  assert.match(err, /^hca: collection c+-.* lists 3 bundles and 3 files$/m);
  const errors = err.split("\n").filter((text) => text.includes(": error: "));
  assert.equal(errors.length, 2, err);
  assert.match(
    errors[0] ?? "",
    new RegExp(
      `^hca dss download-collection: error: bundle ${MISSING}\\.${V1}: not_found: `,
    ),
  );
  assert.match(
    errors[1] ?? "",
    /error: 1 of 7 files failed; the others are complete\. Run it again /,
  );
  assert.deepEqual(visible(hca.path("atlas")), EXPECTED);
  for (const [name, text] of Object.entries({ ...CONTENTS, ...FILES })) {
    assert.equal(await Deno.readTextFile(hca.path("atlas", name)), text, name);
  }
  // Nothing else: no manifest, here or there, and no part of a file.
  assert.deepEqual(
    namesBelow(hca.path()).filter((name) => !name.startsWith("atlas/")),
    [],
  );
  const stored = namesBelow(hca.path("atlas", ".hca/v2/files_2_4"))
    .map((name) => name.split("/").at(-1) ?? "");
  const digests = Object.values(CONTENTS).map((text) =>
    createHash("sha256").update(text).digest("hex")
  );
  assert.equal(stored.length, digests.length + 2);
  assert.ok(digests.every((digest) => stored.includes(digest)));
});

Deno.test(`${LINE} asks for each member once, and for its version`, async () => {
  await using given = await createCase();
  await given.hca.runLine(`${LINE} --version ${V2}`);
  const asked = given.requests.filter((line) => !/^GET \/blobs\//.test(line));
  const version = (line: string) => /version=([^&]*)/.exec(line)?.[1];
  assert.ok(
    asked.every((line) =>
      version(line) === (line.includes(ROOT) ? V2 : V1) &&
      line.includes("replica=aws")
    ),
    asked.join("\n"),
  );
  const members = asked.map((line) => line.replace(/\?.*/, ""))
    .filter((line) => !line.startsWith("GET /v1/files/"));
  assert.deepEqual(
    members.sort(),
    [
      `GET /v1/collections/${ROOT}`,
      `GET /v1/collections/${INNER}`,
      `GET /v1/bundles/${LUNG}`,
      `GET /v1/bundles/${LIVER}`,
      `GET /v1/bundles/${MISSING}`,
      `HEAD /v1/files/${PROTOCOL}`,
      `HEAD /v1/files/${TABLE}`,
      `HEAD /v1/files/${DONOR}`,
    ].sort(),
  );
});

Deno.test(`${LINE} twice fetches no bytes the second time`, async () => {
  await using given = await createCase();
  await given.hca.runLine(LINE);
  const before = namesBelow(given.hca.path());
  assert.ok(
    before.some((name) => name.startsWith(`collections/${ROOT}.latest`)),
  );
  given.requests.length = 0;
  const { status, err } = await given.hca.runLine(LINE);
  assert.equal(status, 3);
  assert.match(
    err,
    /^hca: ended: 6 of 7 files \(0 fetched, 6 there already\), .*, 1 failed$/m,
  );
  assert.deepEqual(
    given.requests.filter((line) => /^GET \/(blobs|v1\/files)\//.test(line)),
    [],
  );
  assert.deepEqual(namesBelow(given.hca.path()), before);
});

Deno.test(`hca dss download-collection --replica aws --uuid ${INNER} --jobs 1`, async () => {
  await using given = await createCase();
  const { status, err } = await given.hca.runLine(
    `hca dss download-collection --replica gcp --uuid ${INNER} --jobs 1`,
  );
  // It lists the other one, which lists a bundle that is missing.
  assert.equal(status, 3, err);
  // Of itself it lists a version, and nobody says that it is the latest.
  const latest = `collections/${INNER}.latest/${TABLE}.${V1}`;
  assert.deepEqual(visible(given.hca.path()), [...EXPECTED, latest].sort());
});

/** Lines that are refused or fail as a whole, and what is said. */
const REFUSED: [line: string, status: number, message: RegExp][] = [
  [
    "hca dss download-collection --replica aws --uuid ../../etc",
    2,
    /error: --uuid '\.\.\/\.\.\/etc' is not a uuid\. See 'hca dss download-collection --help'\.$/,
  ],
  [
    "hca dss download-collection --replica aws",
    2,
    /error: --uuid must be given\./,
  ],
  [
    `${LINE} --version ../x`,
    2,
    /error: .* version '\.\.\/x' is not a version\./,
  ],
  [`${LINE} --version ${V1}`, 5, /error: not_found: No /],
];

for (const [line, expected, message] of REFUSED) {
  Deno.test(`${line}: exit ${expected}`, async () => {
    await using given = await createCase();
    const { status, out, err } = await given.hca.runLine(line);
    assert.equal(status, expected, err);
    assert.equal(out, "");
    const [only = "", ...rest] = err.split("\n");
    assert.match(only, message);
    assert.deepEqual(rest, [""]);
    assert.deepEqual(namesBelow(given.hca.path()), []);
    if (expected === 2) assert.deepEqual(given.requests, []);
  });
}

Deno.test(`${LINE} without a token`, async () => {
  await using given = await createCase();
  given.hca.variables.delete("HCA_ACCESS_TOKEN");
  const { status, err } = await given.hca.runLine(LINE);
  assert.equal(status, 4, err);
  assert.match(err, /: error: Please configure hca dss authentication /);
  assert.deepEqual(given.requests, []);
  assert.deepEqual(namesBelow(given.hca.path()), []);
});

Deno.test(`${LINE} --dry-run names what cannot be had`, async () => {
  await using given = await createCase();
  const { status, out, err } = await given.hca.runLine(
    `${LINE} --version ${V2} --dry-run`,
  );
  assert.equal(status, 3, err);
  const [all = "", present, fetched = "", missing] = out.split("\n");
  assert.equal(present, "there already: 0 files, 0 B");
  assert.equal(missing, "cannot be had: 1 file");
  const count = (line: string) => Number(/: (\d+) file/.exec(line)?.[1]);
  assert.equal(count(all), count(fetched) + 1);
  assert.match(err, new RegExp(`error: bundle ${MISSING}.*404`));
  assert.match(err, /error: 1 of \d+ files cannot be had$/m);
  assert.deepEqual(visible(given.hca.path()), []);
});
