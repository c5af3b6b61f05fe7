import assert from "node:assert/strict";
import type { LogLevel } from "../../src/base/mod.ts";
import { createPrinter } from "../../src/commands/transfer/transfer_printer.ts";
import type { TransferEvent } from "../../src/transfer/mod.ts";
import {
  content,
  DONE,
  failed,
  fetched,
  FINISHED,
  MIB,
  printerCase,
  progress,
  STARTED,
  totals,
} from "./_transfer_events.ts";

const SUMMARY = "hca: done: 18 files (17 fetched, 1 there already), " +
  "3.2 MiB in 0.4 s (8.0 MiB/s), 0 retried, 0 failed\n";

/** Ten thousand files and what else happens on the way. */
const MANY: TransferEvent[] = [
  STARTED,
  ...Array.from({ length: 10_000 }, (_, at) => fetched(at)),
  { type: "present", ...content(1), path: ".hca/1" },
  { type: "retried", name: "file-1.json", reason: "cut short", tries: 1 },
  progress({ fetched: 17 }),
  FINISHED,
];

for (const mode of ["lines", "none"] as const) {
  Deno.test(`createPrinter('${mode}') has no line for a file but at DEBUG`, async () => {
    await using given = await printerCase();
    const printer = createPrinter(given.context, mode);
    for (const event of MANY) printer.show(event);
    printer.end();
    const start = "hca: 17 of 18 files to fetch, 3.0 MiB\n";
    assert.equal(given.written(), (mode === "lines" ? start : "") + SUMMARY);

    await using debug = await printerCase({ logLevel: "DEBUG" });
    const talking = createPrinter(debug.context, mode);
    for (const event of MANY.slice(0, 2)) talking.show(event);
    for (const event of MANY.slice(-4, -2)) talking.show(event);
    assert.equal(
      debug.written().replace(start, ""),
      "hca: debug: file-0.json, 0 B: fetched and verified\n" +
        "hca: debug: file-1.json, 1 B: there already, at .hca/1\n" +
        "hca: debug: file-1.json: trying again after cut short\n",
    );
  });

  Deno.test(`createPrinter('${mode}') tells warnings and failures at once`, async () => {
    await using given = await printerCase();
    const printer = createPrinter(given.context, mode);
    printer.show({ type: "warning", message: "files are copied" });
    printer.show(failed(3, "a\x1b[2Jb"));
    assert.equal(
      given.written(),
      "hca: warning: files are copied\n" +
        "hca: warning: file-3.json: failed: a\\u{1b}[2Jb\n",
    );
  });

  Deno.test(`createPrinter('${mode}') names no more than 1000 failures`, async () => {
    await using given = await printerCase();
    const printer = createPrinter(given.context, mode);
    for (let at = 0; at < 3000; at++) printer.show(failed(at));
    const lines = given.written().trimEnd().split("\n");
    assert.equal(lines.length, 1001);
    assert.match(lines[999] ?? "", /file-999\.json: failed/);
    assert.match(lines[1000] ?? "", /more files failed; they are only counted/);
  });
}

/** Ends of a transfer, and the line that says so. */
const ENDS: [events: TransferEvent[], line: string][] = [
  [[STARTED, FINISHED], SUMMARY],
  [
    [
      STARTED,
      { ...FINISHED, totals: { ...DONE, fetched: 15, failed: 2, retried: 3 } },
    ],
    "hca: ended: 16 of 18 files (15 fetched, 1 there already), 3.2 MiB in " +
    "0.4 s (8.0 MiB/s), 3 retried, 2 failed\n",
  ],
  [
    [STARTED, progress({ present: 1, receivedBytes: 100, elapsedMs: 61_000 })],
    "hca: stopped: 1 of 18 files (0 fetched, 1 there already), 100 B in " +
    "1 min 1 s (2 B/s), 0 retried, 0 failed\n",
  ],
  [
    [
      STARTED,
      {
        type: "finished",
        totals: totals({ contents: 1, present: 1, resumedBytes: 1024 }),
        failures: [],
      },
    ],
    "hca: done: 1 file (0 fetched, 1 there already), 0 B in 0.0 s, " +
    "1.0 KiB taken over from an earlier run, 0 retried, 0 failed\n",
  ],
  [
    // The plan of a manifest does not know how many files a bundle has.
    [
      STARTED,
      {
        type: "finished",
        totals: totals({ contents: 3, fetched: 25, failed: 1 }),
        failures: [],
      },
    ],
    "hca: ended: 25 of 26 files (25 fetched, 0 there already), 0 B in 0.0 s, " +
    "0 retried, 1 failed\n",
  ],
  [[], ""],
];

for (const [events, line] of ENDS) {
  Deno.test(`createPrinter sums up: ${line.trimEnd() || "nothing"}`, async () => {
    await using given = await printerCase();
    const printer = createPrinter(given.context, "none");
    for (const event of events) printer.show(event);
    assert.equal(given.written(), "");
    printer.end();
    assert.equal(given.written(), line);
  });
}

Deno.test("createPrinter sums up below what is said of a manifest", async () => {
  await using given = await printerCase();
  const printer = createPrinter(given.context, "lines");
  printer.show(FINISHED);
  printer.show({ type: "manifest", path: "m.tsv" });
  printer.end();
  const [first, second] = given.written().split("\n");
  assert.match(first ?? "", /^hca: rewrote manifest m\.tsv/);
  assert.match(second ?? "", /^hca: done: /);
});

Deno.test("LinesPrinter writes the rate of the last minute", async () => {
  await using given = await printerCase();
  const printer = createPrinter(given.context, "lines");
  assert.equal(printer.tickMs, 60_000);
  printer.tick?.();
  printer.show(STARTED);
  given.written();
  // 1 MiB was there, 60 KiB arrive: 1 KiB a second.
  await given.clock.advance(60_000);
  printer.show(progress({ fetched: 1, receivedBytes: 60 * 1024 }));
  printer.tick?.();
  assert.equal(
    given.written(),
    "hca: 1 of 18 files, 1.1 MiB of 4.0 MiB (26 %), 1.0 KiB/s, 50:12 left\n",
  );
  await given.clock.advance(60_000);
  printer.tick?.();
  assert.equal(
    given.written(),
    "hca: 1 of 18 files, 1.1 MiB of 4.0 MiB (26 %), 0 B/s\n",
  );
});

/** What the machine is, and whether `auto` draws on it. */
const MACHINES: [
  isTerminal: boolean,
  logLevel: LogLevel,
  logFormat: "text" | "json",
  term: string,
  isDrawn: boolean,
][] = [
  [true, "INFO", "text", "xterm", true],
  [true, "INFO", "text", "dumb", false],
  [false, "INFO", "text", "xterm", false],
  [true, "DEBUG", "text", "xterm", false],
  [true, "WARNING", "text", "xterm", false],
  [true, "INFO", "json", "xterm", false],
];

for (const [isTerminal, logLevel, logFormat, term, isDrawn] of MACHINES) {
  Deno.test(`createPrinter('auto') with ${isTerminal ? "a" : "no"} terminal ${term}, ${logLevel}, ${logFormat}: ${isDrawn ? "bar" : "lines"}`, async () => {
    await using given = await printerCase({ logLevel, logFormat });
    given.hca.terminal.errIsTerminal = isTerminal;
    given.hca.variables.set("TERM", term);
    const printer = createPrinter(given.context, "auto");
    printer.show(STARTED);
    assert.equal(given.written().startsWith("\r"), isDrawn);
    assert.equal(printer.tickMs, isDrawn ? 500 : 60_000);
  });
}

Deno.test("BarPrinter redraws at most ten times a second", async () => {
  await using given = await printerCase();
  const printer = createPrinter(given.context, "bar");
  printer.show(STARTED);
  let frames = 0;
  for (let step = 0; step < 100; step++) {
    await given.clock.advance(10);
    printer.show(progress({ receivedBytes: step }));
    printer.tick?.();
    frames += given.written().includes("\r") ? 1 : 0;
  }
  // The first one is that of the start.
  assert.equal(frames, 11);
});

Deno.test("BarPrinter asks for the size of the window each time", async () => {
  await using given = await printerCase();
  const { terminal } = given.hca;
  given.hca.variables.set("NO_COLOR", "1");
  const printer = createPrinter(given.context, "bar");
  const active = [1, 2, 3, 4, 5].map((at) => ({
    name: `a\x1b[2J${at}`,
    sizeBytes: 100,
    doneBytes: at,
    bytesPerSecond: at,
  }));
  const draw = async (columns: number, rows: number) => {
    await given.clock.advance(100);
    terminal.width = columns;
    terminal.height = rows;
    printer.show({ type: "progress", totals: totals(), active });
    return given.written();
  };
  assert.equal((await draw(80, 24)).split("\n").length, 5);
  assert.equal((await draw(80, 7)).split("\n").length, 3);
  const narrow = await draw(20, 1);
  assert.equal(narrow.split("\n").length, 1);
  // The lines before were broken into several by the narrow window.
  assert.ok(narrow.startsWith("\r\x1b["));
  assert.ok(!narrow.includes("\x1b[2J"));
});

Deno.test("BarPrinter clears before a message, and for good at the end", async () => {
  await using given = await printerCase();
  const printer = createPrinter(given.context, "bar");
  printer.show(STARTED);
  given.written();
  given.context.log("INFO", "waiting 30 s");
  assert.equal(given.written(), "\r\x1b[Jhca: waiting 30 s\n");
  // Nothing is there to be cleared.
  printer.show({ type: "warning", message: "copied" });
  assert.equal(given.written(), "hca: warning: copied\n");
  await given.clock.advance(100);
  printer.tick?.();
  given.written();
  printer.show(FINISHED);
  printer.end();
  assert.equal(given.written(), `\r\x1b[J${SUMMARY}`);
  await given.clock.advance(500);
  printer.tick?.();
  given.context.log("INFO", "later");
  assert.equal(given.written(), "hca: later\n");
});

Deno.test("BarPrinter counts failures and leaves their names to the end", async () => {
  await using given = await printerCase();
  given.hca.terminal.width = 120;
  given.hca.variables.set("NO_COLOR", "1");
  const printer = createPrinter(given.context, "bar");
  printer.show(failed(1));
  assert.equal(given.written(), "");
  printer.show(progress({ failed: 1 }));
  assert.match(given.written(), /0\/18 files {2}1 failed/);
});

Deno.test("BarPrinter begins anew below what was written while it was stopped", async () => {
  await using given = await printerCase();
  const printer = createPrinter(given.context, "bar");
  const active = [{
    name: "a",
    sizeBytes: 1,
    doneBytes: 0,
    bytesPerSecond: 0,
  }];
  const drawn = { type: "progress" as const, totals: totals(), active };
  printer.show(drawn);
  await given.clock.advance(500);
  given.written();
  printer.tick?.();
  assert.ok(given.written().startsWith("\r\x1b[1A"));
  await given.clock.advance(600_000);
  printer.tick?.();
  assert.ok(given.written().startsWith("\r["));
});

Deno.test("BarPrinter is colourless with NO_COLOR", async () => {
  for (const noColor of ["1", ""]) {
    await using given = await printerCase();
    given.hca.variables.set("NO_COLOR", noColor);
    const printer = createPrinter(given.context, "bar");
    printer.show(progress({ fetched: 9, doneBytes: 2 * MIB, failed: 1 }));
    // An empty one counts as not set (no-color.org).
    assert.equal(given.written().includes("\x1b[3"), noColor === "");
  }
});

/** The lines of standard error, each of them JSON. */
function objects(text: string): Record<string, unknown>[] {
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

const TOTALS = {
  files: 18,
  size: 4 * MIB,
  fetched: 0,
  present: 0,
  failed: 0,
  retried: 0,
  done_bytes: 0,
  received_bytes: 0,
  resumed_bytes: 0,
  seconds: 0,
};

Deno.test("JsonPrinter writes each event as one object", async () => {
  await using given = await printerCase({ logFormat: "json" });
  const printer = createPrinter(given.context, "json");
  const active = [{
    name: "é\n",
    sizeBytes: 9,
    doneBytes: 1,
    bytesPerSecond: 2.4,
  }];
  printer.show(STARTED);
  printer.show({ type: "progress", totals: totals(), active });
  printer.show(fetched(7));
  printer.show(failed(8));
  printer.show({ type: "retried", name: "x", reason: "cut", tries: 2 });
  printer.show({ type: "warning", message: "copied" });
  printer.show({ ...FINISHED, totals: totals({ elapsedMs: 1234.5 }) });
  printer.show({ type: "manifest", path: "m.tsv" });
  printer.end();
  const file = {
    sha256: "7".padStart(64, "0"),
    source: "https://dss.test/v1/files/7",
    tries: 1,
    targets: ["bundle/file-7.json"],
  };
  assert.deepEqual(objects(given.written()), [
    {
      event: "started",
      totals: TOTALS,
      needs: { files: 17, size: 3 * MIB, free_bytes: 2 ** 34 },
    },
    {
      event: "progress",
      totals: TOTALS,
      active: [{ name: "é\n", size: 9, done_bytes: 1, bytes_per_second: 2 }],
    },
    {
      event: "fetched",
      name: "file-7.json",
      size: 7,
      ...file,
      result: "fetched",
      path: ".hca/7",
    },
    {
      event: "failed",
      name: "file-8.json",
      size: 8,
      sha256: "8".padStart(64, "0"),
      source: "https://dss.test/v1/files/8",
      tries: 1,
      targets: ["bundle/file-8.json"],
      result: "failed",
      path: null,
      error: {
        class: "IntegrityError",
        code: "integrity",
        message: "other bytes",
        hint: null,
        exit: 8,
      },
    },
    { event: "retried", name: "x", reason: "cut", tries: 2 },
    { event: "warning", message: "copied" },
    { event: "manifest", path: "m.tsv" },
    { event: "finished", totals: { ...TOTALS, seconds: 1.235 } },
  ]);
});

Deno.test("JsonPrinter writes progress once a second", async () => {
  await using given = await printerCase();
  const printer = createPrinter(given.context, "json");
  for (let step = 0; step < 46; step++) {
    printer.show(progress({ receivedBytes: step }));
    await given.clock.advance(100);
  }
  assert.equal(objects(given.written()).length, 5);
});
