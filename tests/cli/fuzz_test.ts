import assert from "node:assert/strict";
import {
  type FileSystem,
  isPrintable,
  LocalError,
  type Runtime,
} from "../../src/base/mod.ts";
import { EXIT_CODES } from "../../src/commands/exit_codes.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { randomRuns } from "../support/random_runs.ts";
import { seeded } from "../support/seeded.ts";
import { TestEnvironment } from "../support/test_environment.ts";
import { commandsOf } from "./_table.ts";

const RUNS = randomRuns(10_000);
const SEED = 20_190_801;

const GARBAGE = [
  "",
  " ",
  "-",
  "--",
  "---",
  "--=",
  "--=x",
  "-=",
  "-hhh",
  "-1",
  "--1",
  "--__proto__",
  "--__proto__=1",
  "--constructor",
  "constructor",
  "__proto__",
  "toString",
  "--no-help",
  "--help=",
  "help",
  "version",
  "\0",
  "\n",
  "--\n=\n",
  "\x1b[2J",
  "--\x1b]0;title\x07",
  "--replica=\x1b[31maws",
  "\u202egnp.exe",
  "\ud800",
  "\u{1f9ec}",
  "--\u{1f9ec}=\u{1f9ec}",
  "e\u0301",
  "%00%2e%2e",
  "../../etc/passwd",
  "/",
  "{}",
  "[]",
  "[1",
  "null",
  "0",
  "-0",
  "1e999",
  "99999999999999999999",
  "NaN",
  "true",
  "x".repeat(5000),
  "[".repeat(3000),
  "7d76a71c-ae4c-48bd-8b1e-19387da4dc66",
  "2019-08-01T200147.836832Z",
  "https://dss.test/v1/swagger.json",
  "--swagger-url=https://\u0000/",
  "--swagger-url=local",
  "--log-level=DEBUG",
  "--log-format=json",
  "--log-format",
  "--format",
  "--format=json",
  "@",
  "@none.json",
  "@../query.json",
  "--es-query=-",
  "--es-query=@none.json",
  "--output=jsonl",
  "--output-file=/dev/null",
  "--query=[",
  "a=b",
  "=",
  "/bundles/all",
  "//evil.test/",
  "GET",
  "POST",
  "TOKEN",
];

const GROUPS = ["dss", "auth", "local", "config", "completions"];

/** Files that can be looked at and read, and nothing else. */
function readOnly(files: FileSystem): FileSystem {
  const refuse = () =>
    Promise.reject(
      new LocalError("the file system is read-only", { reason: "read_only" }),
    );
  return {
    ...files,
    create: refuse,
    makeDirectory: refuse,
    rename: refuse,
    link: refuse,
    remove: refuse,
    syncDirectory: refuse,
  };
}

/** Every word that means something somewhere. */
async function vocabulary(): Promise<{ names: string[]; flags: string[] }> {
  const commands = (await Promise.all(GROUPS.map(commandsOf))).flat();
  const options = commands.flatMap(({ options = [] }) => options);
  return {
    names: [
      ...new Set(commands.map(({ name }) => name)),
      "api",
      "clear-hca-cache",
      "__complete",
      "help",
    ],
    flags: [
      ...new Set(options.map(({ name }) => `--${name}`)),
      "--help",
      "--version",
      "--log-level",
      "--log-format",
      "--swagger-url",
      "--auth",
      "--no-auth",
      "--field",
      "--json",
      "--service",
      "--word",
      "--shell",
      "-h",
    ],
  };
}

Deno.test(`hca with ${RUNS} lines of nonsense never falls over`, async () => {
  await using hca = await TestEnvironment.create();
  const runtime: Runtime = hca.runtime;
  runtime.files = readOnly(runtime.files);
  runtime.clock = new FakeClock({ skips: (delayMs) => delayMs < 10_000 });
  hca.openDatabase = () => {
    throw new LocalError("cannot open the database", { reason: "read_only" });
  };
  const { names, flags } = await vocabulary();
  const next = seeded(SEED);
  const pick = (words: readonly string[]) =>
    words[Math.floor(next() * words.length)] ?? "";
  const values = ["aws", "gcp", "none", "bundle", "DEBUG", "ERROR", "local"];

  /** A word of one kind or another, sometimes damaged. */
  function word(): string {
    const kind = next();
    if (kind < 0.35) return pick(flags);
    if (kind < 0.45) return `${pick(flags)}=${pick([...values, ...GARBAGE])}`;
    if (kind < 0.5) return pick(flags).slice(0, 3 + Math.floor(next() * 4));
    if (kind < 0.6) return pick(names);
    if (kind < 0.8) return pick(values);
    return pick(GARBAGE);
  }

  function line(): string[] {
    const start = next();
    const head = start < 0.6
      ? ["dss", pick(names)]
      : start < 0.75
      ? [pick(GROUPS.slice(1)), pick(names)]
      : start < 0.85
      ? [pick(names)]
      : [];
    // Most operations want it, and go on to the store with it.
    const replica = next() < 0.2 ? ["--replica=aws"] : [];
    // Short ones are refused less often.
    const length = Math.floor(next() ** 2 * 9);
    if (next() < 0.1) {
      head.unshift("--swagger-url", "https://dss.test/v1/swagger.json");
    }
    return [...head, ...replica, ...Array.from({ length }, word)];
  }

  const statuses = Object.values(EXIT_CODES).map(({ status }) => status);
  const seen = new Map<number, number>();
  for (let run = 0; run < RUNS; run++) {
    const argv = line();
    const shown = JSON.stringify(argv).slice(0, 500);
    hca.terminal.inputText = pick(["", "{}", "[1", "token\n"]);
    if (next() < 0.5) hca.variables.set("HCA_ACCESS_TOKEN", "t0ken");
    else hca.variables.delete("HCA_ACCESS_TOKEN");
    const { status, out, err } = await hca.run(...argv);
    assert.ok(statuses.includes(status), `${shown}: exit ${status}`);
    // 1 would be a fault of our own.
    assert.notEqual(status, EXIT_CODES.bug.status, `${shown}: ${err}`);
    if (!argv.some((text) => text.includes("DEBUG"))) {
      assert.doesNotMatch(err, /^ {4}at /m, shown);
    }
    for (const text of `${out}\n${err}`.split("\n")) {
      // The scripts of the shells have lines of two columns.
      if (argv.includes("__complete") && text.includes("\t")) continue;
      assert.ok(isPrintable(text), `${shown}: ${JSON.stringify(text)}`);
    }
    if (status !== 0) {
      assert.equal(out, "", shown);
      assert.match(err, /^hca[^:]*: error: |^\{"level": "ERROR"/m, shown);
    }
    seen.set(status, (seen.get(status) ?? 0) + 1);
  }
  // Otherwise the lines were not varied enough to mean anything.
  for (const status of [0, 2, 4, 6, 9]) {
    assert.ok(
      (seen.get(status) ?? 0) > RUNS / 1_000,
      `exit ${status} hardly seen`,
    );
  }
});
