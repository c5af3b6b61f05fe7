import { PartialError } from "../base/mod.ts";
import { EventQueue } from "./event_queue.ts";
import { checkSpace, surveyPlan } from "./survey_plan.ts";
import type { TransferEvent } from "./transfer_event.ts";
import type { TransferOptions } from "./transfer_options.ts";
import type { TransferPlan } from "./transfer_plan.ts";
import { TransferProgress } from "./transfer_progress.ts";
import { KEPT_FAILURES, NOTHING_KNOWN, TransferRun } from "./transfer_run.ts";
import type { TransferTools } from "./transfer_tools.ts";

/**
 * Carries out a plan: every content into the store, verified, and from there
 * to its places. One that fails does not stop the others; the last event,
 * `finished`, says what became of all. When the consumer stops early, so
 * does the transfer. Whatever ends it, what is whole stays, and what is begun
 * can be taken up by the next run.
 *
 * @throws {LocalError} when there is not enough space, before anything is
 * asked for, or when the disk is full or cannot be written
 * @throws {AuthError} when the service does not let us in at all
 * @throws {NetworkError} when nothing can be reached any more
 * @throws {CancelledError} when `options.signal` is aborted
 * @throws {PartialError} when a dry run knows of something that cannot be had
 */
export async function* runTransfer(
  plan: TransferPlan,
  tools: TransferTools,
  options: TransferOptions = {},
): AsyncGenerator<TransferEvent, void, void> {
  const events = new EventQueue<TransferEvent>();
  const { clock } = tools.runtime;
  const progress = new TransferProgress(
    plan,
    clock,
    (event) => events.push(event),
  );
  const store = await tools.openStore(plan);
  try {
    const needs = await surveyPlan(plan, store, options.signal);
    yield { type: "started", totals: progress.snapshot(), needs };
    await checkSpace(plan, needs, store, options.signal);
    if (options.dryRun) return yield* tellWhatIsMissing(plan);
    // Before anything is asked for that could not be kept.
    if (needs.contents > 0) await store.prepare();
    const parts = { plan, store, tools, options, progress, events };
    const run = new TransferRun(parts);
    // A look at each name costs more than it should where nothing is there.
    const isFresh = !plan.repeats && needs.contents === plan.contents;
    yield* run.carryOut(isFresh);
  } finally {
    await store.close();
  }
}

/** What cannot be had is no secret of the run that would have found it. */
async function* tellWhatIsMissing(
  { contents, failures = [] }: TransferPlan,
): AsyncGenerator<TransferEvent, void, void> {
  for (const { name, error } of failures) {
    yield { ...NOTHING_KNOWN, type: "failed", name, error };
  }
  if (failures.length === 0) return;
  const shown = failures.slice(0, KEPT_FAILURES);
  throw new PartialError(
    `${failures.length} of ${contents} files cannot be had`,
    shown,
    { omitted: failures.length - shown.length },
  );
}
