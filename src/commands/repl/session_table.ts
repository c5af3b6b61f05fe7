import type { Command } from "../command.ts";
import { groupOfService } from "../service_commands.ts";
import { builtins } from "./builtins/mod.ts";
import type { Session } from "./session.ts";

// A session inside a session, and what only shells can use.
const ELSEWHERE = ["repl", "completions", "__complete"];
const DATA_STORE = "dss";

/**
 * The commands of a session: those of the program, and its own, which stand
 * for one of the program that has the same name.
 */
export function rootOfSession(session: Session, program: Command): Command {
  const own = builtins(session);
  const names = new Set([...ELSEWHERE, ...own.map(({ name }) => name)]);
  const others = (program.commands ?? [])
    .filter(({ name }) => !names.has(name));
  return {
    ...program,
    summary: "The interactive session: the commands of hca without 'hca', " +
      "and its own.",
    description: "'help COMMAND' says more about one, 'tour' shows around, " +
      "'examples' has lines to try. Those of the group dss need no 'dss': " +
      "post-search, get-bundle, download.\n\n" +
      "$1, $2 … are what the last answer listed, $_ is what was shown or " +
      "used last. '> FILE' writes what a command prints to a file, '>> FILE' " +
      "behind it, '| PROGRAM' gives it to a program; '&' at the end runs it " +
      "beside the prompt, ';' separates commands. Brackets of JSON may be " +
      "closed in later lines.\n\n" +
      "Tab completes, Up and Ctrl-R bring earlier lines back, !! is the last " +
      "one; Ctrl-C stops a command, Ctrl-D ends the session.",
    options: [],
    examples: ["post-search --es-query {}", "get-bundle $1", "download $1 &"],
    commands: [...own, ...others],
  };
}

/**
 * The group whose commands stand without its name.
 *
 * @param service a configured service; undefined: the DSS
 */
export function seedOfSession(
  root: Command,
  service: string | undefined,
): Command {
  const name = service ?? DATA_STORE;
  // Some groups are there whether or not their service is configured.
  const fixed = root.commands?.find((command) => command.name === name);
  if (fixed !== undefined) return fixed;
  return service === undefined ? root : groupOfService(service);
}
