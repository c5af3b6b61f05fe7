import type { HcaError, ItemFailure } from "../base/mod.ts";
import type { Finding } from "./_finding.ts";
import type { VerifyFault, VerifyTotals } from "./verify_event.ts";

const KEPT_FAILURES = 1000;

/** Counts what a verification finds, and keeps the first of what is wrong. */
export class VerifyTally {
  /** The counts so far. */
  readonly totals: VerifyTotals = {
    checked: 0,
    readBytes: 0,
    damaged: 0,
    missing: 0,
    unreadable: 0,
    repaired: 0,
    notDownloaded: 0,
    parts: 0,
    partBytes: 0,
    oldestPartAtMs: undefined,
    strays: 0,
    otherDirectories: 0,
  };
  readonly #failures = new Map<VerifyFault, ItemFailure>();
  /** Faults for which there is no source, or no place that is ours. */
  unrepairable = 0;

  /** How many faults there are that were not put right. */
  get wrong(): number {
    const { damaged, missing, unreadable, repaired } = this.totals;
    return damaged + missing + unreadable - repaired;
  }

  /** The first of them. */
  get failures(): readonly ItemFailure[] {
    return [...this.#failures.values()];
  }

  /** Counts a finding; gives back what is wrong, if anything. */
  take(finding: Finding): VerifyFault | undefined {
    const { totals } = this;
    switch (finding.kind) {
      case "stray":
        totals.strays++;
        return undefined;
      case "other":
        totals.otherDirectories++;
        return undefined;
      case "part":
        this.#takePart(finding);
        return undefined;
      case "bundle":
        totals.checked++;
        return this.#takeFault(finding.fault);
      case "checked": {
        const { outcome } = finding;
        if (outcome.isAbsent) totals.notDownloaded++;
        else totals.checked++;
        totals.readBytes += outcome.readBytes;
        return outcome.fault && this.#takeFault(outcome.fault);
      }
    }
  }

  /** A fault that was told is none any more. */
  repaired(fault: VerifyFault): void {
    this.totals.repaired++;
    this.#failures.delete(fault);
  }

  /** A fault could not be put right, and why. */
  explain(fault: VerifyFault, error: HcaError): void {
    if (!this.#failures.has(fault)) return;
    this.#failures.set(fault, { name: fault.path, error });
  }

  /** A fault will not be put right. */
  giveUp(): void {
    this.unrepairable++;
  }

  #takeFault(fault: VerifyFault): VerifyFault {
    this.totals[fault.kind]++;
    if (this.#failures.size < KEPT_FAILURES) {
      this.#failures.set(fault, { name: fault.path, error: fault.error });
    }
    return fault;
  }

  #takePart(
    { sizeBytes, modifiedAtMs }: Extract<Finding, { kind: "part" }>,
  ): void {
    const { totals } = this;
    totals.parts++;
    totals.partBytes += sizeBytes;
    totals.oldestPartAtMs = Math.min(
      totals.oldestPartAtMs ?? Infinity,
      modifiedAtMs ?? Infinity,
    );
    if (totals.oldestPartAtMs === Infinity) totals.oldestPartAtMs = undefined;
  }
}
