import {
  formatJson,
  type Json,
  type Log,
  LOG_LEVELS,
  type LogLevel,
  printable,
  redactSecrets,
  Secrets,
} from "../base/mod.ts";
import type { AuthMode } from "../services/mod.ts";
import { DssSession } from "./dss_session.ts";
import type { Environment } from "./environment.ts";
import { RedactedTerminal } from "./redacted_terminal.ts";
import { ServiceSessions } from "./service_sessions.ts";

/** What the options before and after any command say. */
export interface GlobalSettings {
  /** Messages below this level are not shown. */
  logLevel: LogLevel;
  /** How messages are written. */
  logFormat: "text" | "json";
  /** Where the API document of the DSS is; undefined: as configured. */
  swaggerUrl: string | undefined;
  /** Which requests carry a token. Default `document`. */
  auth?: AuthMode;
}

/** One run of the program: what a command gets to work with. */
export class Context implements Disposable {
  /** The outside; messages to its terminal show no secrets of the run. */
  readonly environment: Environment;
  /** What no message may show. */
  readonly secrets: Secrets = new Secrets();
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
  constructor(outside: Environment, settings: GlobalSettings) {
    const { secrets } = this;
    const terminal = new RedactedTerminal(outside.terminal, secrets);
    const environment = { ...outside, terminal };
    this.environment = environment;
    this.settings = settings;
    this.log = (level, text) => {
      const threshold = LOG_LEVELS.indexOf(settings.logLevel);
      if (LOG_LEVELS.indexOf(level) < threshold) return;
      this.beforeMessage();
      const message = redactSecrets(text);
      if (settings.logFormat === "json") {
        const line = formatJson({ level, message }, { indent: 0 });
        return terminal.err(`${line}\n`);
      }
      const label = level === "INFO" ? "" : `${level.toLowerCase()}: `;
      terminal.err(`hca: ${label}${printable(message)}\n`);
    };
    const runtime = { ...environment.runtime, log: this.log };
    const here = { ...environment, runtime };
    const { swaggerUrl, auth = "document" } = settings;
    this.dss = new DssSession(here, { swaggerUrl, auth, secrets });
    this.services = new ServiceSessions(
      here,
      { auth, secrets },
      () => this.dss.authTools(),
    );
  }

  /**
   * Writes a value to standard output as JSON, 2 spaces, ASCII only, or as a
   * session shows it.
   */
  async printJson(value: Json): Promise<void> {
    const { presenter, terminal } = this.environment;
    presenter?.remember(value, { contentKey: null });
    const shown = presenter?.present(value, null);
    const text = shown === undefined
      ? `${formatJson(value)}\n`
      : [...shown].map((line) => `${line}\n`).join("");
    await terminal.out(text);
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
