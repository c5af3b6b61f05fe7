import type { Runtime } from "../base/mod.ts";
import {
  type ContentSource,
  type PlannedContent,
  planOf,
  type TransferEvent,
  type TransferPlan,
} from "../transfer/mod.ts";
import type { CheckItem, FileReference } from "./_check_item.ts";
import type { BundleManifest } from "./bundle_manifest.ts";
import { wantedOfBundle } from "./download_bundle.ts";
import type { VerifyFault } from "./verify_event.ts";

/** Gets contents anew; a client of the service that they came from. */
export interface Repairer {
  /** The bundle, from the service. */
  readBundle(bundle: FileReference): Promise<BundleManifest>;
  /** Where the bytes of a file version come from. */
  sourceOf(file: FileReference): ContentSource;
  /**
   * Carries out a plan: reads what is in the store before it is taken, and
   * replaces what stands at the places.
   */
  transfer(plan: TransferPlan): AsyncIterable<TransferEvent>;
}

/** Collects what has to be fetched again, each content once. */
export class RepairPlan {
  readonly #contents = new Map<string, PlannedContent>();
  readonly #faults = new Map<string, VerifyFault[]>();
  readonly #places = new Map<string, string>();

  /** Whether there is nothing to do. */
  get isEmpty(): boolean {
    return this.#contents.size === 0;
  }

  /** What is put right when a content is there. */
  faultsOf(sha256: string): readonly VerifyFault[] {
    return this.#faults.get(sha256) ?? [];
  }

  /**
   * Adds what is wrong with an item.
   *
   * @param known another item with the same content; it may know more
   * @returns whether it can be put right
   */
  add(
    fault: VerifyFault,
    item: CheckItem,
    known: CheckItem | undefined,
    repairer: Repairer,
  ): boolean {
    if (!item.isStored && item.target === undefined) return false;
    const reference = known?.source ?? item.source;
    const sizeBytes = known?.sizeBytes ?? item.sizeBytes;
    if (reference === undefined || sizeBytes === undefined) {
      return this.#join(fault, item.sha256, item.target);
    }
    const source = repairer.sourceOf(reference);
    const { path: name, sha256, target } = item;
    return this.#put(fault, { name, sha256, sizeBytes, source, target });
  }

  /** Adds the `bundle.json` of a bundle that the service knows. */
  addBundle(
    fault: VerifyFault,
    manifest: BundleManifest,
    runtime: Pick<Runtime, "createHash">,
  ): void {
    const [json] = wantedOfBundle(manifest, {
      downloadDir: "",
      isWanted: () => false,
      sourceOf: () => ({ kind: "bytes", bytes: new Uint8Array() }),
      runtime,
    });
    if (json === undefined) return;
    this.#put(fault, { ...json, name: fault.path, target: fault.path });
  }

  /** The contents to be fetched. */
  plan(): TransferPlan {
    return planOf([...this.#contents.values()]);
  }

  #put(
    fault: VerifyFault,
    { target, ...content }: Omit<PlannedContent, "targets"> & {
      target: string | undefined;
    },
  ): boolean {
    const { sha256 } = content;
    if (!this.#contents.has(sha256)) {
      this.#contents.set(sha256, { ...content, targets: [] });
    }
    return this.#join(fault, sha256, target);
  }

  /** Adds a place to a content that is to be fetched already. */
  #join(
    fault: VerifyFault,
    sha256: string,
    target: string | undefined,
  ): boolean {
    const content = this.#contents.get(sha256);
    if (content === undefined) return false;
    if (target !== undefined) {
      // Two contents cannot be at one place; the first one gets it.
      if ((this.#places.get(target) ?? sha256) !== sha256) return false;
      if (!this.#places.has(target)) content.targets.push(target);
      this.#places.set(target, sha256);
    }
    const faults = this.#faults.get(sha256) ?? [];
    faults.push(fault);
    this.#faults.set(sha256, faults);
    return true;
  }
}
