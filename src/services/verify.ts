import type { VerifyRuntime } from "./_finding.ts";
import type { Repairer } from "./_repair.ts";
import { Verification } from "./_verification.ts";
import type { VerifyEvent } from "./verify_event.ts";
import type { VerifyOptions } from "./verify_options.ts";

export type { Repairer, VerifyRuntime };

/**
 * Reads what was downloaded and compares every byte with its SHA-256.
 *
 * Of a directory: every content of its store, `.hca/v2/files_2_4`, and every
 * file of a bundle `<uuid>.<version>/` that stands there, as its
 * `bundle.json` says; a second link to a content is not read again. Files of
 * a bundle that are not there are counted only: a filter may have left them
 * out. Of a manifest: every content that it lists has to be there, at
 * `file_path` if there is something, else in the store.
 *
 * Without a repairer nothing is changed. With one, what is wrong is fetched
 * again where a bundle, the name of a file in `collections/`, or the
 * manifest says what it is, verified, and only then put in the place of the
 * old. What cannot be had stays as it is.
 *
 * @throws {PartialError} after the last event, when something is wrong
 * @throws {LocalError} when there is nothing to verify, or directories or the
 * manifest cannot be read
 * @throws {RefusedError} naming the lines of a manifest that cannot be used
 * @throws {UsageError} when not exactly one of directory and manifest is given,
 * or `jobs` is no number of them
 * @throws {CancelledError} when aborted
 */
export async function* verifyDownloads(
  runtime: VerifyRuntime,
  options: VerifyOptions,
  repairer?: Repairer,
): AsyncGenerator<VerifyEvent, void, void> {
  const run = new Verification(runtime, options, repairer);
  yield* run.look();
  if (repairer !== undefined) yield* run.repair(repairer);
  yield run.end();
  run.throwIfWrong();
}
