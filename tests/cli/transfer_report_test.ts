import assert from "node:assert/strict";
import {
  CancelledError,
  type FileSystem,
  LocalError,
  PartialError,
} from "../../src/base/mod.ts";
import { ReportFile } from "../../src/commands/transfer/report_file.ts";
import { namesBelow } from "../support/test_environment.ts";
import {
  DONE,
  failed,
  fetched,
  FINISHED,
  MIB,
  type PrinterCase,
  printerCase,
  progress,
  STARTED,
} from "./_transfer_events.ts";

const open = ({ context }: PrinterCase, path = "report.json") =>
  ReportFile.open(context, path, "hca dss download");

async function parsed(given: PrinterCase): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(given.hca.path("report.json")));
}

Deno.test("ReportFile says all of a transfer that went well", async () => {
  await using given = await printerCase();
  const report = await open(given);
  for (const event of [STARTED, fetched(1), fetched(2), FINISHED]) {
    await report.add(event);
  }
  await given.clock.advance(1500);
  await report.finish(undefined);
  const file = (at: number) => ({
    name: `file-${at}.json`,
    sha256: String(at).padStart(64, "0"),
    size: at,
    source: `https://dss.test/v1/files/${at}`,
    tries: 1,
    result: "fetched",
    path: `.hca/${at}`,
    targets: [`bundle/file-${at}.json`],
  });
  assert.deepEqual(await parsed(given), {
    version: 1,
    command: "hca dss download",
    hca_version: "1.2.3",
    started_at: "2020-01-01T00:00:00.000Z",
    files: [file(1), file(2)],
    needs: { files: 17, size: 3 * MIB, free_bytes: 2 ** 34 },
    totals: {
      files: 18,
      size: 4 * MIB,
      fetched: 17,
      present: 1,
      failed: 0,
      retried: 0,
      done_bytes: 4 * MIB,
      received_bytes: DONE.receivedBytes,
      resumed_bytes: 0,
      seconds: 0.4,
    },
    finished_at: "2020-01-01T00:00:01.500Z",
    result: "done",
    exit: 0,
    error: null,
  });
  assert.deepEqual(namesBelow(given.hca.path()), ["report.json"]);
});

/** What ends a transfer, and what the report says of it. */
const ENDS: [error: unknown, result: string, exit: number][] = [
  [new PartialError("1 of 18 files failed", []), "partial", 3],
  [
    new CancelledError("interrupted", { signalName: "SIGINT" }),
    "cancelled",
    130,
  ],
  [
    new CancelledError("interrupted", { signalName: "SIGHUP" }),
    "cancelled",
    129,
  ],
  [new LocalError("no space left"), "failed", 9],
  [new TypeError("a bug"), "failed", 1],
];

for (const [error, result, exit] of ENDS) {
  Deno.test(`ReportFile of a transfer that ends with ${exit} says '${result}'`, async () => {
    await using given = await printerCase();
    const report = await open(given);
    await report.add(STARTED);
    await report.add(failed(5));
    await report.add(progress({ failed: 1 }));
    await report.finish(error);
    const text = await parsed(given);
    const { error: told, files, totals } = text as {
      error: Record<string, unknown>;
      files: { error: unknown; result: string }[];
      totals: { failed: number };
    };
    assert.deepEqual([text.result, text.exit], [result, exit]);
    assert.equal(told.message, (error as Error).message);
    assert.equal(told.exit, exit);
    assert.ok(!("failures" in told));
    assert.equal(totals.failed, 1);
    assert.equal(files[0]?.result, "failed");
    assert.deepEqual(files[0]?.error, {
      class: "IntegrityError",
      code: "integrity",
      message: "other bytes",
      hint: null,
      exit: 8,
    });
  });
}

Deno.test("ReportFile of a transfer that never started has no totals", async () => {
  await using given = await printerCase();
  await (await open(given)).finish(new LocalError("no manifest"));
  const { files, totals, needs } = await parsed(given);
  assert.deepEqual({ files, totals, needs }, {
    files: [],
    totals: null,
    needs: null,
  });
});

/** Places where no report can be. */
const PLACES: [path: string, why: RegExp][] = [
  ["nowhere/report.json", /cannot write 'nowhere\/report\.json': there is no/],
  [".", /cannot write '\.': it is a directory/],
  ["/dev/null", /cannot write '\/dev\/null': it is a device/],
];

for (const [path, why] of PLACES) {
  if (Deno.build.os === "windows" && path.startsWith("/dev/")) continue;
  Deno.test(`ReportFile refuses ${path} before anything happens`, async () => {
    await using given = await printerCase();
    await assert.rejects(open(given, path), (error: unknown) => {
      assert.ok(error instanceof LocalError);
      assert.match(error.message, why);
      return true;
    });
    assert.deepEqual(namesBelow(given.hca.path()), []);
  });
}

Deno.test("ReportFile writes a million files with little in memory", async () => {
  await using given = await printerCase();
  let longest = 0;
  let bytes = 0;
  given.hca.runtime.files = withWrites(given, (chunk) => {
    longest = Math.max(longest, chunk.length);
    bytes += chunk.length;
    return Promise.resolve();
  });
  const report = await open(given);
  // As many as it takes to see: what was written is not kept.
  const count = 20_000;
  for (let at = 0; at < count; at++) await report.add(fetched(at));
  await report.finish(undefined);
  assert.ok(bytes > count * 200);
  assert.ok(longest < 100_000, `${longest} bytes at once`);
});

Deno.test("ReportFile that the disk refuses leaves the old report as it was", async () => {
  await using given = await printerCase();
  await given.hca.write("report.json", "old");
  let writes = 0;
  given.hca.runtime.files = withWrites(given, () => {
    writes++;
    return Promise.reject(new LocalError("no space left"));
  });
  const report = await open(given);
  for (let at = 0; at < 5_000; at++) await report.add(fetched(at));
  // The transfer goes on; the disk is not asked again and again.
  assert.equal(writes, 1);
  await assert.rejects(report.finish(undefined), (error: unknown) => {
    assert.ok(error instanceof LocalError);
    assert.equal(
      error.message,
      "the report 'report.json' is not written: no space left",
    );
    return true;
  });
  assert.deepEqual(namesBelow(given.hca.path()), ["report.json"]);
  assert.equal(await Deno.readTextFile(given.hca.path("report.json")), "old");
});

/** The files of a case, whose writes go through `onWrite`. */
function withWrites(
  { hca }: PrinterCase,
  onWrite: (chunk: Uint8Array) => Promise<void>,
): FileSystem {
  const real = hca.runtime.files;
  return {
    ...real,
    async create(path, options) {
      const file = await real.create(path, options);
      const { reset, sync, close } = file;
      return {
        reset: reset.bind(file),
        sync: sync.bind(file),
        close: close.bind(file),
        write: onWrite,
      };
    },
  };
}

Deno.test("ReportFile removes what a killed run left beside it, a week later", async () => {
  await using given = await printerCase();
  const left = given.hca.path(".hca-k3x.part");
  await Deno.writeTextFile(left, "{");
  const time = new Date(Date.now() - 8 * 24 * 3_600_000);
  await Deno.utime(left, time, time);
  await (await open(given)).finish(undefined);
  await parsed(given);
  await assert.rejects(Deno.lstat(left), Deno.errors.NotFound);
});
