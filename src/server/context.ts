import type {
  Clock,
  CreateHash,
  Database,
  Fetch,
  FileSystem,
  JmesPath,
  Log,
} from "../base/mod.ts";
import type { ContentStore } from "../store/mod.ts";
import type { ChangeListener } from "./bundle_changes.ts";
import type { Caller } from "./authorization/caller.ts";
import type { Authority } from "./authorization/mod.ts";
import type { Repository } from "./repository.ts";
import type { SearchIndex } from "./search_index/mod.ts";
import type { ServiceSettings } from "./service_settings.ts";
import type { SignedUrls } from "./signed_urls.ts";
import type { TaskQueue } from "./tasks/mod.ts";
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
  /** The directory of the store; what is in it is nobody's source. */
  dataDir: string;
  /** Whether the open database is not the store's any more. */
  isRemoved: () => boolean;
  /** Says what happened that no answer tells. */
  log: Log;
  /** The tables; what changes them together does so in one transaction. */
  database: Database;
  /** Finds search documents; told of each one that is written. */
  searchIndex: SearchIndex;
  /** Work that is done later. */
  tasks: TaskQueue;
  /** What the service may reach and do. */
  settings: ServiceSettings;
  /** The network, for sources and notifications. */
  fetch: Fetch;
  /** Digests. */
  createHash: CreateHash;
  /** Compiles JMESPath; undefined where there is no library for it. */
  jmesPath: JmesPath | undefined;
  /** Told of every change of a bundle, inside its transaction. */
  onChange: ChangeListener;
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
