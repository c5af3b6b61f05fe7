import {
  AnsweredError,
  AuthError,
  ClosedOutput,
  formatJson,
  HcaError,
  type JsonObject,
  messageOf,
  PartialError,
  printable,
  redactSecrets,
  type Terminal,
} from "../base/mod.ts";
import { redactUrl } from "../http/mod.ts";
import { EXIT_CODES, exitStatusOf } from "./exit_codes.ts";
import { StatusError } from "./status_error.ts";

const LOGIN_HINT =
  "Log in with 'hca dss login', or set HCA_ACCESS_TOKEN; the " +
  "token is sent where the API document asks for one, and everywhere with " +
  "--auth.";

/** How an error is shown. */
export interface ErrorStyle {
  /** Whether the stack is shown too. */
  withStack: boolean;
  /** Whether it is one JSON object in one line. */
  asJson: boolean;
  /** Puts what helps in other words; default: as it is. */
  reword?: (text: string) => string;
}

/**
 * Shows what ended a run, one line for each thing that went wrong, and gives
 * the exit status. This is the only place where errors are shown.
 *
 * @param path the words of the command
 */
export function printError(
  terminal: Terminal,
  path: readonly string[],
  error: unknown,
  style: ErrorStyle,
): number {
  // Nobody reads any more, as after `| head`: that is a good end.
  if (error instanceof ClosedOutput) return EXIT_CODES.done.status;
  if (error instanceof StatusError) return error.status;
  const command = path.join(" ");
  const stack = style.withStack
    ? redactSecrets(stackOf(error)).split("\n").map(printable)
    : undefined;
  if (style.asJson) {
    const line = {
      level: "ERROR",
      command,
      error: describeError(error),
      ...(stack !== undefined && { stack }),
    };
    terminal.err(`${formatJson(line, { indent: 0 })}\n`);
    return exitStatusOf(error);
  }
  const say = (text: string) =>
    terminal.err(`${command}: error: ${printable(redactSecrets(text))}\n`);
  if (error instanceof PartialError) {
    const told = new Set<string | undefined>();
    for (const { name, error: failure } of error.failures) {
      const hint = hintOf(failure);
      // What helps against one helps against its like.
      say(`${name}: ${sentencesFor(failure, style, told.has(hint))}`);
      told.add(hint);
    }
    if (error.omitted > 0) say(`and ${error.omitted} more`);
  }
  say(sentencesFor(error, style));
  if (stack !== undefined) terminal.err(`${stack.join("\n")}\n`);
  return exitStatusOf(error);
}

/**
 * An error as data: `class`, `code`, `message`, `hint`, `exit`, what the
 * service answered, and the failures of a run that failed in part, all
 * without what looks like a secret.
 */
export function describeError(error: unknown): JsonObject {
  const answer = error instanceof AnsweredError ? error.answer : undefined;
  return {
    class: error instanceof Error ? error.name : "Error",
    code: error instanceof HcaError ? error.code : "bug",
    message: redactSecrets(messageFor(error)),
    hint: redacted(hintOf(error)),
    exit: exitStatusOf(error),
    ...(answer !== undefined && {
      status: answer.status,
      service_code: redacted(answer.code),
      title: redacted(answer.title),
      request_id: redacted(answer.requestId),
    }),
    ...(error instanceof PartialError && {
      failures: error.failures.map((failure) => ({
        name: redactSecrets(failure.name),
        error: describeError(failure.error),
      })),
      ...(error.omitted > 0 && { omitted: error.omitted }),
    }),
  };
}

function redacted(text: string | undefined): string | null {
  return text === undefined ? null : redactSecrets(text);
}

/** What was not foreseen may name an address as it is. */
function messageFor(error: unknown): string {
  const message = messageOf(error);
  return error instanceof HcaError ? message : redactUrls(message);
}

function redactUrls(text: string): string {
  return text.replace(/https?:\/\/[^\s)'"]+/g, redactUrl);
}

function hintOf(error: unknown): string | undefined {
  if (!(error instanceof HcaError)) {
    return "This is a fault of hca; please report it with the output of " +
      "--log-level DEBUG.";
  }
  return error.hint ?? (error instanceof AuthError ? LOGIN_HINT : undefined);
}

function sentencesFor(
  error: unknown,
  { reword = (text) => text }: ErrorStyle,
  isHintTold = false,
): string {
  const message = messageFor(error);
  const hint = isHintTold ? undefined : hintOf(error);
  // Without a login the message itself says what helps.
  const isHelp = error instanceof AuthError;
  return sentences(isHelp ? reword(message) : message, hint && reword(hint));
}

function sentences(message: string, hint: string | undefined): string {
  if (hint === undefined) return message;
  return /[.?!]$/.test(message) ? `${message} ${hint}` : `${message}. ${hint}`;
}

/** The stack and those of the causes; addresses lose their secrets. */
function stackOf(error: unknown): string {
  const stack = error instanceof Error ? error.stack ?? "" : String(error);
  const plain = redactUrls(stack);
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? plain : `${plain}\ncaused by ${stackOf(cause)}`;
}
