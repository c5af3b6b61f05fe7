import type { Clock, FileSystem } from "../base/mod.ts";
import type { ContentStore } from "../store/mod.ts";
import type { Caller } from "./authorization/caller.ts";
import type { Authority } from "./authorization/mod.ts";
import type { Repository } from "./repository.ts";
import type { SignedUrls } from "./signed_urls.ts";
import type { CheckedArguments } from "./validate_request.ts";

/** What every route of the embedded DSS works with. */
export interface DssContext {
  /** Bundles, files and documents. */
  repository: Repository;
  /** The bytes. */
  blobs: ContentStore;
  /** Makes and checks addresses of blobs. */
  signedUrls: SignedUrls;
  /** Time. */
  clock: Clock;
  /** The file system under `blobs`. */
  files: FileSystem;
  /** Who may do what; loaded by the first call. */
  authority: () => Promise<Authority>;
}

/**
 * One operation at work. The caller has proved who they are and may call it;
 * on operations that need no token it is anyone.
 */
export type Route = (
  context: DssContext,
  request: Request,
  args: CheckedArguments,
  caller: Caller,
) => Response | Promise<Response>;
