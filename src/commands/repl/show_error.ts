import type { Terminal } from "../../base/mod.ts";
import type { GlobalSettings } from "../context.ts";
import type { Session } from "./session.ts";
import { printSessionError } from "./session_hints.ts";

/** How an error of a line is shown. */
export interface ErrorPlace {
  /** The words of the command; default: none was found. */
  path?: readonly string[];
  /** Where messages go; default: the session's terminal. */
  terminal?: Terminal;
  /** What the line says; default: what the session says. */
  settings?: GlobalSettings;
}

/**
 * Shows what ended a statement.
 *
 * @returns its exit status
 */
export function showError(
  session: Session,
  error: unknown,
  { path = [], terminal, settings = session.settings }: ErrorPlace = {},
): number {
  const to = terminal ?? session.environment.terminal;
  return printSessionError(to, path, error, {
    withStack: settings.logLevel === "DEBUG",
    asJson: settings.logFormat === "json",
  });
}
