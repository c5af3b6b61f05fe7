import { baseName, joinPath, whyUnsafeName } from "../../base/mod.ts";
import type { ServiceSettings } from "../service_settings.ts";
import type { Checkout } from "./checkout_store.ts";

const CHECKOUT = "checkout";

/** Where a checkout goes. */
export type Destination =
  | {
    readonly kind: "directory";
    readonly path: string;
    /** Whether it is ours to make. */
    readonly isOurs: boolean;
  }
  | { readonly kind: "bucket"; readonly name: string }
  | { readonly kind: "nowhere" };

/**
 * What a destination stands for: a directory that the service was opened for,
 * by its last name; else a bucket, where there is an S3 service; else a
 * directory of that name in the store's own. Nothing asked is one of the
 * replica's.
 *
 * @param dataDir the directory of the store
 */
export function planDestination(
  { destination, replica }: Pick<Checkout, "destination" | "replica">,
  settings: Pick<ServiceSettings, "directories" | "s3Endpoint">,
  dataDir: string,
): Destination {
  const name = destination || replica;
  const path = joinPath(dataDir, CHECKOUT, name);
  if (destination === "") return { kind: "directory", path, isOurs: true };
  const allowed = settings.directories.find((one) => baseName(one) === name);
  if (allowed !== undefined) {
    return { kind: "directory", path: allowed, isOurs: false };
  }
  if (settings.s3Endpoint !== undefined) return { kind: "bucket", name };
  return whyUnsafeName(name) === undefined && !name.includes("/")
    ? { kind: "directory", path, isOurs: true }
    : { kind: "nowhere" };
}
