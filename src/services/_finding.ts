import {
  HcaError,
  IntegrityError,
  joinPath,
  NotFoundError,
  type Runtime,
} from "../base/mod.ts";
import type { CheckOutcome } from "./_check_item.ts";
import type { BundleDirectory } from "./_walk_bundles.ts";
import { BUNDLE_JSON } from "./bundle_manifest.ts";
import type { VerifyFault } from "./verify_event.ts";

/** Something that was found in a verification. */
export type Finding =
  | { kind: "checked"; outcome: CheckOutcome }
  | { kind: "part"; sizeBytes: number; modifiedAtMs: number | undefined }
  | { kind: "stray" }
  /** A directory that is named as a bundle's and holds none. */
  | { kind: "other" }
  /** A bundle of which nothing says any more what is in it. */
  | { kind: "bundle"; bundle: BundleDirectory; fault: VerifyFault };

/** What a verification needs of the machine. */
export type VerifyRuntime = Pick<
  Runtime,
  "clock" | "createHash" | "files" | "random"
>;

/** How a verification is carried out. */
export interface CheckSettings {
  /** Directories and files that are worked on at the same time. */
  jobs: number;
  /** Ends it. */
  signal: AbortSignal | undefined;
}

/** A `bundle.json` that cannot be used, by what its reading threw. */
export function bundleFinding(
  bundle: BundleDirectory,
  error: unknown,
): Finding {
  if (!(error instanceof HcaError)) throw error;
  const kind = error instanceof NotFoundError
    ? "missing"
    : error instanceof IntegrityError
    ? "damaged"
    : "unreadable";
  const path = joinPath(bundle.path, BUNDLE_JSON);
  const fault: VerifyFault = { kind, path, sha256: undefined, error };
  return { kind: "bundle", bundle, fault };
}
