/**
 * One run of `hca dss download` against a service that misbehaves, held
 * against what the run must say and leave, and a second one after the
 * service recovered, which must bring everything.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type RunResult, Sandbox } from "../e2e/_program.ts";
import { diskProblems, filesBelow, partsOf } from "./_invariants.ts";
import {
  BUNDLE_UUID,
  type BundleFile,
  FaultyService,
  seededBytes,
} from "./_service.ts";
import { faultTest, type Subject, type SystemNeeds } from "./_suite.ts";

/** Received into memory. */
export const SMALL_BYTES = 64 << 10;
/** Streamed to the disk. */
export const BIG_BYTES = 6 << 20;

const SMALL = seededBytes(SMALL_BYTES, 1);
const BIG = seededBytes(BIG_BYTES, 2);
const OTHER = seededBytes(1000, 3);

// Nothing in the tests needs longer; a program that hangs must not take the
// suite with it.
const HANGS_AFTER_MS = 90_000;

/** What a case has to work with. */
export interface Given {
  sandbox: Sandbox;
  service: FaultyService;
  /** A file that is received into memory. */
  small: BundleFile;
  /** A file that is streamed to the disk. */
  big: BundleFile;
  /** A file that is always well. */
  other: BundleFile;
}

/** How a run is started. */
export interface RunOptions {
  /** Environment variables besides those of the sandbox. */
  environment?: Record<string, string>;
  /** When it is taken to hang, milliseconds. */
  hangsAfterMs?: number;
}

/** How a run ended. */
export interface Outcome extends RunResult {
  /** The error it ended with. */
  error: ShownError | undefined;
  /** How long it took. */
  tookMs: number;
}

/** An error as `--log-format json` shows it. */
export interface ShownError {
  class: string;
  message: string;
  hint: string | null;
  failures?: { name: string; error: ShownError }[];
}

/** A case of the table. */
export interface FaultCase extends Subject, SystemNeeds, RunOptions {
  /** Makes things go wrong. */
  arrange?: (given: Given) => void | Promise<void>;
  /** Options of the run besides the usual ones. */
  args?: readonly string[];
  /** The exit status; default 0. */
  status?: number;
  /** The class of the error; default: none, or PartialError. */
  error?: string;
  /** The files that fail and the class of each one's error. */
  failures?: Record<string, string>;
  /** What the error says, that of the first failed file if there is one. */
  says?: RegExp;
  /**
   * Whether it left the directory as empty as it was: a second run would be
   * a first one.
   */
  leavesNothing?: boolean;
  /** A command that a person would run before trying again. */
  remedy?: readonly string[];
  /** Bytes of contents sent more than once, at most; default none. */
  twiceBytes?: number;
  /** Whatever else must hold after the run. */
  check?: (given: Given, outcome: Outcome) => void | Promise<void>;
}

/** Registers a case as a test. */
export function faultCase(moduleUrl: string, fault: FaultCase): void {
  faultTest(moduleUrl, fault, async (note) => {
    await using given = await createGiven();
    await fault.arrange?.(given);
    const first = await download(given, fault.args, fault);
    checkOutcome(fault, first);
    await checkDisk(given, first, fault.status === undefined);
    await fault.check?.(given, first);
    note(`exit ${first.status}`);
    if (fault.leavesNothing) {
      assert.deepEqual(await filesBelow(given.sandbox.work), []);
    } else if (first.status !== 0) {
      given.service.heal();
      if (fault.remedy !== undefined) {
        const remedy = [...fault.remedy, "--swagger-url"];
        await runHca(given.sandbox, [...remedy, given.service.swaggerUrl]);
      }
      const again = await download(given);
      assert.equal(again.status, 0, `the second run: ${again.err}`);
      await checkDisk(given, again, true);
    }
    const twice = given.service.sentBytes - contentBytes(given);
    assert.ok(
      twice <= (fault.twiceBytes ?? 0),
      `${twice} bytes were sent more than once`,
    );
    if (twice > 0) note(`${Math.ceil(twice / 1024)} KiB twice`);
  });
}

/** A service with three files, and a place to download to. */
export async function createGiven(
  options: ConstructorParameters<typeof FaultyService>[0] = {},
): Promise<Given & AsyncDisposable> {
  const sandbox = await Sandbox.create();
  const service = new FaultyService(options);
  return {
    sandbox,
    service,
    other: service.add("other.txt", OTHER),
    small: service.add("small.bin", SMALL),
    big: service.add("big.bin", BIG),
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

/** The words of a download of the bundle. */
export function downloadWords(
  service: FaultyService,
  args: readonly string[] = [],
): string[] {
  return [
    ...["dss", "download", "--replica", "aws", "--bundle-uuid", BUNDLE_UUID],
    ...["--swagger-url", service.swaggerUrl, "--log-format", "json"],
    ...["--min-delay-seconds", "0.01", ...args],
  ];
}

/** Downloads the bundle. */
export async function download(
  { sandbox, service }: Given,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<Outcome> {
  return await runHca(sandbox, downloadWords(service, args), options);
}

/** Runs hca to its end, which must come. */
export async function runHca(
  sandbox: Sandbox,
  words: string[],
  { environment, hangsAfterMs = HANGS_AFTER_MS }: RunOptions = {},
): Promise<Outcome> {
  const startedMs = performance.now();
  const child = sandbox.spawn(words, { environment });
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    child.kill("SIGKILL");
  }, hangsAfterMs);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const decoder = new TextDecoder();
  const err = decoder.decode(stderr);
  assert.ok(
    !hangs,
    `still running after ${hangsAfterMs} ms: ${err.slice(-1000)}`,
  );
  return {
    status: code,
    out: decoder.decode(stdout),
    err,
    bytes: stdout,
    error: shownError(err),
    tookMs: performance.now() - startedMs,
  };
}

/** Reads the disk after a run; a whole one has everything and no parts. */
export async function checkDisk(
  { sandbox, service }: Given,
  outcome: Pick<Outcome, "err">,
  isWhole: boolean,
): Promise<void> {
  const problems = await diskProblems(sandbox.work, service, { isWhole });
  assert.deepEqual(problems, [], outcome.err);
  if (isWhole) assert.deepEqual(await partsOf(sandbox.work), []);
}

/** Bytes of all contents, each once. */
export function contentBytes({ service }: Given): number {
  return service.files.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** The error of the last line; undefined when there is none. */
function shownError(err: string): ShownError | undefined {
  const last = err.trimEnd().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(last).error;
  } catch {
    return undefined;
  }
}

function checkOutcome(fault: FaultCase, outcome: Outcome): void {
  const { status = 0, error, failures = {}, says } = fault;
  assert.equal(outcome.status, status, outcome.err);
  const isPartial = Object.keys(failures).length > 0;
  assert.equal(
    outcome.error?.class,
    error ?? (isPartial ? "PartialError" : undefined),
    outcome.err,
  );
  const found = (outcome.error?.failures ?? []).map((failure) =>
    [failure.name, failure.error.class] as const
  );
  assert.deepEqual(Object.fromEntries(found), failures, outcome.err);
  if (says === undefined) return;
  const [first] = outcome.error?.failures ?? [];
  const shown = first?.error ?? outcome.error;
  assert.match(`${shown?.message} ${shown?.hint ?? ""}`, says);
}
