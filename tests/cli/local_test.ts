import assert from "node:assert/strict";
import { LocalError } from "../../src/base/mod.ts";
import type { Environment } from "../../src/commands/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const UUID = "ffffaf55-f19c-40e3-aa81-a6c69d357265";
const VERSION = "2019-08-01T200147.836832Z";

let hca: TestEnvironment;

Deno.test.beforeAll(async () => {
  hca = await TestEnvironment.create();
  await hca.addSamples();
});

Deno.test.afterAll(() => hca[Symbol.asyncDispose]());

Deno.test("hca local info", async () => {
  const { status, out, err } = await hca.runLine("hca local info");
  assert.equal(err, "");
  assert.equal(status, 0);
  const { bytes, ...facts } = JSON.parse(out);
  assert.deepEqual(facts, {
    data_dir: hca.dataDir,
    bundles: 3,
    files: 56,
    blobs: 56,
    signing_key: null,
    login_password: null,
    trusted_accounts: 0,
  });
  const blobs = namesBelow(`${hca.dataDir}/blobs`);
  const sizes = blobs.map((name) =>
    Deno.statSync(`${hca.dataDir}/blobs/${name}`).size
  );
  assert.equal(bytes, sizes.reduce((sum, size) => sum + size, 0));
});

Deno.test("hca local info --data-dir ../store", async () => {
  const { out } = await hca.runLine("hca local info --data-dir ../store");
  assert.equal(JSON.parse(out).data_dir, hca.dataDir);
});

Deno.test("hca local info --data-dir nowhere", async () => {
  const { status, out, err } = await hca.runLine(
    "hca local info --data-dir nowhere",
  );
  assert.equal(
    err,
    "hca local info: error: there is no embedded store in 'nowhere'. " +
      "'hca dss get-bundles-all --replica aws' makes one with sample " +
      "bundles, 'hca local import DIR' one of your own.\n",
  );
  assert.equal(out, "");
  assert.equal(status, 9);
  assert.deepEqual(namesBelow(hca.path("nowhere")), []);
});

/** A world with a directory of two files. */
async function withData(): Promise<TestEnvironment> {
  const own = await TestEnvironment.create();
  await own.write("data/cell_0.json", '{"a": 1}');
  await own.write("data/reads/r1.fastq.gz", "not really");
  return own;
}

Deno.test("hca local import data", async () => {
  await using own = await withData();
  const { status, out, err } = await own.runLine("hca local import data");
  assert.equal(err, "");
  assert.equal(status, 0);
  const { bundle_uuid, bundle_version, ...counts } = JSON.parse(out);
  assert.match(bundle_uuid, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(bundle_version, /^\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z$/);
  assert.deepEqual(counts, { files: 2, bytes: 18, left_out: 0, new: true });
  const shown = await own.runLine(
    `hca dss get-bundle --replica aws --uuid ${bundle_uuid} --log-level ERROR`,
  );
  const { bundle } = JSON.parse(shown.out);
  assert.equal(bundle.version, bundle_version);
  assert.deepEqual(
    bundle.files.map((
      file: { name: string; indexed: boolean },
    ) => [file.name, file.indexed]),
    [["cell_0.json", true], ["reads/r1.fastq.gz", false]],
  );
});

Deno.test("hca local import data makes a store without samples", async () => {
  await using own = await withData();
  await own.runLine("hca local import data");
  await own.runLine("hca dss get-bundles-all --replica aws");
  const { out } = await own.runLine("hca local info");
  assert.equal(JSON.parse(out).bundles, 1);
});

Deno.test("hca local import data --bundle-uuid … --version …", async () => {
  await using own = await withData();
  const manifest = ["cell_0.json", "reads/r1.fastq.gz", "lost.bam"]
    .map((name, index) => ({
      name,
      uuid: UUID.replace("ffff", `000${index}`),
      version: VERSION,
    }));
  await own.write("m.json", JSON.stringify(manifest));
  const line = `hca local import data --bundle-uuid ${UUID} ` +
    `--version ${VERSION} --manifest m.json`;
  const { status, out, err } = await own.runLine(line);
  assert.equal(
    err,
    "hca: warning: left out 1 files of the manifest that are not in the " +
      "directory, as 'lost.bam'\n",
  );
  assert.equal(status, 0);
  const expected = {
    bundle_uuid: UUID,
    bundle_version: VERSION,
    files: 2,
    bytes: 18,
    left_out: 1,
    new: true,
  };
  assert.deepEqual(JSON.parse(out), expected);
  const again = await own.runLine(line);
  assert.deepEqual(JSON.parse(again.out), { ...expected, new: false });
});

/** Imports that are refused, and what is said. */
const REFUSED: [options: string, status: number, say: string][] = [
  ["nowhere", 9, "'nowhere' does not exist"],
  ["m.json", 9, "'m.json' is not a directory"],
  [
    "data --bundle-uuid x",
    2,
    "--bundle-uuid 'x' is not a uuid. See 'hca local import --help'.",
  ],
  [
    "data --version yesterday",
    2,
    "--version 'yesterday' is not a version. " +
    "It looks like 2019-08-01T200147.836832Z.",
  ],
  ["data --manifest no.json", 9, "manifest 'no.json' does not exist"],
  [
    "data --manifest latin.json",
    10,
    "manifest 'latin.json' is not text in UTF-8",
  ],
];

for (const [options, expected, say] of REFUSED) {
  Deno.test(`hca local import ${options}`, async () => {
    await using own = await withData();
    await own.write("m.json", "{}");
    await own.write("latin.json", new Uint8Array([0x22, 0xe9, 0x22]));
    const { status, out, err } = await own.runLine(
      `hca local import ${options}`,
    );
    assert.equal(err, `hca local import: error: ${say}\n`);
    assert.equal(out, "");
    assert.equal(status, expected);
    assert.deepEqual(namesBelow(own.dataDir), [], "no store was made");
  });
}

Deno.test("hca local import data of the same version with other files", async () => {
  await using own = await withData();
  const line =
    `hca local import data --bundle-uuid ${UUID} --version ${VERSION}`;
  assert.equal((await own.runLine(line)).status, 0);
  await own.write("data/more.txt", "more");
  const { status, out } = await own.runLine(line);
  assert.equal(out, "");
  assert.equal(status, 9);
});

Deno.test("hca local reset", async () => {
  const before = namesBelow(hca.dataDir);
  const { status, out, err } = await hca.runLine("hca local reset");
  assert.equal(
    err,
    "hca local reset: error: this would remove the embedded store in " +
      `'${hca.dataDir}'. Add --yes to do it.\n`,
  );
  assert.equal(out, "");
  assert.equal(status, 2);
  assert.deepEqual(namesBelow(hca.dataDir), before);
});

const USERS = ["info", "serve", "token", "reset --yes", "import data"];
for (const command of USERS) {
  Deno.test(`hca local ${command} --data-dir ''`, async () => {
    await using own = await TestEnvironment.create();
    await own.write("data/a.txt", "a");
    await own.write("dss.sqlite", "of somebody");
    const words = ["local", ...command.split(" "), "--data-dir", ""];
    const { status, out, err } = await own.run(...words);
    assert.match(err, /error: --data-dir is empty\. See /);
    assert.deepEqual([status, out], [2, ""]);
    const left = namesBelow(own.path("."));
    assert.deepEqual(left, ["data/a.txt", "dss.sqlite"]);
  });
}

Deno.test("hca local reset --yes", async () => {
  await using own = await withData();
  await own.runLine("hca local import data");
  await own.runLine("hca local token");
  await Deno.writeTextFile(`${own.dataDir}/mine.txt`, "not of the store");
  const { status, out, err } = await own.runLine("hca local reset --yes");
  assert.equal(err, `hca: removed the embedded store in '${own.dataDir}'\n`);
  assert.equal(out, "");
  assert.equal(status, 0);
  assert.deepEqual(namesBelow(own.dataDir), ["mine.txt"]);
  assert.equal((await own.runLine("hca local reset --yes")).status, 9);
});

/** The password that a store wrote down. */
function passwordOf(own: TestEnvironment, dataDir = own.dataDir): string {
  return Deno.readTextFileSync(`${dataDir}/login_password`).trimEnd();
}

type ServeOptions = Parameters<Environment["serve"]>[1];

/** A `serve` that listens nowhere and asks the handler itself. */
function fakeServe(
  own: TestEnvironment,
  paths: (string | [path: string, init: RequestInit])[],
  address = { host: "127.0.0.1", port: 12345 },
): { options: ServeOptions[]; answers: [number, unknown][] } {
  const options: ServeOptions[] = [];
  const answers: [number, unknown][] = [];
  own.serve = async (handler, given) => {
    options.push(given);
    given.onListen(address);
    for (const asked of paths) {
      const [path, init] = typeof asked === "string" ? [asked] : asked;
      const url = `http://${address.host}:${address.port}${path}`;
      const response = await handler(new Request(url, init));
      answers.push([response.status, await response.json()]);
    }
  };
  return { options, answers };
}

Deno.test("hca local serve", async () => {
  const served = fakeServe(hca, [
    "/v1/swagger.json",
    "/v1/bundles/all?replica=aws",
    "/v1/bundles/all",
  ]);
  const { status, out, err } = await hca.runLine("hca local serve");
  assert.equal(
    out,
    `serving ${hca.dataDir}; to use it: ` +
      "export HCA_SWAGGER_URL=http://127.0.0.1:12345/v1/swagger.json\n" +
      "to log in: hca dss login\n" +
      `the page asks for this password: ${passwordOf(hca)}\n`,
  );
  assert.match(
    err,
    new RegExp(
      "^hca: GET /v1/swagger\\.json 200 \\S+ ms \\S+\n" +
        "hca: GET /v1/bundles/all 200 \\S+ ms \\S+\n" +
        "hca: GET /v1/bundles/all 400 \\S+ ms \\S+\n" +
        "hca: stopped\n$",
    ),
  );
  assert.equal(status, 0);
  const [options] = served.options;
  assert.equal(options?.host, "127.0.0.1");
  assert.equal(options?.port, 8473);
  assert.equal(options?.signal.aborted, false);
  const [document, all, refused] = served.answers;
  assert.equal(document?.[0], 200);
  assert.equal((document?.[1] as { host: string }).host, "127.0.0.1:12345");
  assert.equal((all?.[1] as { bundles: unknown[] }).bundles.length, 3);
  assert.equal(refused?.[0], 400);
});

Deno.test("hca local serve --host ::1 --port 9000 --data-dir d --no-samples", async () => {
  await using own = await TestEnvironment.create();
  const served = fakeServe(own, [], { host: "::1", port: 9000 });
  const { status, out } = await own.runLine(
    "hca local serve --host ::1 --port 9000 --data-dir d --no-samples",
  );
  assert.equal(status, 0);
  assert.equal(
    out,
    "serving d; to use it: " +
      "export HCA_SWAGGER_URL=http://[::1]:9000/v1/swagger.json\n" +
      "to log in: hca dss login\n" +
      `the page asks for this password: ${passwordOf(own, own.path("d"))}\n`,
  );
  assert.equal(served.options[0]?.host, "::1");
  assert.equal(served.options[0]?.port, 9000);
  const info = await own.runLine("hca local info --data-dir d");
  assert.equal(JSON.parse(info.out).bundles, 0);
  assert.deepEqual(namesBelow(own.dataDir), []);
});

Deno.test("hca local serve on a port that is taken", async () => {
  await using own = await TestEnvironment.create();
  own.serve = () =>
    Promise.reject(
      new LocalError("cannot listen on 127.0.0.1:80: permission denied"),
    );
  const { status, out, err } = await own.runLine(
    "hca local serve --port 80 --no-samples",
  );
  assert.equal(
    err,
    "hca local serve: error: cannot listen on 127.0.0.1:80: permission denied\n",
  );
  assert.equal(out, "");
  assert.equal(status, 9);
  assert.deepEqual(namesBelow(own.dataDir), []);
});

Deno.test("hca local serve of what is no store ends, and answers 503 until then", async () => {
  await using own = await TestEnvironment.create();
  await Deno.mkdir(own.dataDir, { recursive: true });
  await Deno.writeTextFile(`${own.dataDir}/dss.sqlite`, "no database");
  const statuses: number[] = [];
  own.serve = async (handler, { onListen, signal }) => {
    const stopped = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    onListen({ host: "127.0.0.1", port: 9000 });
    const request = new Request("http://127.0.0.1:9000/version");
    statuses.push((await handler(request)).status);
    await stopped;
  };
  const { status, out, err } = await own.runLine("hca local serve");
  assert.match(err, /error: cannot open the database .*is not a database\. It/);
  assert.equal(out, "");
  assert.equal(status, 9);
  assert.deepEqual(statuses, [503]);
});

const DELETE = `/v1/bundles/${UUID}?replica=aws`;

/** A request that deletes a bundle, in the name of the bearer of a token. */
function deletion(token: string): [path: string, init: RequestInit] {
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
  };
  const body = JSON.stringify({ reason: "test" });
  return [DELETE, { method: "DELETE", headers, body }];
}

Deno.test("hca local serve --admin lets these people and the owner delete bundles", async () => {
  await using own = await TestEnvironment.create();
  own.variables.set("USER", "jo doe");
  const emails = ["jo.doe@localhost", "a@b.c", "d@e.f", "x@y.z"];
  const requests: [string, RequestInit][] = [];
  for (const email of emails) {
    const { out } = await own.runLine(`hca local token --email ${email}`);
    requests.push(deletion(out.trimEnd()));
  }
  const served = fakeServe(own, requests);
  const { status } = await own.runLine(
    "hca local serve --no-samples --admin a@b.c --admin d@e.f",
  );
  assert.equal(status, 0);
  const statuses = served.answers.map(([status]) => status);
  assert.deepEqual(statuses, [404, 404, 404, 403]);
});

Deno.test("hca local serve keeps other sites from its login page", async () => {
  await using own = await TestEnvironment.create();
  const statuses: number[] = [];
  own.serve = async (handler, { onListen }) => {
    onListen({ host: "127.0.0.1", port: 8473 });
    for (const origin of ["http://127.0.0.1:8473", "http://rebound.test"]) {
      const url = `${origin}/internal/application_secrets`;
      statuses.push((await handler(new Request(url))).status);
    }
  };
  await own.runLine("hca local serve --no-samples");
  assert.deepEqual(statuses, [200, 403]);
});

for (const email of ["nobody", "a@b@c", "a b@c", ""]) {
  Deno.test(`hca local serve --admin '${email}'`, async () => {
    await using own = await TestEnvironment.create();
    const { status, out, err } = await own.run(
      ...["local", "serve", "--admin", email],
    );
    assert.equal(
      err,
      `hca local serve: error: --admin '${email}' is not an email address. ` +
        "It looks like name@example.org.\n",
    );
    assert.equal(out, "");
    assert.equal(status, 2);
    assert.deepEqual(namesBelow(own.dataDir), []);
  });
}

interface Claims {
  [name: string]: unknown;
  iat: number;
  exp: number;
}

function claimsOf(token: string): Claims {
  const part = token.split(".")[1] ?? "";
  return JSON.parse(
    new TextDecoder().decode(
      Uint8Array.fromBase64(part, { alphabet: "base64url" }),
    ),
  );
}

const GROUP = "https://auth.data.humancellatlas.org/group";

Deno.test("hca local token", async () => {
  await using own = await TestEnvironment.create();
  own.variables.set("USER", "jo");
  own.runtime.clock = new FakeClock();
  const { status, out, err } = await own.runLine("hca local token");
  assert.equal(err, "");
  assert.equal(status, 0);
  assert.match(out, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const claims = claimsOf(out);
  assert.equal(claims.email, "jo@localhost");
  assert.equal(claims[GROUP], "hca");
  assert.equal(claims.iss, "http://dss.hca.localhost/");
  assert.equal(claims.exp - claims.iat, 3600);
  const info = JSON.parse((await own.runLine("hca local info")).out);
  assert.equal(info.signing_key, `${own.dataDir}/signing_key.pem`);
  assert.equal(info.login_password, null);
});

Deno.test("hca local token --email --group --lifetime --data-dir", async () => {
  await using own = await TestEnvironment.create();
  own.runtime.clock = new FakeClock();
  const { out } = await own.runLine(
    "hca local token --email a@b.c --group public --lifetime 5 --data-dir d",
  );
  const claims = claimsOf(out);
  assert.equal(claims.email, "a@b.c");
  assert.equal(claims[GROUP], "public");
  assert.equal(claims.exp - claims.iat, 5);
  assert.deepEqual(namesBelow(own.dataDir), []);
  assert.ok(namesBelow(own.path("d")).includes("signing_key.pem"));
  const none = await own.runLine("hca local token --group none --data-dir d");
  assert.equal(claimsOf(none.out)[GROUP], undefined);
});

Deno.test("hca local token makes a store that still gets its samples", async () => {
  await using own = await TestEnvironment.create();
  await own.runLine("hca local token");
  const { out } = await own.runLine("hca dss get-bundles-all --replica aws");
  assert.equal(JSON.parse(out).bundles.length, 3);
});

for (
  const options of [
    "--email nobody",
    "--lifetime 0",
    "--lifetime 31536001",
    "--lifetime x",
    "more",
  ]
) {
  Deno.test(`hca local token ${options}`, async () => {
    await using own = await TestEnvironment.create();
    const { status, out } = await own.runLine(`hca local token ${options}`);
    assert.equal(out, "");
    assert.equal(status, 2);
    assert.deepEqual(namesBelow(own.dataDir), [], "no store was made");
  });
}

const ACCOUNT = "reader@project.iam.gserviceaccount.com";

/** Writes the key file of a service account; gives its private key. */
async function writeKeyFile(own: TestEnvironment): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    true,
    ["sign", "verify"],
  );
  const bytes = await crypto.subtle.exportKey("pkcs8", privateKey);
  const body = new Uint8Array(bytes).toBase64();
  const pem =
    `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
  const file = {
    type: "service_account",
    client_email: ACCOUNT,
    private_key_id: "k1",
    private_key: pem,
  };
  await own.write("key.json", JSON.stringify(file));
  return body;
}

Deno.test("hca local trust --key-file key.json, lists it and removes it", async () => {
  await using own = await TestEnvironment.create();
  const secret = (await writeKeyFile(own)).slice(100, 180);
  const added = await own.runLine("hca local trust --key-file key.json");
  assert.equal(added.err, `hca: tokens that ${ACCOUNT} signs are taken now\n`);
  assert.equal(added.out, "");
  assert.equal(added.status, 0);
  for (const name of namesBelow(own.dataDir)) {
    const bytes = Deno.readFileSync(`${own.dataDir}/${name}`);
    const text = new TextDecoder("latin1").decode(bytes);
    assert.ok(!text.includes(secret), name);
  }
  const list = await own.runLine("hca local trust");
  assert.deepEqual(JSON.parse(list.out), [{ email: ACCOUNT, key_id: "k1" }]);
  const info = await own.runLine("hca local info");
  assert.equal(JSON.parse(info.out).trusted_accounts, 1);
  const removed = await own.runLine(`hca local trust --remove ${ACCOUNT}`);
  assert.equal(
    removed.err,
    `hca: tokens of ${ACCOUNT} are not taken any more\n`,
  );
  assert.equal(removed.status, 0);
  assert.deepEqual(JSON.parse((await own.runLine("hca local trust")).out), []);
  const again = await own.runLine(`hca local trust --remove ${ACCOUNT}`);
  assert.equal(
    again.err,
    `hca local trust: error: the store does not trust '${ACCOUNT}'. ` +
      "'hca local trust' lists whom it trusts.\n",
  );
  assert.equal(again.status, 5);
});

/** Uses of `hca local trust` that are refused, and what is said. */
const DISTRUSTED: [options: string, status: number, say: string][] = [
  [
    `--key-file key.json --remove ${ACCOUNT}`,
    2,
    "--key-file and --remove exclude each other. " +
    "See 'hca local trust --help'.",
  ],
  ["--key-file no.json", 9, "the key file 'no.json' does not exist"],
  [
    "--key-file .",
    2,
    "the key file '.' is not the key file of a service account. " +
    "See 'hca local trust --help'.",
  ],
  ["--key-file bad.json", 10, "the key file is not a JSON object"],
  ["--key-file other.json", 10, "the key file has no 'client_email'"],
  [
    "",
    9,
    "there is no embedded store in 'STORE'. " +
    "'hca dss get-bundles-all --replica aws' makes one with sample bundles, " +
    "'hca local import DIR' one of your own.",
  ],
];

for (const [options, expected, say] of DISTRUSTED) {
  Deno.test(`hca local trust ${options}`, async () => {
    await using own = await TestEnvironment.create();
    await own.write("bad.json", "canary");
    await own.write("other.json", '{"private_key": "canary"}');
    const { status, out, err } = await own.runLine(
      `hca local trust ${options}`,
    );
    const expectedErr = say.replace("STORE", own.dataDir);
    assert.equal(err, `hca local trust: error: ${expectedErr}\n`);
    assert.equal(out, "");
    assert.equal(status, expected);
    assert.deepEqual(namesBelow(own.dataDir), [], "no store was made");
  });
}
