import type { Database, JmesPath, Runtime } from "../base/mod.ts";
import type { ServiceSettings } from "./service_settings.ts";

/** What `LocalDss.open` needs. */
export interface LocalDssOptions {
  /** The directory of the store; made when it is not there. */
  dataDir: string;
  /** The machine. */
  runtime:
    & Pick<Runtime, "files" | "clock" | "random" | "createHash">
    & Partial<Pick<Runtime, "fetch" | "log">>;
  /** Opens an SQL database in a file. */
  openDatabase: (path: string) => Database;
  /** What the service says its version is. */
  version: string;
  /** Email addresses of those who may delete bundles. Default: nobody's. */
  admins?: readonly string[];
  /** What the service may reach and do; parts left out keep the default. */
  settings?: Partial<ServiceSettings>;
  /** Compiles JMESPath. Default: queries in it are refused. */
  jmesPath?: JmesPath;
  /**
   * Whether the handler rejects when the database is damaged, for who asks in
   * this process: an answer 500 would be asked for again. Default: false.
   */
  throwsDamage?: boolean;
}
