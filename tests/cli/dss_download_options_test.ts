import assert from "node:assert/strict";
import {
  CancelledError,
  type FileSystem,
  type JsonObject,
} from "../../src/base/mod.ts";
import { Context } from "../../src/commands/context.ts";
import { downloadSettings } from "../../src/commands/dss/transfer_options.ts";
import { parseArguments } from "../../src/commands/parse_arguments.ts";
import type { DownloadSettings } from "../../src/commands/transfer/run_download.ts";
import { tokenizeArguments } from "../../src/platform/mod.ts";
import { sampleBundles } from "../../src/server/sample/mod.ts";
import {
  namesBelow,
  type RunResult,
  TestEnvironment,
} from "../support/test_environment.ts";
import { findLine } from "./_table.ts";

const KIDNEY = "7d76a71c-ae4c-48bd-8b1e-19387da4dc66";
const LINE = `hca dss download --replica aws --bundle-uuid ${KIDNEY}`;

let hca: TestEnvironment;

Deno.test.beforeAll(async () => {
  hca = await TestEnvironment.create();
  await hca.addSamples();
});

Deno.test.afterAll(() => hca[Symbol.asyncDispose]());

const bundle = sampleBundles({ readsPerFile: 50 })
  .find(({ uuid }) => uuid === KIDNEY);
assert.ok(bundle !== undefined, "the samples have other uuids");
// The service's own description of the bundle is one more.
const COUNT = bundle.files.length + 1;

/** A world with an empty current directory and the samples. */
async function world(): Promise<TestEnvironment> {
  const own = await TestEnvironment.create();
  own.variables.set("HCA_LOCAL_DIR", hca.dataDir);
  return own;
}

/** What a line says of how to download. */
async function settingsOf(options: string): Promise<DownloadSettings> {
  const { command, rest } = await findLine(`${LINE} ${options}`);
  const values = parseArguments(command, rest, tokenizeArguments);
  using context = new Context(hca.environment, {
    logLevel: "INFO",
    logFormat: "text",
    swaggerUrl: undefined,
  });
  return downloadSettings(values, context);
}

Deno.test("downloadSettings of a line without options", async () => {
  const { transfer, ...rest } = await settingsOf("");
  const { signal, ...options } = transfer;
  assert.equal(signal, hca.controller.signal);
  assert.deepEqual(options, {
    downloadDir: "",
    jobs: 16,
    segments: "auto",
    limitBytesPerSecond: undefined,
    resume: { retries: 10, minDelayMs: 250 },
    verify: false,
    force: false,
    failFast: false,
    dryRun: false,
  });
  assert.deepEqual(rest, {
    connection: {
      http2: false,
      timeouts: { connectMs: 20_000, firstByteMs: 40_000, idleMs: 40_000 },
    },
    progress: "auto",
    isQuiet: false,
    reportPath: undefined,
  });
});

Deno.test("downloadSettings of a line with every option", async () => {
  const { transfer, ...rest } = await settingsOf(
    "--download-dir d --jobs 3 --segments 8 --limit-rate 10M --verify " +
      "--force --fail-fast --dry-run --progress json --report r.json " +
      "--num-retries 2 --min-delay-seconds 1.5 --connect-timeout 5 " +
      "--idle-timeout 0.5 --low-speed 1KiB --http2",
  );
  const { signal: _, ...options } = transfer;
  assert.deepEqual(options, {
    downloadDir: "d",
    jobs: 3,
    segments: 8,
    limitBytesPerSecond: 10 * 1024 * 1024,
    resume: { retries: 2, minDelayMs: 1500 },
    verify: true,
    force: true,
    failFast: true,
    dryRun: true,
  });
  assert.deepEqual(rest, {
    connection: {
      http2: true,
      timeouts: {
        connectMs: 5000,
        firstByteMs: 500,
        idleMs: 500,
        lowSpeed: { bytesPerSecond: 1024, windowMs: 30_000 },
      },
    },
    progress: "json",
    isQuiet: false,
    reportPath: "r.json",
  });
});

/** Options that are refused, and what is said. */
const REFUSED: [options: string, message: string][] = [
  [
    "--keep-going --fail-fast",
    "--keep-going and --fail-fast are mutually exclusive options",
  ],
  [
    "--quiet --progress bar",
    "--quiet and --progress bar are mutually exclusive options",
  ],
  ["--segments 0", "--segments takes auto or a number from 1 to 64, not '0'"],
  ["--segments 65", "--segments takes auto or a number from 1 to 64, not '65'"],
  [
    "--segments all",
    "--segments takes auto or a number from 1 to 64, not 'all'",
  ],
  [
    "--limit-rate 10MB",
    "--limit-rate takes bytes per second such as 500K, 10M or 1.5MiB, not " +
    "'10MB'",
  ],
  ["--report=", "--report is empty"],
  ["--jobs 0", "--jobs must be 1 or more, not '0'"],
  [
    "--progress dots",
    "--progress must be one of auto, bar, lines, json, none, not 'dots'",
  ],
  ["--idle-timeout 0", "--idle-timeout must be 0.001 or more, not '0'"],
];

for (const [options, message] of REFUSED) {
  Deno.test(`${LINE} ${options}: exit 2`, async () => {
    await using own = await world();
    const { status, err } = await own.runLine(`${LINE} ${options}`);
    assert.equal(
      err,
      `hca dss download: error: ${message}. See 'hca dss download --help'.\n`,
    );
    assert.equal(status, 2);
    assert.deepEqual(namesBelow(own.path()), []);
  });
}

/** Where each line of standard error is JSON. */
function objects({ err }: RunResult): JsonObject[] {
  return err.trimEnd().split("\n").map((line) => JSON.parse(line));
}

Deno.test(`${LINE} --progress json writes nothing but objects, 'finished' last`, async () => {
  await using own = await world();
  const result = await own.runLine(`${LINE} --progress json`);
  assert.equal(result.status, 0, result.err);
  const events = objects(result).filter(({ event }) => event !== undefined);
  assert.equal(events[0]?.event, "started");
  assert.equal(events.filter(({ event }) => event === "fetched").length, COUNT);
  assert.equal(objects(result).at(-1)?.event, "finished");
  assert.equal((events.at(-1)?.totals as JsonObject).fetched, COUNT);
});

Deno.test(`${LINE} --progress json ends with the error if there is one`, async () => {
  await using own = await world();
  const result = await own.runLine(
    `${LINE} --progress json --version 2001-01-01T000000.000000Z`,
  );
  assert.equal(result.status, 5);
  const last = objects(result).at(-1);
  assert.equal(last?.level, "ERROR");
  assert.equal((last?.error as JsonObject).class, "NotFoundError");
  assert.equal((last?.error as JsonObject).exit, 5);
});

Deno.test(`${LINE} --quiet says nothing when all is well, and the error when not`, async () => {
  await using own = await world();
  const good = await own.runLine(`${LINE} --quiet --download-dir good`);
  assert.deepEqual([good.status, good.out, good.err], [0, "", ""]);
  const bad = await own.runLine(
    `${LINE} --quiet --version 2001-01-01T000000.000000Z`,
  );
  assert.equal(bad.status, 5);
  assert.match(bad.err, /^hca dss download: error: not_found: .*\n$/);
});

Deno.test(`${LINE} --dry-run says what there is to do and does nothing`, async () => {
  await using own = await world();
  const { status, out, err } = await own.runLine(`${LINE} --dry-run`);
  assert.equal(status, 0, err);
  const lines = out.trimEnd().split("\n");
  assert.equal(lines.length, 4);
  assert.match(lines[0] ?? "", new RegExp(`^in all: ${COUNT} files, .*iB$`));
  assert.match(lines[1] ?? "", /^there already: 0 files, 0 B$/);
  assert.match(lines[2] ?? "", new RegExp(`^to fetch: ${COUNT} files, .*iB$`));
  assert.match(lines[3] ?? "", /^free space: .*iB, enough$/);
  assert.deepEqual(namesBelow(own.path()), []);
  await own.runLine(`${LINE}`);
  const again = await own.runLine(`${LINE} --dry-run`);
  assert.match(again.out, /^to fetch: 0 files, 0 B$/m);
});

Deno.test(`${LINE} --dry-run where there is no room: exit 9`, async () => {
  await using own = await world();
  own.runtime.files = {
    ...own.runtime.files,
    freeBytes: () => Promise.resolve(1000),
  } satisfies FileSystem;
  const { status, out, err } = await own.runLine(`${LINE} --dry-run`);
  assert.equal(status, 9);
  assert.match(out, /^free space: 1000 B, not enough$/m);
  assert.match(err, /^hca dss download: error: .*are needed and only 1000 B/m);
  assert.deepEqual(namesBelow(own.path()), []);
});

Deno.test(`${LINE} --report r.json names each file`, async () => {
  await using own = await world();
  await own.runLine(`${LINE} --report first.json`);
  const { status } = await own.runLine(`${LINE} --report r.json`);
  assert.equal(status, 0);
  const read = async (name: string) =>
    JSON.parse(await Deno.readTextFile(own.path(name))) as {
      command: string;
      files: { result: string; path: string; targets: string[] }[];
    } & JsonObject;
  const first = await read("first.json");
  const second = await read("r.json");
  assert.equal(first.command, "hca dss download");
  assert.equal(first.result, "done");
  assert.equal(first.files.length, COUNT);
  assert.ok(first.files.every(({ result }) => result === "fetched"));
  assert.ok(second.files.every(({ result }) => result === "present"));
  for (const { path, targets } of first.files) {
    for (const place of [path, ...targets]) {
      assert.ok((await Deno.stat(own.path(place))).isFile, place);
    }
  }
});

Deno.test(`${LINE} --report of a run that failed says why`, async () => {
  await using own = await world();
  const { status } = await own.runLine(
    `${LINE} --report r.json --version 2001-01-01T000000.000000Z`,
  );
  assert.equal(status, 5);
  const report = JSON.parse(await Deno.readTextFile(own.path("r.json")));
  assert.deepEqual(
    [report.result, report.exit, report.error.class, report.files],
    ["failed", 5, "NotFoundError", []],
  );
  assert.deepEqual(namesBelow(own.path()), ["r.json"]);
});

Deno.test(`${LINE} --report into nowhere downloads nothing`, async () => {
  await using own = await world();
  const { status, err } = await own.runLine(`${LINE} --report a/r.json`);
  assert.equal(status, 9);
  assert.match(
    err,
    /^hca dss download: error: cannot write 'a\/r\.json': there is no directory 'a'$/m,
  );
  assert.deepEqual(namesBelow(own.path()), []);
});

for (
  const [signalName, expected] of [["SIGINT", 130], ["SIGHUP", 129]] as const
) {
  Deno.test(`${LINE} ended by ${signalName} says how to go on, and goes on`, async () => {
    await using own = await world();
    const { terminal, controller } = own;
    const write = terminal.err.bind(terminal);
    terminal.err = (text) => {
      write(text);
      if (!text.startsWith('{"event": "fetched"')) return;
      controller.abort(new CancelledError("interrupted", { signalName }));
    };
    // Slow enough that the first event is seen long before the last file.
    const stopped = await own.runLine(
      `${LINE} --jobs 1 --limit-rate 300K --progress json --report r.json`,
    );
    assert.equal(stopped.status, expected, stopped.err);
    const last = objects(stopped).at(-1);
    assert.deepEqual(last?.error, {
      class: "CancelledError",
      code: "cancelled",
      message: "interrupted",
      hint: "Run the same command again to go on from here.",
      exit: expected,
    });
    const report = JSON.parse(await Deno.readTextFile(own.path("r.json")));
    assert.deepEqual([report.result, report.exit], ["cancelled", expected]);
    const done = report.files.length;
    assert.ok(done > 0 && done < COUNT, `${done} files`);

    own.controller = new AbortController();
    terminal.err = write;
    const { status, err } = await own.runLine(LINE);
    assert.equal(status, 0, err);
    const present = /, (\d+) there already\)/.exec(err)?.[1];
    assert.ok(Number(present) >= done, err);
    assert.match(err, new RegExp(`^hca: done: ${COUNT} files `, "m"));
  });
}

Deno.test(`${LINE} --http2 opens the network that speaks it, and closes it`, async () => {
  await using own = await world();
  const asked: string[] = [];
  own.openFetch = ({ http2 }) => {
    asked.push(`opened with ${http2}`);
    const fetch = () => Promise.reject(new TypeError("nothing answers"));
    return Object.assign(fetch, {
      [Symbol.dispose]: () => void asked.push("closed"),
    });
  };
  const url = "--swagger-url http://127.0.0.1:9/v1/swagger.json";
  const quick = "--connect-timeout 0.1 --idle-timeout 0.1";
  const { status } = await own.runLine(`${LINE} --http2 ${quick} ${url}`);
  assert.equal(status, 6);
  assert.deepEqual(asked, ["opened with true", "closed"]);
  asked.length = 0;
  await own.runLine(`${LINE} ${quick} ${url}`);
  assert.deepEqual(asked, []);
  assert.ok(own.refusedRequests.length > 0);
});
