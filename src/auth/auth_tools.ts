import type { Runtime } from "../base/mod.ts";
import type { UserEnvironment } from "../config/mod.ts";

/** What signing in needs from outside. */
export interface AuthTools {
  /** Clock, network, files, log. */
  runtime: Pick<Runtime, "fetch" | "clock" | "random" | "files" | "log">;
  /** Environment variables and where a user's files are. */
  environment: UserEnvironment;
  /** Ends it. */
  signal?: AbortSignal;
}
