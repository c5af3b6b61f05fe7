import type {
  ArgumentToken,
  Database,
  Fetch,
  JmesPath,
  Json,
  KeySource,
  Runtime,
  Terminal,
} from "../base/mod.ts";
import type { UserEnvironment } from "../config/mod.ts";
import type { DssClient } from "../services/mod.ts";
import type { OpenTransferStore } from "../store/mod.ts";

/** What a person at the keyboard does. */
export interface Keyboard {
  /**
   * Loads what reads it, so that `openKeys` takes effect at once: what is
   * typed after a prompt must not be shown by the terminal as well.
   */
  load?: () => Promise<void>;
  /** Opens it for reading key by key. */
  openKeys: () => KeySource;
  /**
   * Keeps it as it is between two `openKeys`, until it is disposed of: what
   * is typed meanwhile is not shown by the terminal and is there for the next
   * one, and Ctrl-C goes to `onInterrupt`. Default: whole lines, and their
   * echo, come between the two.
   */
  holdKeys?: () => Disposable;
  /**
   * Calls `listener` for Ctrl-C, instead of ending the program, until it is
   * disposed of. It counts while the keyboard is not read key by key.
   */
  onInterrupt: (listener: () => void) => Disposable;
}

/** A program that runs beside us. */
export interface RunningProgram {
  /**
   * Writes to its standard input.
   *
   * @throws {ClosedOutput} when it does not read any more
   */
  write: (bytes: Uint8Array) => Promise<void>;
  /** Ends its input, waits for its end, and gives its exit status. */
  finish: () => Promise<number>;
  /** Asks it to end now. */
  stop: () => void;
}

/** Takes what a program writes. */
export interface ProgramOutput {
  /** Gets its data. */
  out: (bytes: Uint8Array) => Promise<void>;
  /** Gets its messages. */
  err: (text: string) => void;
}

/** What a {@linkcode Presenter} is told of an answer. */
export interface AnswerNote {
  /** Where its list is, if it is a page; null: at `results`. */
  contentKey: string | null;
  /** What a query made of it, if that is what is shown. */
  shown?: Json;
  /** Whether it is the first page of more, which nobody keeps. */
  isPart?: boolean;
}

/** Shows answers to a person. */
export interface Presenter {
  /** Takes note of a whole answer, whatever is shown of it. */
  remember: (answer: Json, note: AnswerNote) => void;
  /**
   * The lines that stand for a value, without line ends.
   *
   * @param contentKey where its list is, if it is a page; null: at `results`
   * @returns undefined when it is to be written as JSON
   */
  present: (value: Json, contentKey: string | null) =>
    | Iterable<string>
    | undefined;
}

/** Everything that commands need from outside; tests pass their own. */
export interface Environment extends UserEnvironment {
  /** The version of hca. */
  version: string;
  /** Runtime and machine in words. */
  hostDescription: string;
  /** Clock, network, files. Its log is replaced by the one of the run. */
  runtime: Runtime;
  /** Where data and messages go. */
  terminal: Terminal;
  /** Aborted when the user or the system wants an end. */
  signal: AbortSignal;
  /** Splits an argument line. */
  tokenize: (
    argv: readonly string[],
    options: Record<string, { takesValue: boolean; short?: string }>,
  ) => ArgumentToken[];
  /** Compiles JMESPath expressions; loads the library at the first call. */
  jmesPath: JmesPath;
  /** Opens the network anew, otherwise than `runtime.fetch` speaks to it. */
  openFetch: (options: { http2: boolean }) => Fetch & Disposable;
  /**
   * Opens the store below a download directory. Default: worked on by this
   * thread.
   */
  openTransferStore?: OpenTransferStore;
  /** Opens an SQL database in a file. */
  openDatabase: (path: string) => Database;
  /** The keyboard; undefined when standard input is no terminal. */
  keyboard?: Keyboard;
  /**
   * The lines of standard input, which nobody else reads then; default: the
   * answers of the terminal.
   *
   * @throws {CancelledError} when the signal is aborted
   */
  inputLines?: (signal: AbortSignal) => AsyncIterable<string>;
  /**
   * Starts a line of the system's shell that reads what it is given.
   *
   * @param output takes what it writes; default: it goes where ours does
   * @throws {LocalError} when there is no shell
   */
  startProgram: (line: string, output?: ProgramOutput) => RunningProgram;
  /** A client to use instead of one that is made by the configuration. */
  dssClient?: DssClient;
  /** Shows an answer to a person; undefined: it is written as JSON. */
  presenter?: Presenter;
  /**
   * Shows an address in the browser of this machine.
   *
   * @returns false when there is none: no desktop, or it could not be started
   */
  openBrowser: (url: string) => Promise<boolean>;
  /** Serves a handler on a port until the signal ends it. */
  serve: (
    handler: (request: Request) => Promise<Response>,
    options: {
      host: string;
      port: number;
      tls?: { cert: string; key: string };
      signal: AbortSignal;
      onListen: (address: { host: string; port: number }) => void;
      onRefusing?: (why: Error) => void;
    },
  ) => Promise<void>;
}
