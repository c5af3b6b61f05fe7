import assert from "node:assert/strict";
import { CancelledError } from "../../src/base/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";

const DOCUMENT = {
  swagger: "2.0",
  paths: { "/things": { get: { summary: "List things." } } },
};

/** An address of a test; the word says who named it. */
function urlOf(word: string): string {
  return `https://${word}.test/v1/swagger.json`;
}

/** A world with services under every address; `asked` has their hosts. */
async function world(): Promise<{ hca: TestEnvironment; asked: string[] }> {
  const hca = await TestEnvironment.create();
  const asked: string[] = [];
  hca.runtime.fetch = (request) => {
    asked.push(new URL(request.url).host.replace(".test", ""));
    return Promise.resolve(Response.json(DOCUMENT));
  };
  return { hca, asked };
}

async function configure(path: string, word: string): Promise<void> {
  await Deno.mkdir(path.replace(/\/[^/]*$/, ""), { recursive: true });
  const config = { DSSClient: { swagger_url: urlOf(word) } };
  await Deno.writeTextFile(path, JSON.stringify(config));
}

/** Everything that may name a service, the strongest last. */
const SOURCES: [
  name: string,
  set: (hca: TestEnvironment, line: string[]) => Promise<void> | void,
][] = [
  ["etc", (hca) => configure(`${hca.root}/etc/hca/config.json`, "etc")],
  [
    "home",
    (hca) => configure(`${hca.root}/home/config/hca/config.json`, "home"),
  ],
  ["listed", async (hca) => {
    await configure(`${hca.root}/listed.json`, "listed");
    hca.variables.set("HCA_CONFIG_FILE", `${hca.root}/listed.json`);
  }],
  [
    "variable",
    (hca) => void hca.variables.set("HCA_SWAGGER_URL", urlOf("variable")),
  ],
  ["flag", (_hca, line) => void line.push("--swagger-url", urlOf("flag"))],
];

SOURCES.forEach(([name], index) => {
  Deno.test(`hca dss get-things asks the service of ${name}, over all weaker ones`, async () => {
    const { hca, asked } = await world();
    await using _hca = hca;
    const line = ["dss", "get-things"];
    for (const [, set] of SOURCES.slice(0, index + 1)) await set(hca, line);
    const { status, err } = await hca.run(...line);
    assert.equal(err, "");
    assert.equal(status, 0);
    assert.deepEqual(asked, [name, name]);
  });
});

for (
  const line of [
    "hca --swagger-url https://flag.test/v1/swagger.json dss get-things",
    "hca dss --swagger-url=https://flag.test/v1/swagger.json get-things",
    "hca get-things --swagger-url https://flag.test/v1/swagger.json",
  ]
) {
  Deno.test(`${line} asks the service of the flag`, async () => {
    const { hca, asked } = await world();
    await using _hca = hca;
    hca.variables.set("HCA_SWAGGER_URL", urlOf("variable"));
    assert.equal((await hca.runLine(line)).status, 0);
    assert.deepEqual(asked, ["flag", "flag"]);
  });
}

for (const source of ["nothing", "flag", "variable", "configuration"]) {
  Deno.test(`hca dss get-bundles-all with 'local' by ${source} is the embedded service`, async () => {
    const { hca, asked } = await world();
    await using _hca = hca;
    using store = await hca.openStore();
    await store.decideSamples(false);
    const line = ["dss", "get-bundles-all", "--replica", "aws"];
    if (source === "flag") {
      hca.variables.set("HCA_SWAGGER_URL", urlOf("variable"));
      line.push("--swagger-url", "local");
    } else if (source === "variable") {
      hca.variables.set("HCA_SWAGGER_URL", "local");
      await configure(`${hca.root}/home/config/hca/config.json`, "home");
    } else if (source === "configuration") {
      const path = `${hca.root}/home/config/hca/config.json`;
      await configure(path, "home");
      await Deno.writeTextFile(path, '{"DSSClient": {"swagger_url": "local"}}');
    }
    const { status, out, err } = await hca.run(...line);
    assert.equal(
      err,
      "hca: no service is configured; using the embedded one in " +
        `${hca.dataDir}\n`,
    );
    assert.deepEqual(JSON.parse(out).bundles, []);
    assert.equal(status, 0);
    assert.deepEqual(asked, []);
  });
}

Deno.test("hca dss get-bundles-all --replica aws without HCA_LOCAL_DIR keeps the store in the data folder", async () => {
  await using hca = await TestEnvironment.create();
  hca.variables.delete("HCA_LOCAL_DIR");
  hca.openDatabase = () => {
    throw new Error("far enough");
  };
  await hca.runLine("hca dss get-bundles-all --replica aws");
  const info = await Deno.stat(`${hca.root}/home/data/hca/local`);
  assert.ok(info.isDirectory);
});

const HINT = "The public DSS was retired. Leave out --swagger-url, " +
  "HCA_SWAGGER_URL and the configuration key DSSClient.swagger_url to use " +
  "the embedded one, or name a DSS that runs (hca local serve starts one).";

for (
  const [line, command] of [
    ["hca dss get-bundle --replica aws --uuid u", "hca"],
    ["hca get-bundle --replica aws --uuid u", "hca"],
    [
      "hca dss download --replica aws --bundle-uuid ffffaf55-f19c-40e3-aa81-a6c69d357265",
      "hca dss download",
    ],
    ["hca dss refresh-swagger", "hca dss refresh-swagger"],
  ]
) {
  Deno.test(`HCA_SWAGGER_URL=https://dss.test/… ${line} says that the service was retired`, async () => {
    await using hca = await TestEnvironment.create();
    hca.runtime.clock = new FakeClock({ skips: (delayMs) => delayMs < 10_000 });
    hca.variables.set("HCA_SWAGGER_URL", urlOf("dss"));
    const { status, out, err } = await hca.runLine(line ?? "");
    assert.equal(
      err,
      `${command}: error: no answer from dss.test: there is no network here ` +
        `(tried 3 times). ${HINT}\n`,
    );
    assert.equal(out, "");
    assert.equal(status, 6);
    assert.deepEqual(hca.refusedRequests, Array(3).fill(urlOf("dss")));
    assert.deepEqual(namesBelow(hca.root), [], "nothing was left behind");
  });
}

for (const line of ["hca dss", "hca dss --help", "hca help dss"]) {
  Deno.test(`HCA_SWAGGER_URL=https://dss.test/… ${line} shows the commands that need no service`, async () => {
    await using hca = await TestEnvironment.create();
    hca.runtime.clock = new FakeClock({ skips: (delayMs) => delayMs < 10_000 });
    hca.variables.set("HCA_SWAGGER_URL", urlOf("dss"));
    const { status, out, err } = await hca.runLine(line);
    assert.equal(
      err,
      "hca: warning: the commands of the service cannot be listed: " +
        "no answer from dss.test: there is no network here (tried 3 times)\n",
    );
    assert.match(out, /^ {2}download {2,}/m);
    assert.doesNotMatch(out, /^ {2}get-bundle /m);
    assert.equal(status, 0);
  });
}

Deno.test("HCA_SWAGGER_URL=https://dss.test/… hca dss interrupted is no help", async () => {
  await using hca = await TestEnvironment.create();
  hca.variables.set("HCA_SWAGGER_URL", urlOf("dss"));
  hca.controller.abort(
    new CancelledError("interrupted", { signalName: "SIGINT" }),
  );
  const { status, out, err } = await hca.runLine("hca dss");
  assert.equal(err, "hca dss: error: interrupted\n");
  assert.equal(out, "");
  assert.equal(status, 130);
});

for (
  const line of [
    "hca dss create-version",
    "hca dss download --help",
    "hca local --help",
    "hca --help",
    "hca --version",
  ]
) {
  Deno.test(`HCA_SWAGGER_URL=https://dss.test/… ${line} asks nobody`, async () => {
    await using hca = await TestEnvironment.create();
    hca.variables.set("HCA_SWAGGER_URL", urlOf("dss"));
    const { status, err } = await hca.runLine(line);
    assert.equal(err, "");
    assert.equal(status, 0);
    assert.deepEqual(hca.refusedRequests, []);
  });
}

for (
  const url of ["dss.test", "ftp://dss.test/", "file:///etc/passwd", "http://"]
) {
  for (
    const line of [
      "hca dss get-bundles-all --replica aws",
      "hca get-bundles-all --replica aws",
      "hca dss refresh-swagger",
    ]
  ) {
    Deno.test(`${line} --swagger-url ${url}`, async () => {
      await using hca = await TestEnvironment.create();
      const { status, out, err } = await hca.runLine(
        `${line} --swagger-url ${url}`,
      );
      assert.ok(
        err.endsWith(
          `: error: '${url}' is not the http or https address of an API ` +
            "document. It looks like https://host/v1/swagger.json.\n",
        ),
        err,
      );
      assert.equal(out, "");
      assert.equal(status, 2);
      assert.deepEqual(hca.refusedRequests, []);
    });
  }
}

Deno.test("hca dss get-things with a damaged configuration names the file", async () => {
  await using hca = await TestEnvironment.create();
  const path = `${hca.root}/bad.json`;
  await Deno.writeTextFile(path, "{");
  hca.variables.set("HCA_CONFIG_FILE", path);
  const { status, err } = await hca.runLine("hca dss get-bundles-all");
  assert.equal(status, 9);
  assert.match(
    err,
    /^hca: error: configuration file '\S+bad\.json' is not valid JSON at line 1, column 2: .* Mend it or move it away; hca does not change it\.\n$/,
  );
});
