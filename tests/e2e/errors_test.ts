import assert from "node:assert/strict";
import { join } from "node:path";
import { firstBundle, programWords, SampleStore, Sandbox } from "./_program.ts";

const UUID = "00000000-0000-4000-8000-000000000000";
// Port 1 is blocked by fetch itself; this one is closed on any sane machine.
const DEAD = "http://127.0.0.1:49151/v1/swagger.json";

interface BadCase {
  args: string[];
  status: number;
  says: RegExp;
  files?: Record<string, string>;
}

const CASES: BadCase[] = [
  {
    args: ["dss", "get-bundle", "--replcia", "aws"],
    status: 2,
    says: /unknown option '--replcia'; did you mean '--replica'\?/,
  },
  {
    args: ["dss", "get-bundel"],
    status: 2,
    says: /unknown command 'get-bundel'; did you mean 'get-bundle'\?/,
  },
  {
    args: ["dss", "get-bundle", "--replica", "aws"],
    status: 2,
    says: /--uuid must be given/,
  },
  {
    args: ["dss", "get-bundle", "--replica", "azure", "--uuid", UUID],
    status: 2,
    says: /--replica must be one of aws, gcp, not 'azure'/,
  },
  {
    args: ["dss", "get-bundle", "--replica", "aws", "--uuid", "nope"],
    status: 2,
    says: /--uuid must match .*, not 'nope'/,
  },
  {
    args: ["dss", "download", "--replica", "aws", "--bundle-uuid", "nope"],
    status: 2,
    says: /--bundle-uuid 'nope' is not a uuid/,
  },
  {
    args: ["dss", "put-subscription", "--callback-url", "--replica", "aws"],
    status: 2,
    says: /--callback-url needs a value/,
  },
  {
    args: ["dss", "post-search", "--replica", "aws", "--es-query", "{bad"],
    status: 2,
    says: /--es-query is not valid JSON/,
  },
  {
    args: ["dss", "download-manifest", "--replica", "aws", "--manifest", "no"],
    status: 9,
    says: /manifest 'no' does not exist/,
  },
  {
    args: ["dss", "download-manifest", "--replica", "aws", "--manifest", "m"],
    status: 10,
    says: /manifest 'm' lacks the columns file_version, file_sha256, file_size/,
    files: { m: "file_name\tfile_uuid\na\tb\n" },
  },
  {
    args: ["dss", "download-manifest", "--replica", "aws", "--manifest", "m"],
    status: 10,
    says: /line 3: file_name '\.\.\/x': it has the part '\.\.'/,
    files: {
      m: "file_name\tfile_uuid\tfile_version\tfile_sha256\tfile_size\n" +
        `a\t${UUID}\t1\t${"0".repeat(64)}\t1\n` +
        `../x\t${UUID}\t1\t${"0".repeat(64)}\t1\n`,
    },
  },
  {
    args: ["--swagger-url", DEAD, "dss", "get-bundles-all", "--replica", "aws"],
    status: 6,
    says: /no answer from 127\.0\.0\.1:49151: .*The public DSS was retired/,
  },
  {
    args: ["local", "import", "missing", "--data-dir", "store"],
    status: 9,
    says: /'missing' does not exist/,
  },
  {
    args: ["local", "info", "--data-dir", "store"],
    status: 9,
    says: /there is no embedded store in 'store'/,
  },
  {
    args: ["local", "reset", "--data-dir", "store"],
    status: 2,
    says: /Add --yes to do it/,
  },
  {
    args: ["local", "serve", "--port", "65536"],
    status: 2,
    says: /--port must be 65535 or less, not '65536'/,
  },
];

for (const { args, status, says, files = {} } of CASES) {
  Deno.test(`hca ${args.join(" ")} exits ${status} with one clear line`, async () => {
    await using sandbox = await Sandbox.create();
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(sandbox.work, name), text);
    }
    const result = await sandbox.run(args);
    assert.equal(result.status, status, result.err);
    assert.equal(result.out, "");
    assert.match(result.err, /^hca[^\n]*: error: [^\n]*\n$/);
    assert.match(result.err, says);
    assert.deepEqual(await sandbox.files(), Object.keys(files));
    assert.deepEqual(await sandbox.files(join(sandbox.directory, "home")), []);
  });
}

Deno.test("hca dss get-bundle of an unknown uuid exits 5 and names what the service said", async () => {
  await using store = await SampleStore.create();
  await using sandbox = await Sandbox.create(store.directory);
  const { status, err } = await sandbox.run([
    ...["--log-level", "ERROR", "dss", "get-bundle", "--replica", "aws"],
    ...["--uuid", UUID],
  ]);
  assert.equal(status, 5);
  assert.match(
    err,
    /^hca dss get-bundle: error: not_found: Cannot find bundle! \(HTTP 404, request [^\n]*\n$/,
  );
});

Deno.test("hca dss download into a directory that cannot be written exits 9 with one clear line", async () => {
  await using store = await SampleStore.create();
  await using sandbox = await Sandbox.create(store.directory);
  const bundle = await firstBundle(sandbox);
  const target = await unwritableDirectory(sandbox);
  const { status, err } = await sandbox.run([
    ...["--log-level", "ERROR", "dss", "download", "--replica", "aws"],
    ...["--bundle-uuid", bundle.uuid, "--download-dir", target],
  ]);
  assert.equal(status, 9, err);
  assert.match(
    err,
    /^hca dss download: error: cannot make the directory [^\n]*: a part of the path is not a directory\n$/,
  );
});

Deno.test("hca --log-level DEBUG adds requests and the stack, and no signature", async () => {
  await using store = await SampleStore.create();
  await using sandbox = await Sandbox.create(store.directory);
  const { files: [file] } = await firstBundle(sandbox);
  assert.ok(file);
  const good = await sandbox.run([
    ...["--log-level", "DEBUG", "dss", "get-file", "--replica", "aws"],
    ...["--uuid", file.uuid],
  ]);
  assert.match(good.err, /hca: debug: GET \S+\/v1\/files\/\S+ answered 302/);
  assert.match(good.err, /hca: debug: GET \S+Signature=\*\*\* answered 200/);
  const bad = await sandbox.run([
    ...["--log-level", "DEBUG", "dss", "get-bundle", "--replica", "aws"],
    ...["--uuid", UUID],
  ]);
  assert.match(bad.err, /\n\s+at /);
});

Deno.test({
  name:
    "hca dss create-version exits 9 with one line when standard output is on a full disk",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using sandbox = await Sandbox.create();
    const child = new Deno.Command("sh", {
      args: ["-c", 'exec "$@" >/dev/full', "sh"]
        .concat(programWords(), ["dss", "create-version"]),
      cwd: join(sandbox.directory, "work"),
      env: sandbox.environment,
    });
    const { code, stderr } = await child.output();
    assert.match(
      new TextDecoder().decode(stderr),
      /^hca dss create-version: error: cannot write to standard output: no space left [^\n]*\n$/,
    );
    assert.equal(code, 9);
  },
});

for (const words of [["repl"], ["dss", "login", "--access-token", "-"]]) {
  const name = ["hca", ...words].join(" ");
  Deno.test({
    name: `${name} exits 9 with one line when standard input is a directory`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      await using sandbox = await Sandbox.create();
      const child = new Deno.Command("sh", {
        args: ["-c", 'exec "$@" <.', "sh", ...programWords(), ...words],
        cwd: join(sandbox.directory, "work"),
        env: sandbox.environment,
      });
      const { code, stderr } = await child.output();
      assert.match(
        new TextDecoder().decode(stderr),
        /^hca[ a-z]*: error: cannot read standard input: it is a directory\n$/,
      );
      assert.equal(code, 9);
    },
  });
}

/** Below a plain file, where not even root can make a directory. */
async function unwritableDirectory(sandbox: Sandbox): Promise<string> {
  const path = join(sandbox.directory, "plain");
  await Deno.writeTextFile(path, "");
  return join(path, "below");
}
