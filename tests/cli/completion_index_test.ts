import assert from "node:assert/strict";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const URL = "https://dss.example.org/v1/swagger.json";
const OTHER_URL = "https://other.example.org/swagger.json";
// Python: base64.urlsafe_b64encode(URL.encode()).decode() + ".json"
const DOCUMENT = "aHR0cHM6Ly9kc3MuZXhhbXBsZS5vcmcvdjEvc3dhZ2dlci5qc29u.json";
const OTHER_DOCUMENT =
  "aHR0cHM6Ly9vdGhlci5leGFtcGxlLm9yZy9zd2FnZ2VyLmpzb24=.json";
// Python: hashlib.sha256(URL.encode()).hexdigest()[:32]
const INDEX = "completion-dbc77a4a209bd0b0705e23e9da0eb24b.json";

const HAND_MADE = "create-version";

/** An API document with `GET /things` and a flag for each name. */
function documentWith(...flags: string[]): string {
  return JSON.stringify({
    swagger: "2.0",
    info: { title: "Things", version: "1" },
    host: "dss.example.org",
    basePath: "/v1",
    paths: {
      "/things": {
        get: {
          summary: "List things.\nAll of them.",
          parameters: flags.map((name) => ({
            name,
            in: "query",
            type: "string",
            description: `About ${name}.`,
            enum: ["red", "green"],
          })),
          responses: { 200: { description: "Things." } },
        },
      },
    },
  });
}

/** A world with one service, whose kept document is looked at. */
class IndexCase implements AsyncDisposable {
  private constructor(readonly hca: TestEnvironment) {}

  static async create(): Promise<IndexCase> {
    const hca = await TestEnvironment.create();
    hca.variables.set("HCA_SWAGGER_URL", URL);
    hca.variables.set("XDG_CACHE_HOME", `${hca.root}/cache`);
    hca.runtime.files = { ...hca.runtime.files };
    return new IndexCase(hca);
  }

  get indexPath(): string {
    return `${this.hca.root}/cache/hca/${INDEX}`;
  }

  /** How often files whose path matches are read from now on. */
  countReads(pattern: RegExp): () => number {
    const { files } = this.hca.runtime;
    let count = 0;
    const { read } = files;
    files.read = (path) => {
      if (pattern.test(path)) count++;
      return read(path);
    };
    return () => count;
  }

  async keep(text: string, name = DOCUMENT): Promise<void> {
    const directory = `${this.hca.root}/home/config/hca`;
    await Deno.mkdir(directory, { recursive: true });
    await Deno.writeTextFile(`${directory}/${name}`, text);
  }

  /** The first column of what is offered. */
  async offered(...words: string[]): Promise<string[]> {
    const result = await this.hca.run(
      ...["__complete", "--shell", "zsh"],
      ...words.map((word) => `--word=${word}`),
    );
    assert.equal(result.status, 0);
    assert.equal(result.err, "");
    return result.out.split("\n").filter((line) => line !== "")
      .map((line) => line.split("\t")[0] ?? "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    assert.deepEqual(this.hca.refusedRequests, [], "no network");
    await this.hca[Symbol.asyncDispose]();
  }
}

Deno.test("CommandIndex reads the API document once", async () => {
  await using test = await IndexCase.create();
  await test.keep(documentWith("colour"));
  const reads = test.countReads(/swagger|aHR0c/);
  assert.deepEqual(await test.offered("dss", "get-t"), ["get-things"]);
  assert.equal(reads(), 1);
  for (let time = 0; time < 3; time++) {
    assert.deepEqual(
      await test.offered("dss", "get-things", "--colour", "g"),
      ["green"],
    );
  }
  assert.equal(reads(), 1);
});

Deno.test("CommandIndex writes a private file", {
  ignore: Deno.build.os === "windows",
}, async () => {
  await using test = await IndexCase.create();
  await test.keep(documentWith("colour"));
  await test.offered("dss", "");
  const mode = async (path: string) =>
    ((await Deno.stat(path)).mode ?? 0) & 0o777;
  assert.equal(await mode(test.indexPath), 0o600);
  assert.equal(await mode(`${test.hca.root}/cache/hca`), 0o700);
  assert.deepEqual(namesBelow(`${test.hca.root}/cache`), [`hca/${INDEX}`]);
});

Deno.test("CommandIndex is made anew when the document is another one", async () => {
  await using test = await IndexCase.create();
  await test.keep(documentWith("colour"));
  await test.offered("dss", "");
  await test.keep(documentWith("colour", "shape"));
  const reads = test.countReads(/aHR0c/);
  assert.deepEqual(await test.offered("dss", "get-things", "--s"), [
    "--shape",
    "--swagger-url",
  ]);
  assert.equal(reads(), 1);
});

Deno.test("CommandIndex is made anew when only the time of the document is another one", async () => {
  await using test = await IndexCase.create();
  await test.keep(documentWith("colour"));
  await test.offered("dss", "");
  const path = `${test.hca.root}/home/config/hca/${DOCUMENT}`;
  await Deno.writeTextFile(path, documentWith("flavor"));
  await Deno.utime(path, 1_000_000_000, 1_000_000_000);
  assert.deepEqual(await test.offered("dss", "get-things", "--f"), [
    "--flavor",
  ]);
});

Deno.test("CommandIndex is made anew by another version of hca", async () => {
  await using test = await IndexCase.create();
  await test.keep(documentWith("colour"));
  await test.offered("dss", "");
  const text = await Deno.readTextFile(test.indexPath);
  assert.ok(text.includes('"version": "1.2.3"'));
  const older = text.replace('"1.2.3"', '"1.2.2"')
    .replaceAll("get-things", "get-old");
  await Deno.writeTextFile(test.indexPath, older);
  assert.deepEqual(await test.offered("dss", "get-"), ["get-things"]);
  assert.equal(await Deno.readTextFile(test.indexPath), text);
});

for (
  const damaged of [
    "",
    "{",
    "null",
    "[]",
    '{"format": 1}',
    '{"format": 1, "version": "1.2.3", "document": null, "commands": [1]}',
    '{"format": 2, "version": "1.2.3", "document": null, "commands": []}',
    "\0\xff",
  ]
) {
  Deno.test(`CommandIndex is made anew when it holds ${JSON.stringify(damaged)}`, async () => {
    await using test = await IndexCase.create();
    await test.keep(documentWith("colour"));
    await test.offered("dss", "");
    const text = await Deno.readTextFile(test.indexPath);
    await Deno.writeTextFile(test.indexPath, damaged);
    assert.deepEqual(await test.offered("dss", "get-"), ["get-things"]);
    assert.equal(await Deno.readTextFile(test.indexPath), text);
  });
}

Deno.test("CommandIndex serves without the document", async () => {
  await using test = await IndexCase.create();
  await test.keep(documentWith("colour"));
  await test.offered("dss", "");
  await Deno.remove(`${test.hca.root}/home/config/hca/${DOCUMENT}`);
  assert.deepEqual(await test.offered("dss", "get-"), ["get-things"]);
});

Deno.test("CommandIndex uses a document of any age", async () => {
  await using test = await IndexCase.create();
  await test.keep(documentWith("colour"));
  const path = `${test.hca.root}/home/config/hca/${DOCUMENT}`;
  await Deno.utime(path, 1_000_000_000, 1_000_000_000);
  assert.deepEqual(await test.offered("dss", "get-"), ["get-things"]);
});

Deno.test("hca dss ⇥ offers the commands made by hand when there is neither document nor index", async () => {
  await using test = await IndexCase.create();
  const names = await test.offered("dss", "");
  assert.ok(names.includes(HAND_MADE) && names.includes("download"));
  assert.ok(!names.some((name) => name.startsWith("get-")));
  assert.deepEqual(namesBelow(test.hca.root), [], "and leaves no trace");
});

Deno.test("hca dss ⇥ offers the commands made by hand when the document is damaged", async () => {
  await using test = await IndexCase.create();
  await test.keep("{");
  assert.ok((await test.offered("dss", "")).includes(HAND_MADE));
  assert.deepEqual(namesBelow(`${test.hca.root}/cache`), []);
});

Deno.test("hca --swagger-url URL dss ⇥ offers the commands of that service", async () => {
  await using test = await IndexCase.create();
  await test.keep(documentWith("colour"));
  await test.keep(
    documentWith("colour").replace("/things", "/stars"),
    OTHER_DOCUMENT,
  );
  assert.deepEqual(
    await test.offered("--swagger-url", OTHER_URL, "dss", "get-"),
    ["get-stars"],
  );
  assert.deepEqual(
    await test.offered(`--swagger-url=${OTHER_URL}`, "dss", "get-"),
    ["get-stars"],
  );
  assert.deepEqual(await test.offered("dss", "get-"), ["get-things"]);
});

Deno.test("hca other ⇥ offers the commands of a configured service", async () => {
  await using test = await IndexCase.create();
  await test.keep(documentWith("colour"), OTHER_DOCUMENT);
  await test.keep(
    JSON.stringify({ OtherClient: { swagger_url: OTHER_URL } }),
    "config.json",
  );
  assert.deepEqual(await test.offered("oth"), ["other"]);
  assert.deepEqual(await test.offered("other", ""), ["get-things"]);
});

Deno.test("hca auth ⇥ offers its own commands, and those of a configured service", async () => {
  await using test = await IndexCase.create();
  const own = ["status", "token", "login", "logout"];
  // The data store is there without being configured; each keeps its own.
  test.hca.variables.delete("HCA_SWAGGER_URL");
  for (const _round of [1, 2]) {
    const offered = await test.offered("auth", "");
    assert.deepEqual(offered.toSorted(), own.toSorted());
    const replicas = await test.offered("dss", "get-bundle", "--replica", "");
    assert.deepEqual(replicas, ["aws", "gcp"]);
  }
  await test.keep(documentWith("colour"), OTHER_DOCUMENT);
  await test.keep(
    JSON.stringify({ AuthClient: { swagger_url: OTHER_URL } }),
    "config.json",
  );
  assert.deepEqual(
    (await test.offered("auth", "")).toSorted(),
    ["get-things", ...own].toSorted(),
  );
});

Deno.test("hca ⇥ works with a broken configuration", async () => {
  await using test = await IndexCase.create();
  await test.keep("{", "config.json");
  const names = await test.offered("");
  assert.ok(names.includes("dss") && names.includes("local"));
});

Deno.test("hca dss ⇥ offers the embedded service's commands without opening its store", async () => {
  await using test = await IndexCase.create();
  const { hca } = test;
  hca.variables.delete("HCA_SWAGGER_URL");
  hca.openDatabase = () => {
    throw new Error("the store was opened");
  };
  assert.deepEqual(
    await test.offered("dss", "get-bundle", "--replica", ""),
    ["aws", "gcp"],
  );
  assert.deepEqual(namesBelow(hca.root), [
    "cache/hca/completion-embedded.json",
  ]);
});

Deno.test("CommandIndex is no error where it cannot be kept", async () => {
  await using test = await IndexCase.create();
  await test.keep(documentWith("colour"));
  await Deno.writeTextFile(`${test.hca.root}/cache`, "a file in the way");
  assert.deepEqual(await test.offered("dss", "get-"), ["get-things"]);
});

Deno.test("CommandIndex writes nothing where the cache folder is relative", async () => {
  await using test = await IndexCase.create();
  await test.keep(documentWith("colour"));
  test.hca.variables.set("XDG_CACHE_HOME", "here");
  assert.deepEqual(await test.offered("dss", "get-"), ["get-things"]);
  assert.deepEqual(namesBelow(`${test.hca.root}/work`), []);
});
