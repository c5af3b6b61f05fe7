import type { TransferOptions } from "../transfer/mod.ts";
import type { FileFilter } from "./download_bundle.ts";
import type { Replica } from "./dss_types.ts";
import type { Shard } from "./shard.ts";

/** How any download is carried out. */
export interface TransferSettings extends
  Pick<
    TransferOptions,
    | "jobs"
    | "segments"
    | "limitBytesPerSecond"
    | "resume"
    | "verify"
    | "force"
    | "failFast"
    | "dryRun"
    | "signal"
  > {
  /** Where to put the files. Default: the current directory. */
  downloadDir?: string;
}

/** What `download` gets. */
export interface DownloadOptions extends TransferSettings, FileFilter {
  /** The bundle's uuid. */
  bundleUuid: string;
  /** The replica to ask. */
  replica: Replica;
  /** The bundle's version; the latest when left out or empty. */
  version?: string;
}

/** What `downloadManifest` gets. */
export interface DownloadManifestOptions extends TransferSettings {
  /** The path of the manifest. */
  manifest: string;
  /** The replica to ask. */
  replica: Replica;
  /** `none` (default) or `bundle`. */
  layout?: string;
  /** No metadata files; only with layout `bundle`. */
  noMetadata?: boolean;
  /** No data files; only with layout `bundle`. */
  noData?: boolean;
  /**
   * Only this part of the manifest: in layout `none` of its contents, in
   * layout `bundle` of its bundle versions. Runs of all parts may work on one
   * download directory at the same time. The manifest is not rewritten.
   */
  shard?: Shard;
}

/** What `downloadCollection` gets. */
export interface DownloadCollectionOptions extends TransferSettings {
  /** The collection's uuid. */
  uuid: string;
  /** The replica to ask. */
  replica: Replica;
  /** The collection's version; the latest when left out or empty. */
  version?: string;
}
