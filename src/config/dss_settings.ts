import { type FileSystem, joinPath } from "../base/mod.ts";
import { configText, loadConfig } from "./load_config.ts";
import { dataFolder, type UserEnvironment } from "./user_folders.ts";

// What stands for the embedded service where an address is expected.
const LOCAL = "local";

/**
 * The address of the DSS's API document: what was asked for, else
 * `HCA_SWAGGER_URL`, else the key `DSSClient.swagger_url` of the
 * configuration.
 *
 * @returns undefined for the embedded service: when nothing is configured, or
 * the word `local` is
 * @throws {LocalError} when a configuration file cannot be read
 */
export async function dssSwaggerUrl(
  asked: string | undefined,
  environment: UserEnvironment,
  files: FileSystem,
): Promise<string | undefined> {
  const url = asked ?? environment.variable("HCA_SWAGGER_URL") ??
    configText(
      await loadConfig(files, environment),
      "DSSClient",
      "swagger_url",
    );
  return url === LOCAL ? undefined : url;
}

/** The directory of the embedded store: `HCA_LOCAL_DIR`, else the user's. */
export function localDataDir(environment: UserEnvironment): string {
  return environment.variable("HCA_LOCAL_DIR") ??
    joinPath(dataFolder(environment), "local");
}
