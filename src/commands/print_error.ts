import {
  ClosedOutput,
  HcaError,
  messageOf,
  PartialError,
  printable,
  type Terminal,
} from "../base/mod.ts";
import { EXIT_CODES, exitStatusOf } from "./exit_codes.ts";

/**
 * Shows what ended a run, one line for each thing that went wrong, and gives
 * the exit status. This is the only place where errors are shown.
 *
 * @param path the words of the command
 * @param withStack whether the stack is shown too
 */
export function printError(
  terminal: Terminal,
  path: readonly string[],
  error: unknown,
  withStack: boolean,
): number {
  // Nobody reads any more, as after `| head`: that is a good end.
  if (error instanceof ClosedOutput) return EXIT_CODES.done.status;
  const say = (text: string) =>
    terminal.err(`${path.join(" ")}: error: ${printable(text)}\n`);
  if (error instanceof PartialError) {
    for (const failure of error.failures) {
      say(`${failure.name}: ${failure.error.message}`);
    }
  }
  if (error instanceof HcaError) {
    say(withHint(error));
  } else {
    say(
      `${messageOf(error)}. This is a fault of hca; please report it with ` +
        "the output of --log-level DEBUG.",
    );
  }
  if (withStack) {
    const lines = stackOf(error).split("\n").map(printable);
    terminal.err(`${lines.join("\n")}\n`);
  }
  return exitStatusOf(error);
}

function withHint({ message, hint }: HcaError): string {
  if (hint === undefined) return message;
  return /[.?!]$/.test(message) ? `${message} ${hint}` : `${message}. ${hint}`;
}

function stackOf(error: unknown): string {
  const stack = error instanceof Error ? error.stack ?? "" : String(error);
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? stack : `${stack}\ncaused by ${stackOf(cause)}`;
}
