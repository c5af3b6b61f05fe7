import {
  isJsonObject,
  type Json,
  NetworkError,
  NotFoundError,
  type Terminal,
  UsageError,
} from "../../base/mod.ts";
import { RETIRED_HINT } from "../dss_session.ts";
import { UnknownCommandError } from "../find_command.ts";
import { MissingOptionError } from "../missing_option_error.ts";
import { type ErrorStyle, printError } from "../print_error.ts";
import { sessionPath, sessionWording } from "../session_wording.ts";

const UUID_FLAGS = ["uuid", "bundle-uuid"];

/** Where the identifier comes from that a command was not given. */
const FINDERS: readonly (readonly [RegExp, string])[] = [
  [/collection/, "'get-collections' lists yours"],
  [/subscription/, "'get-subscriptions' lists yours"],
  [/-file$/, "'get-bundle UUID' lists the files of a bundle"],
  [/bundle|^download$|event/, "'post-search --es-query {}' lists bundles"],
];

const NOT_FOUND_HINT = "'recent' lists what was seen, 'session' says where " +
  "it was looked for.";

const UNREACHED_HINT = "'use service local' is the embedded DSS, " +
  "'use service ADDRESS' another one.";

/**
 * Shows what ended a line of a session as `printError` does, with the next
 * command to type: errors that say nothing else name the command that helps,
 * and all commands are named as in a session.
 *
 * @param path the words of the command, without `hca`; none if it was not
 * found
 * @returns the exit status
 */
export function printSessionError(
  terminal: Terminal,
  path: readonly string[],
  error: unknown,
  style: ErrorStyle,
): number {
  return printError(
    terminal,
    path.length === 0 ? ["hca"] : path,
    withSessionHint(error, path),
    { ...style, reword: sessionWording },
  );
}

/**
 * An error with the next command to type, if it names none: where a missing
 * identifier comes from, what knows the commands, what lists what there is.
 *
 * @param path the words of the command, without `hca`
 */
export function withSessionHint(
  error: unknown,
  path: readonly string[],
): unknown {
  if (error instanceof UnknownCommandError) {
    // Its words are those before the one that is not known, `hca` first.
    return hinted(error, seeHelp(error.path.slice(1)));
  }
  if (error instanceof NotFoundError) return notFound(error);
  if (error instanceof NetworkError && error.hint === RETIRED_HINT) {
    const { message, retryable } = error;
    const options = { cause: error, hint: UNREACHED_HINT, retryable };
    return new NetworkError(message, options);
  }
  if (!(error instanceof UsageError) || error.hint !== undefined) return error;
  const isMissing = error instanceof MissingOptionError;
  return hinted(error, isMissing ? missingHint(error, path) : seeHelp(path));
}

/**
 * What to say of an answer that found nothing; undefined for any other.
 *
 * @param path the words of the command, without `hca`
 */
export function emptyAnswerHint(
  answer: Json | undefined,
  path: readonly string[],
): string | undefined {
  const isSearch = path.at(-1) === "post-search";
  const isEmpty = isJsonObject(answer) && Array.isArray(answer.results) &&
    answer.results.length === 0;
  return isSearch && isEmpty
    ? "nothing has that; 'examples search' has queries to begin with"
    : undefined;
}

function notFound(error: NotFoundError): NotFoundError {
  const { message, hint = NOT_FOUND_HINT, retryable, answer } = error;
  const options = { cause: error, hint, retryable };
  return new NotFoundError(message, { ...options, ...(answer && { answer }) });
}

function hinted(error: UsageError, hint: string): UsageError {
  return new UsageError(error.message, { cause: error, hint });
}

function seeHelp(path: readonly string[]): string {
  return `See '${helpOf(path)}'.`;
}

function helpOf(path: readonly string[]): string {
  return ["help", ...sessionPath(path)].join(" ");
}

function missingHint(
  { names }: MissingOptionError,
  path: readonly string[],
): string {
  const name = path.at(-1) ?? "";
  const [, finder] = FINDERS.find(([pattern]) => pattern.test(name)) ?? [];
  const isIdentifier = names.some((flag) => UUID_FLAGS.includes(flag));
  if (!isIdentifier || finder === undefined) return seeHelp(path);
  return `${finder}, then '${name} $1' takes the first; ` +
    `'${helpOf(path)}' says more.`;
}
