import { CancelledError, HcaError, redactSecrets } from "../../base/mod.ts";
import type { LineEditor } from "../../terminal/mod.ts";
import type { Keyboard } from "../environment.ts";
import type { SessionCompleter } from "./completion/mod.ts";
import type { HistoryFile } from "./history_file.ts";
import { keptLine } from "./history_secrets.ts";
import { LoginWatch } from "./login_watch.ts";
import { formatPrompt } from "./prompt.ts";
import type { Session } from "./session.ts";
import { openSessionContext } from "./session_context.ts";
import { showError } from "./show_error.ts";
import { readTypedLine, type TypedLine } from "./typed_line.ts";

/** What an {@linkcode InteractiveLoop} is made of. */
export interface InteractiveParts {
  /** What the lines run in. */
  session: Session;
  /** Where Ctrl-C comes from while they run. */
  keyboard: Keyboard;
  /** Reads them. */
  editor: LineEditor;
  /** Completes them. */
  completer: Pick<SessionCompleter, "warmUp">;
  /** Keeps them. */
  historyFile: HistoryFile;
  /** Whether the prompt may have colours. */
  hasColor: boolean;
}

/** Prompt, line, run, and again. */
export class InteractiveLoop implements AsyncDisposable {
  readonly #parts: InteractiveParts;
  readonly #watch: LoginWatch;
  /** Of the line that runs. */
  #running: AbortController | undefined;
  #isEditing = false;
  #isLocal = false;
  /** What was said while something ran. */
  #unsaid = "";

  /** Shows nothing yet. */
  constructor(parts: InteractiveParts) {
    const { session, editor } = parts;
    session.announce = (text) => this.#say(redactSecrets(text));
    this.#parts = parts;
    this.#watch = new LoginWatch({
      open: (signal) => openSessionContext(session, session.announce, signal),
      announce: session.announce,
      onChange: () => editor.setPrompt(this.#prompt()),
      clock: session.environment.runtime.clock,
    });
  }

  /** Runs lines until Ctrl-D, `exit`, or the end of the program. */
  async run(): Promise<void> {
    const { session, keyboard, historyFile } = this.#parts;
    // Between two lines Ctrl-C is for nobody, and must not end the program.
    using _interrupt = keyboard.onInterrupt(() =>
      this.#running?.abort(new CancelledError("interrupted"))
    );
    while (!session.isEnded && !session.environment.signal.aborted) {
      const text = await this.#readLine();
      if (text === undefined) break;
      if (text.trim() === "") continue;
      await this.#runLine(text);
    }
    await historyFile.settle();
  }

  /** Ends what goes on beside the prompt. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch[Symbol.asyncDispose]();
    this.#flush();
  }

  /** The next line; undefined at the end of the input. */
  async #readLine(): Promise<string | undefined> {
    const { session, editor, completer } = this.#parts;
    const { signal } = session.environment;
    await this.#watch.check();
    this.#isLocal = await isLocal(session);
    completer.warmUp();
    this.#flush();
    this.#isEditing = true;
    try {
      const prompt = this.#prompt();
      const { history } = session;
      const result = await editor.readLine({ prompt, history, signal });
      return result.kind === "line"
        ? result.text
        : result.kind === "interrupt"
        ? ""
        : undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      this.#isEditing = false;
    }
  }

  async #runLine(typed: string): Promise<void> {
    const { session } = this.#parts;
    let line: TypedLine;
    try {
      line = readTypedLine(typed, session.history);
    } catch (error) {
      showError(session, error);
      // To be put right and tried again.
      return this.#keep(keptLine(typed));
    }
    if (line.isExpanded) session.tell(`${line.kept ?? line.text}\n`);
    this.#keep(line.kept);
    const running = new AbortController();
    const { signal } = session.environment;
    this.#running = running;
    // A Ctrl-C that was read with the line comes a turn behind it.
    await session.environment.runtime.clock.sleep(0);
    await session.run(line.text, AbortSignal.any([signal, running.signal]));
    this.#running = undefined;
  }

  #keep(line: string | undefined): void {
    const { session: { history }, historyFile } = this.#parts;
    if (line === undefined || history.at(-1) === line) return;
    history.push(line);
    // A slow disk is none of the line's business.
    historyFile.append(line);
  }

  #prompt(): string {
    const { session: { defaults }, hasColor } = this.#parts;
    const { login, isExpired } = this.#watch;
    return formatPrompt(
      { isLocal: this.#isLocal, login, isExpired, defaults },
      hasColor,
    );
  }

  /** Shows a text above the line, or when the next one is read. */
  #say(text: string): void {
    if (this.#isEditing) this.#parts.editor.printAbove(text);
    else this.#unsaid += text;
  }

  #flush(): void {
    const text = this.#unsaid;
    this.#unsaid = "";
    if (text !== "") this.#parts.session.environment.terminal.err(text);
  }
}

/** Whether lines speak to the embedded store. */
async function isLocal(session: Session): Promise<boolean> {
  using context = openSessionContext(session, () => {});
  try {
    return await context.dss.swaggerUrl() === undefined;
  } catch (error) {
    // What is wrong with the configuration is told when a line needs it.
    if (error instanceof HcaError) return false;
    throw error;
  }
}
