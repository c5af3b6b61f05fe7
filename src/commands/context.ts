import {
  formatJson,
  type Log,
  LOG_LEVELS,
  type LogLevel,
  printable,
} from "../base/mod.ts";
import { DssSession } from "./dss_session.ts";
import type { Environment } from "./environment.ts";
import { ServiceSessions } from "./service_sessions.ts";

/** What the options before and after any command say. */
export interface GlobalSettings {
  /** Messages below this level are not shown. */
  logLevel: LogLevel;
  /** How messages are written. */
  logFormat: "text" | "json";
  /** Where the API document of the DSS is; undefined: as configured. */
  swaggerUrl: string | undefined;
}

/** One run of the program: what a command gets to work with. */
export class Context implements Disposable {
  /** The outside. */
  readonly environment: Environment;
  /** Messages for people, by level. */
  readonly log: Log;
  /** The level of the run; a command may change it for itself. */
  readonly settings: GlobalSettings;
  /** Called before a message is written; who draws on standard error clears. */
  beforeMessage: () => void = () => {};
  /** The data store. */
  readonly dss: DssSession;
  /** The other services. */
  readonly services: ServiceSessions;

  /** Puts a run together; nothing is opened yet. */
  constructor(environment: Environment, settings: GlobalSettings) {
    this.environment = environment;
    this.settings = settings;
    this.log = (level, message) => {
      const threshold = LOG_LEVELS.indexOf(settings.logLevel);
      if (LOG_LEVELS.indexOf(level) < threshold) return;
      this.beforeMessage();
      if (settings.logFormat === "json") {
        const line = formatJson({ level, message }, { indent: 0 });
        return environment.terminal.err(`${line}\n`);
      }
      const label = level === "INFO" ? "" : `${level.toLowerCase()}: `;
      environment.terminal.err(`hca: ${label}${printable(message)}\n`);
    };
    const runtime = { ...environment.runtime, log: this.log };
    const here = { ...environment, runtime };
    this.dss = new DssSession(here, settings.swaggerUrl);
    this.services = new ServiceSessions(here);
  }

  /** Writes a value to standard output as JSON, 2 spaces, ASCII only. */
  async printJson(value: unknown): Promise<void> {
    await this.environment.terminal.out(`${formatJson(value)}\n`);
  }

  /** Writes a line to standard output. */
  async printLine(line: string): Promise<void> {
    await this.environment.terminal.out(`${line}\n`);
  }

  /** Closes what was opened. */
  [Symbol.dispose](): void {
    this.dss[Symbol.dispose]();
  }
}
