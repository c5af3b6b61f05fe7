import {
  HcaError,
  type ItemFailure,
  LocalError,
  type LocalReason,
  PartialError,
  quote,
  throwIfAborted,
  UsageError,
} from "../base/mod.ts";
import type { CheckItem } from "./_check_item.ts";
import { checkSettings } from "./_check_settings.ts";
import type { CheckSettings, Finding, VerifyRuntime } from "./_finding.ts";
import { type Repairer, RepairPlan } from "./_repair.ts";
import { DirectoryCheck } from "./_verify_directory.ts";
import { manifestFindings } from "./_verify_manifest.ts";
import { VerifyTally } from "./_verify_tally.ts";
import type { BundleDirectory } from "./_walk_bundles.ts";
import type { VerifyEvent, VerifyFault } from "./verify_event.ts";
import { DEFAULT_VERIFY_JOBS, type VerifyOptions } from "./verify_options.ts";

const PROGRESS_EVERY_MS = 1000;

interface ItemFault {
  fault: VerifyFault;
  item: CheckItem;
}

interface BundleFault {
  fault: VerifyFault;
  bundle: BundleDirectory;
}

/** One run of {@linkcode verifyDownloads}, step by step. */
export class Verification {
  readonly #runtime: VerifyRuntime;
  readonly #options: VerifyOptions;
  readonly #directory: DirectoryCheck | undefined;
  readonly #keepsFaults: boolean;
  readonly #tally = new VerifyTally();
  readonly #items: ItemFault[] = [];
  readonly #bundles: BundleFault[] = [];
  #toldAtMs: number;

  /**
   * Looks at nothing yet.
   *
   * @throws {UsageError} when not exactly one of directory and manifest is
   * given, or `jobs` is no number of them
   */
  constructor(
    runtime: VerifyRuntime,
    options: VerifyOptions,
    repairer: Repairer | undefined,
  ) {
    const { directory, manifest } = options;
    if ((directory === undefined) === (manifest === undefined)) {
      throw new UsageError("name either a directory or a manifest to verify");
    }
    checkSettings({ jobs: options.jobs });
    this.#runtime = runtime;
    this.#options = options;
    this.#keepsFaults = repairer !== undefined;
    this.#toldAtMs = runtime.clock.elapsed();
    if (directory === undefined) return;
    this.#directory = new DirectoryCheck(directory, runtime, this.#settings());
  }

  /** Looks at everything. */
  async *look(): AsyncGenerator<VerifyEvent, void, void> {
    const { manifest = "", downloadDir = "" } = this.#options;
    yield* this.#take(
      this.#directory?.findings() ??
        manifestFindings(
          this.#runtime,
          { manifest, downloadDir },
          this.#settings(),
        ),
    );
  }

  /** Gets anew what is wrong. */
  async *repair(repairer: Repairer): AsyncGenerator<VerifyEvent, void, void> {
    const plan = new RepairPlan();
    yield* this.#askForBundles(repairer, plan);
    for (const { fault, item } of this.#items) {
      const known = this.#directory?.sourceOf(item.sha256);
      if (!plan.add(fault, item, known, repairer)) this.#tally.giveUp();
    }
    if (plan.isEmpty) return;
    for await (const event of repairer.transfer(plan.plan())) {
      yield { type: "transfer", event };
      const isThere = event.type === "fetched" || event.type === "present";
      if (event.type === "failed") {
        for (const fault of plan.faultsOf(event.sha256)) {
          this.#tally.explain(fault, event.error);
        }
      }
      if (!isThere) continue;
      for (const fault of plan.faultsOf(event.sha256)) {
        this.#tally.repaired(fault);
        yield { type: "repaired", fault };
      }
    }
  }

  /** The last event. */
  end(): VerifyEvent {
    const { totals, failures } = this.#tally;
    return { type: "finished", totals: { ...totals }, failures: [...failures] };
  }

  /** @throws {PartialError} when something is wrong still */
  throwIfWrong(): void {
    const { wrong, totals, failures, unrepairable } = this.#tally;
    if (wrong === 0) return;
    const hint = this.#keepsFaults
      ? hintAfterRepair(failures, unrepairable)
      : "'hca verify PATH --repair --replica aws' fetches again what is wrong.";
    throw new PartialError(
      `${wrong} of ${totals.checked} files are not as they should be`,
      failures,
      { hint, omitted: wrong - failures.length },
    );
  }

  #settings(): CheckSettings {
    const { jobs = DEFAULT_VERIFY_JOBS, signal } = this.#options;
    return { jobs, signal };
  }

  async *#take(
    findings: AsyncIterable<Finding>,
  ): AsyncGenerator<VerifyEvent, void, void> {
    for await (const finding of findings) {
      const fault = this.#tally.take(finding);
      if (fault !== undefined) {
        if (this.#keepsFaults) this.#keep(finding, fault);
        yield { type: "fault", fault };
      }
      const nowMs = this.#runtime.clock.elapsed();
      if (nowMs - this.#toldAtMs < PROGRESS_EVERY_MS) continue;
      this.#toldAtMs = nowMs;
      yield { type: "progress", totals: { ...this.#tally.totals } };
    }
    throwIfAborted(this.#options.signal);
  }

  #keep(finding: Finding, fault: VerifyFault): void {
    if (finding.kind === "bundle") {
      this.#bundles.push({ fault, bundle: finding.bundle });
    } else if (finding.kind === "checked") {
      this.#items.push({ fault, item: finding.outcome.item });
    }
  }

  /** Bundles of which nothing here says any more what is in them. */
  async *#askForBundles(
    repairer: Repairer,
    plan: RepairPlan,
  ): AsyncGenerator<VerifyEvent, void, void> {
    for (const { fault, bundle } of this.#bundles.splice(0)) {
      const { uuid, version } = bundle;
      try {
        const manifest = await repairer.readBundle({ uuid, version });
        plan.addBundle(fault, manifest, this.#runtime);
        if (this.#directory === undefined) continue;
        yield* this.#take(this.#directory.findingsOf(bundle, manifest));
      } catch (error) {
        throwIfAborted(this.#options.signal);
        if (!(error instanceof HcaError)) throw error;
        this.#tally.explain(fault, error);
      }
    }
  }
}

// What no repair removes: it could be somebody's.
const IN_THE_WAY: readonly LocalReason[] = [
  "exists",
  "is_directory",
  "not_directory",
];

/** What helps against what is wrong still. */
function hintAfterRepair(
  failures: readonly ItemFailure[],
  unrepairable: number,
): string {
  const hints: string[] = [];
  const local = failures.map(({ error }) => error)
    .find((error) => error instanceof LocalError);
  if (local !== undefined && IN_THE_WAY.includes(local.reason)) {
    hints.push(
      `Move away what is in the way (${quote(local.path ?? "", 200)}), then ` +
        "run it again.",
    );
  } else if (local?.hint !== undefined) hints.push(local.hint);
  if (unrepairable > 0) {
    hints.push(
      `Of ${unrepairable} nothing here says where to get them, or they ` +
        "are not below the download directory; they were left as they are.",
    );
  }
  return hints.join(" ") || "Run it again to try once more.";
}
