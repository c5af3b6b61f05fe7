import { formatBytes, LocalError, throwIfAborted } from "../base/mod.ts";
import type { StoredContent, TransferStore } from "../store/mod.ts";
import { Slots } from "./slots.ts";
import type { TransferNeeds } from "./transfer_event.ts";
import type { TransferPlan } from "./transfer_plan.ts";

// A look at a name takes a round trip on a network file system.
const LOOKS = 32;

/**
 * Looks what of a plan is there already, and how much space there is.
 *
 * @throws {CancelledError} when aborted
 * @throws {LocalError} when the store cannot be looked at
 */
export async function surveyPlan(
  plan: TransferPlan,
  store: TransferStore,
  signal: AbortSignal | undefined,
): Promise<TransferNeeds> {
  const freeBytes = await store.freeBytes();
  if (await store.isEmpty()) {
    const { failures = [], sizeBytes } = plan;
    const contents = plan.contents - failures.length;
    return { contents, sizeBytes, freeBytes };
  }
  const needs = { contents: 0, sizeBytes: 0 };
  await eachContent(plan, async (content) => {
    if (await store.state(content) === "present") return;
    needs.contents++;
    needs.sizeBytes += content.sizeBytes;
  }, signal);
  return { ...needs, freeBytes };
}

/**
 * Makes sure that what is needed fits, before anything is asked for.
 *
 * @throws {LocalError} with reason `no_space`, saying what is missing
 */
export async function checkSpace(
  plan: TransferPlan,
  needs: TransferNeeds,
  store: TransferStore,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { freeBytes } = needs;
  if (freeBytes === undefined || needs.sizeBytes <= freeBytes) return;
  // What earlier runs left takes its space already.
  let leftBytes = 0;
  await eachContent(plan, async (content) => {
    if (await store.state(content) === "present") return;
    const bytes = await store.leftoverBytes(content);
    // Not in one: the sum of before the wait would undo that of another look.
    leftBytes += bytes;
  }, signal);
  const neededBytes = needs.sizeBytes - leftBytes;
  if (neededBytes <= freeBytes) return;
  throw new LocalError(
    `${formatBytes(neededBytes)} are needed and only ` +
      `${formatBytes(freeBytes)} are free`,
    {
      reason: "no_space",
      hint: `Free ${formatBytes(neededBytes - freeBytes)} or choose another ` +
        "--download-dir; nothing was downloaded.",
    },
  );
}

async function eachContent(
  plan: TransferPlan,
  look: (content: StoredContent) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const slots = new Slots(LOOKS);
  const faults: unknown[] = [];
  for await (const content of plan.survey()) {
    throwIfAborted(signal);
    if (faults.length > 0) break;
    await slots.acquire();
    look(content)
      .catch((error) => faults.push(error))
      .finally(() => slots.release());
  }
  // All are back when nobody else has one.
  for (let count = 0; count < LOOKS; count++) await slots.acquire();
  if (faults.length > 0) throw faults[0];
}
