/** What {@linkcode verifyDownloads} looks at; a directory or a manifest. */
export interface VerifyOptions {
  /** A download directory: all that is in it. */
  directory?: string;
  /** The path of a tab-separated manifest: the contents that it lists. */
  manifest?: string;
  /** Where the contents of a manifest are. Default: the current directory. */
  downloadDir?: string;
  /** Directories and files that are read at the same time. Default 8. */
  jobs?: number;
  /** Ends it. */
  signal?: AbortSignal;
}

/** Files read at the same time unless told otherwise. */
export const DEFAULT_VERIFY_JOBS = 8;
