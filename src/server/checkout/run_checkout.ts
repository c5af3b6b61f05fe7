import { formatFqid, HcaError, isJsonObject } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import type { BundleFileRecord, BundleRecord } from "../records.ts";
import type { Task, TaskHandler, TaskOutcome } from "../tasks/mod.ts";
import { BundleBucket } from "./bundle_bucket.ts";
import {
  type Checkout,
  type CheckoutState,
  CheckoutStore,
} from "./checkout_store.ts";
import { planDestination } from "./destination.ts";
import { fileUrl } from "./file_url.ts";
import { layOutBundle } from "./lay_out_bundle.ts";

// What ends the process each time is not begun for ever.
const MAX_ATTEMPTS = 10;
const TOOK_TOO_LONG = "failure to complete work within allowed time interval";

/**
 * Does the checkouts that POST /bundles/{uuid}/checkout has started. The
 * causes of failures are worded as those of the DSS (data-store,
 * `dss/stepfunctions/checkout`).
 */
export function checkoutHandler(context: DssContext): TaskHandler {
  const store = new CheckoutStore(context.database);
  return async (task, signal): Promise<TaskOutcome> => {
    const id = idOf(task);
    const found = store.find(id);
    if (found?.state.status !== "RUNNING") return { kind: "done" };
    const state = task.attempts < MAX_ATTEMPTS
      ? await run(context, found.checkout, signal)
      : failed(TOOK_TOO_LONG);
    if (state.status === "RUNNING") {
      return { kind: "later", atMs: context.clock.now() };
    }
    store.finish(id, state);
    return { kind: "done" };
  };
}

async function run(
  context: DssContext,
  checkout: Checkout,
  signal: AbortSignal,
): Promise<CheckoutState> {
  const { uuid, version } = checkout;
  // It may have been deleted since.
  const bundle = context.repository.livingBundle(uuid, version);
  if (bundle === undefined) {
    return failed(`Bundle ${formatFqid(checkout)} does not exist (FAILED)`);
  }
  try {
    return await layOut(context, checkout, bundle, signal);
  } catch (error) {
    // Begun again by whoever opens the store next.
    if (signal.aborted) return { status: "RUNNING" };
    // A service that does not answer, or a fault of the store: tried again.
    if (!(error instanceof HcaError) || error.retryable) throw error;
    return failed(`${error.message} (FAILED)`);
  }
}

async function layOut(
  context: DssContext,
  checkout: Checkout,
  bundle: BundleRecord,
  signal: AbortSignal,
): Promise<CheckoutState> {
  const to = planDestination(checkout, context.settings, context.dataDir);
  const members = context.repository.bundleFiles(bundle.id);
  const location = to.kind === "directory"
    ? await fillDirectory(context, checkout, to, members, signal)
    : to.kind === "bucket"
    ? await fillBucket(context, checkout, to.name, members, signal)
    : undefined;
  return location === undefined
    ? failed(`Bucket ${checkout.destination} doesn't exist (FAILED)`)
    : { status: "SUCCEEDED", location };
}

async function fillDirectory(
  context: DssContext,
  checkout: Checkout,
  { path, isOurs }: { path: string; isOurs: boolean },
  members: BundleFileRecord[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { files } = context;
  const isThere = isOurs || (await files.stat(path))?.kind === "directory";
  if (!isThere) return undefined;
  const { id } = checkout;
  const layout = { id, bundle: checkout, members, destination: path };
  const filled = await layOutBundle(context, layout, signal);
  return fileUrl(files.absolute(filled));
}

async function fillBucket(
  context: DssContext,
  checkout: Checkout,
  name: string,
  members: BundleFileRecord[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const prefix = `bundles/${formatFqid(checkout)}`;
  const bucket = new BundleBucket(context, name, prefix);
  if (!await bucket.exists(signal)) return undefined;
  await bucket.fill(members, signal);
  return `s3://${name}/${prefix}`;
}

function failed(cause: string): CheckoutState {
  return { status: "FAILED", cause };
}

function idOf({ payload }: Task): string {
  return isJsonObject(payload) ? String(payload.id) : "";
}
