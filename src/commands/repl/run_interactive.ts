import { HcaError, type Log, throwIfAborted } from "../../base/mod.ts";
import { loadEditor } from "../../terminal/mod.ts";
import type { Keyboard } from "../environment.ts";
import { SessionCompleter } from "./completion/mod.ts";
import { greeting } from "./greeting.ts";
import { HistoryFile, historyPath } from "./history_file.ts";
import { InteractiveLoop } from "./interactive_loop.ts";
import type { Session } from "./session.ts";
import { openSessionContext } from "./session_context.ts";
import { showError } from "./show_error.ts";
import { isUnfinished } from "./statement/mod.ts";

/**
 * Reads lines from a person and runs them, until Ctrl-D or `exit`. Ctrl-C
 * clears the line or stops the command that runs, and ends nothing else.
 *
 * @throws {CancelledError} when the signal of the environment is aborted
 */
export async function runInteractive(
  session: Session,
  keyboard: Keyboard,
): Promise<void> {
  const { environment } = session;
  const { terminal, runtime, signal, variable } = environment;
  await using completer = new SessionCompleter(session);
  const [{ LineEditor }] = await Promise.all([loadEditor(), keyboard.load?.()]);
  // See no-color.org.
  const hasColor = (variable("NO_COLOR") ?? "") === "";
  const editor = new LineEditor({
    openKeys: keyboard.openKeys,
    write: (text) => terminal.err(text),
    columns: () => terminal.columns(),
    rows: () => terminal.rows(),
    clock: runtime.clock,
    hasColor,
    isUnfinished,
    complete: (text, cursor, ending, update) =>
      completer.complete(text, cursor, ending, update),
  });
  const log: Log = (level, text) => {
    if (level !== "DEBUG") session.announce(`hca: ${text}\n`);
  };
  const historyFile = new HistoryFile(
    { ...runtime, log },
    historyPath(environment),
  );
  await using loop = new InteractiveLoop({
    session,
    keyboard,
    editor,
    completer,
    historyFile,
    hasColor,
  });
  session.history.push(...await historyFile.read());
  terminal.err(await greetingOf(session));
  await loop.run();
  throwIfAborted(signal);
}

async function greetingOf(session: Session): Promise<string> {
  using context = openSessionContext(session, (text) => session.tell(text));
  try {
    return await greeting(context);
  } catch (error) {
    // With a damaged configuration it can still be put right from here.
    if (!(error instanceof HcaError)) throw error;
    showError(session, error);
    return "";
  }
}
