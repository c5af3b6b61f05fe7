import { loadConfig, readAccessToken } from "../config/mod.ts";
import type { Environment } from "./environment.ts";

/**
 * Where the token of a run comes from: `HCA_ACCESS_TOKEN`, else the login
 * that the configuration holds. Read when a request needs it, not before.
 */
export function accessToken(
  environment: Environment,
): () => Promise<string | undefined> {
  return async () => {
    const given = environment.variable("HCA_ACCESS_TOKEN");
    if (given !== undefined) return given;
    const { files } = environment.runtime;
    return readAccessToken(await loadConfig(files, environment));
  };
}
