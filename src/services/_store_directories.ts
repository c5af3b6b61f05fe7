import type { FileSystem } from "../base/mod.ts";
import { DirectorySyncer, SafeDirectories } from "../store/mod.ts";

/** The directories below a download directory, with the links among them. */
export function storeDirectories(
  files: FileSystem,
  downloadDir: string,
): SafeDirectories {
  return new SafeDirectories(downloadDir, files, new DirectorySyncer(files));
}
