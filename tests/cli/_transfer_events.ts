import { Context } from "../../src/commands/context.ts";
import { IntegrityError } from "../../src/base/mod.ts";
import type {
  ContentResult,
  TransferEvent,
  TransferTotals,
} from "../../src/transfer/mod.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { TestEnvironment } from "../support/test_environment.ts";

export const MIB = 2 ** 20;

/** Where a transfer of 18 files stands at its start. */
export function totals(change: Partial<TransferTotals> = {}): TransferTotals {
  return {
    contents: 18,
    sizeBytes: 4 * MIB,
    fetched: 0,
    present: 0,
    failed: 0,
    retried: 0,
    doneBytes: 0,
    receivedBytes: 0,
    resumedBytes: 0,
    elapsedMs: 0,
    ...change,
  };
}

/** 17 files of 3 MiB are to be fetched. */
export const STARTED: TransferEvent = {
  type: "started",
  totals: totals(),
  needs: { contents: 17, sizeBytes: 3 * MIB, freeBytes: 2 ** 34 },
};

export const DONE = totals({
  fetched: 17,
  present: 1,
  doneBytes: 4 * MIB,
  receivedBytes: 3.2 * MIB,
  elapsedMs: 400,
});

export const FINISHED: Extract<TransferEvent, { type: "finished" }> = {
  type: "finished",
  totals: DONE,
  failures: [],
};

/** One content by its number. */
export function content(at: number): ContentResult {
  return {
    name: `file-${at}.json`,
    sha256: at.toString(16).padStart(64, "0"),
    sizeBytes: at,
    source: `https://dss.test/v1/files/${at}`,
    tries: 1,
    targets: [`bundle/file-${at}.json`],
  };
}

export function fetched(at: number): TransferEvent {
  return { type: "fetched", ...content(at), path: `.hca/${at}` };
}

export function failed(at: number, why = "other bytes"): TransferEvent {
  return { type: "failed", ...content(at), error: new IntegrityError(why) };
}

export function progress(change: Partial<TransferTotals>): TransferEvent {
  return { type: "progress", totals: totals(change), active: [] };
}

/** A run of the program, up to where a command begins, on a fake clock. */
export interface PrinterCase extends AsyncDisposable {
  hca: TestEnvironment;
  context: Context;
  clock: FakeClock;
  /** What has been written since the last call. */
  written(): string;
}

export async function printerCase(
  settings: Partial<Context["settings"]> = {},
): Promise<PrinterCase> {
  const own = new AsyncDisposableStack();
  const hca = own.use(await TestEnvironment.create());
  const clock = new FakeClock();
  hca.runtime.clock = clock;
  const context = own.use(
    new Context(hca.environment, {
      logLevel: "INFO",
      logFormat: "text",
      swaggerUrl: undefined,
      ...settings,
    }),
  );
  return {
    hca,
    context,
    clock,
    written() {
      const text = hca.terminal.errText;
      hca.terminal.clear();
      return text;
    },
    [Symbol.asyncDispose]: () => own.disposeAsync(),
  };
}
