import type { Command } from "./command.ts";

// 'hca dss get-bundle --help' and 'get-bundle --help', in either quotes.
const HELP =
  /(['"])(?:hca(?: |(?=\1)))?((?:[a-z][\w-]*(?: |(?=\1)))*?)--help\1/g;
const COMMAND = /(['"])hca (?:dss )?([^'"\n]+)\1/g;
const IDENTIFIERS = ["bundle-uuid", "uuid"];
// A session always has one.
const REPLICA = "replica";
// What only a shell understands.
const SHELL = /[$<]\(|(^|\s)<\s|^\w+=/;

/**
 * Text for people as an interactive session says it: the commands that it
 * quotes are those of the session, so that `'hca dss login'` becomes
 * `'login'`, and `'hca dss get-bundle --help'` becomes `'help get-bundle'`.
 */
export function sessionWording(text: string): string {
  return text
    .replace(HELP, (_match, quote: string, words: string) => {
      const path = sessionPath(words.split(" ").filter((word) => word !== ""));
      return `${quote}${["help", ...path].join(" ")}${quote}`;
    })
    .replace(COMMAND, "$1$2$1");
}

/**
 * The examples of a command as they are typed in a session: those that need a
 * shell are left out, and `$1` is in the first for one that needs an identifier
 * and nothing else.
 */
export function sessionExamples(
  { name, options = [], examples = [] }: Command,
): string[] {
  const needed = options.filter(({ required }) => required)
    .map(({ name }) => name);
  const isAboutOne = needed.some((name) => IDENTIFIERS.includes(name)) &&
    needed.every((name) => [...IDENTIFIERS, REPLICA].includes(name));
  return [
    ...(isAboutOne ? [`${name} $1`] : []),
    ...examples.filter((line) => !SHELL.test(line))
      .map((line) => line.replace(/^hca (?:dss )?/, "")),
  ];
}

/** The words of a command, without those that a session does without. */
export function sessionPath(path: readonly string[]): readonly string[] {
  return path.length > 1 && path[0] === "dss" ? path.slice(1) : path;
}
