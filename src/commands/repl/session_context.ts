import { Context, type GlobalSettings } from "../context.ts";
import type { Environment } from "../environment.ts";
import type { Session } from "./session.ts";

/**
 * The outside of a run that speaks to a service. A client that was brought
 * along is for the one service that it speaks to.
 */
export function outsideOf(
  { environment, settings }: Session,
  { swaggerUrl }: Pick<GlobalSettings, "swaggerUrl">,
): Environment {
  if (swaggerUrl === settings.swaggerUrl) return environment;
  const { dssClient: _, ...others } = environment;
  return others;
}

/**
 * A run beside the lines, for what the session itself wants to know.
 *
 * @param say gets its warnings
 * @param signal ends it
 */
export function openSessionContext(
  session: Session,
  say: (text: string) => void,
  signal: AbortSignal = session.environment.signal,
): Context {
  const { settings, defaults, environment: { terminal } } = session;
  const swaggerUrl = defaults.service ?? settings.swaggerUrl;
  const outside = outsideOf(session, { swaggerUrl });
  const quiet = {
    outIsTerminal: false,
    errIsTerminal: false,
    out: () => Promise.resolve(),
    input: () => terminal.input(),
    ask: () => Promise.resolve(undefined),
    err: say,
    columns: () => terminal.columns(),
    rows: () => terminal.rows(),
  };
  return new Context(
    { ...outside, terminal: quiet, signal },
    { ...settings, logLevel: "WARNING", swaggerUrl },
  );
}
