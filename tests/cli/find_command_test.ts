import assert from "node:assert/strict";
import { namesBelow, TestEnvironment } from "../support/test_environment.ts";
import { findLine } from "./_table.ts";

const UUID = "ffffaf55-f19c-40e3-aa81-a6c69d357265";

/** Lines, and the command each one runs. */
const FOUND: [line: string, path: string][] = [
  ["hca", "hca"],
  ["hca dss", "hca dss"],
  ["hca local", "hca local"],
  ["hca dss get-bundle --replica aws", "hca dss get-bundle"],
  ["hca local info", "hca local info"],
  // Options of every command, anywhere.
  ["hca --log-level DEBUG dss get-bundle", "hca dss get-bundle"],
  ["hca --log-level=DEBUG dss get-bundle", "hca dss get-bundle"],
  ["hca dss --log-level DEBUG get-bundle", "hca dss get-bundle"],
  ["hca dss --swagger-url local -h get-bundle", "hca dss get-bundle"],
  ["hca -h dss", "hca dss"],
  // Help as a word.
  ["hca help", "hca"],
  ["hca help dss", "hca dss"],
  ["hca help dss download", "hca dss download"],
  ["hca --log-level DEBUG help dss download", "hca dss download"],
  // Another word for head-file, in the documents of the atlas.
  ["hca dss file-head", "hca dss head-file"],
];

for (const [line, path] of FOUND) {
  Deno.test(`${line} is the command ${path}`, async () => {
    const found = await findLine(line);
    assert.equal(found.path.join(" "), path);
    assert.equal(found.command.name, path.split(" ").at(-1));
  });
}

Deno.test("hca --log-level DEBUG dss --replica aws leaves the options to the command", async () => {
  const found = await findLine(
    "hca --log-level DEBUG dss get-bundle --replica aws get-file",
  );
  assert.deepEqual(
    found.rest,
    ["--log-level", "DEBUG", "--replica", "aws", "get-file"],
  );
});

/** Lines that are refused, and what is said. */
const REFUSED: [line: string, message: string][] = [
  [
    "hca dss get-bundel",
    "hca: error: unknown command 'get-bundel'; did you mean 'get-bundle'? " +
    "See 'hca dss --help'.\n",
  ],
  [
    "hca dss down",
    "hca: error: unknown command 'down'; did you mean 'download'? " +
    "See 'hca dss --help'.\n",
  ],
  [
    "hca locl info",
    "hca: error: unknown command 'locl'; did you mean 'local'? " +
    "See 'hca --help'.\n",
  ],
  [
    "hca xylophone",
    "hca: error: unknown command 'xylophone'. See 'hca --help'.\n",
  ],
  [
    "hca dss help",
    "hca: error: unknown command 'help'. See 'hca dss --help'.\n",
  ],
  [
    "hca --replica aws dss get-bundle",
    "hca: error: unknown option '--replica'. See 'hca --help'.\n",
  ],
  [
    "hca dss --version",
    "hca dss: error: unknown option '--version'. See 'hca dss --help'.\n",
  ],
  [
    "hca dss \x1b[2J\n",
    "hca: error: unknown command '\\u{1b}[2J'. See 'hca dss --help'.\n",
  ],
];

for (const [line, message] of REFUSED) {
  Deno.test(line.replace("\x1b", "ESC").trim(), async () => {
    await using hca = await TestEnvironment.create();
    const { status, out, err } = await hca.runLine(line);
    assert.equal(err, message);
    assert.equal(out, "");
    assert.equal(status, 2);
  });
}

/** Lines that show help, and how it begins. */
const HELP: [line: string, usage: string][] = [
  ["hca", "usage: hca COMMAND [options]"],
  ["hca -h", "usage: hca COMMAND [options]"],
  ["hca --help", "usage: hca COMMAND [options]"],
  ["hca help", "usage: hca COMMAND [options]"],
  ["hca dss", "usage: hca dss COMMAND [options]"],
  ["hca local", "usage: hca local COMMAND [options]"],
  ["hca local --help", "usage: hca local COMMAND [options]"],
  ["hca help local import", "usage: hca local import DIR [options]"],
  [
    "hca help dss download",
    "usage: hca dss download --bundle-uuid BUNDLE_UUID --replica {aws,gcp} [options]",
  ],
  [
    "hca help download",
    "usage: hca dss download --bundle-uuid BUNDLE_UUID --replica {aws,gcp} [options]",
  ],
  [
    "hca --log-level ERROR help dss get-file",
    "usage: hca dss get-file --uuid UUID --replica {aws,gcp} [options]",
  ],
];

for (const [line, usage] of HELP) {
  Deno.test(`${line} shows help`, async () => {
    await using hca = await TestEnvironment.create();
    hca.terminal.width = 100;
    const { status, out, err } = await hca.runLine(line);
    assert.equal(out.split("\n", 1)[0], usage);
    assert.equal(err, "");
    assert.equal(status, 0);
    assert.deepEqual(namesBelow(hca.root), [], "help leaves no trace");
    assert.deepEqual(hca.refusedRequests, []);
  });
}

Deno.test("hca --version", async () => {
  await using hca = await TestEnvironment.create();
  const { status, out, err } = await hca.runLine("hca --version");
  assert.equal(out, "hca 1.2.3 (Deno 0.0.0 test)\n");
  assert.equal(err, "");
  assert.equal(status, 0);
});

/** The spellings of the atlas's own documents, without `dss`. */
const SEED: [line: string, command: string][] = [
  ["hca create-version", "hca dss create-version"],
  [`hca download --replica aws --bundle-uuid ${UUID}`, "hca dss download"],
  [`hca file-head --replica aws --uuid ${UUID}`, "hca dss head-file"],
  [`hca get-bundle --replica aws --uuid ${UUID}`, "hca dss get-bundle"],
  [
    `hca --log-level WARNING get-bundle --replica aws --uuid ${UUID}`,
    "hca dss get-bundle",
  ],
  [
    "hca download-manifest --replica aws --manifest m",
    "hca dss download-manifest",
  ],
];

for (const [line, command] of SEED) {
  Deno.test(`${line} is ${command}`, async () => {
    await using hca = await TestEnvironment.create();
    hca.openDatabase = () => {
      throw new Error("the store was opened");
    };
    const { status, out, err } = await hca.runLine(line);
    if (command.endsWith("create-version")) {
      assert.match(out, /^\d{4}-\d\d-\d\dT\d{6}\.\d{6}Z\n$/);
      assert.equal(status, 0);
    } else assert.ok(err.startsWith(`${command}: error: `), err);
  });
}

Deno.test("hca get-bundle --replica azure is refused as hca dss get-bundle is", async () => {
  await using hca = await TestEnvironment.create();
  const { status, err } = await hca.runLine("hca get-bundle --replica azure");
  assert.equal(
    err,
    "hca dss get-bundle: error: --replica must be one of aws, gcp, not " +
      "'azure'. See 'hca dss get-bundle --help'.\n",
  );
  assert.equal(status, 2);
});

Deno.test("hca downlod is told of hca download", async () => {
  await using hca = await TestEnvironment.create();
  const { status, err } = await hca.run("downlod");
  assert.equal(status, 2);
  assert.equal(
    err,
    "hca: error: unknown command 'downlod'; did you mean 'download'? " +
      "See 'hca --help'.\n",
  );
});
