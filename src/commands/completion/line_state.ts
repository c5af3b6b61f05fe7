import type { Option } from "../command.ts";

/** What the words before the cursor say. */
export interface LineState {
  /** The options that were given, each with its values. */
  given: ReadonlyMap<string, readonly string[]>;
  /** The option whose value has to come next. */
  pending: Option | undefined;
  /** The list option whose values may go on. */
  open: Option | undefined;
  /** How many arguments without a flag there were. */
  positionals: number;
  /** Whether `--` ended the options. */
  isTerminated: boolean;
}

/**
 * Reads the words of an unfinished line by the rules of `parseArguments`, but
 * takes everything: what is wrong is refused when the line is run.
 */
export function readLineState(
  options: readonly Option[],
  words: readonly string[],
): LineState {
  const given = new Map<string, string[]>();
  const note = ({ name }: Option, ...values: string[]) =>
    given.set(name, [...given.get(name) ?? [], ...values]);
  let pending: Option | undefined;
  let open: Option | undefined;
  let positionals = 0;
  let isTerminated = false;
  for (const word of words) {
    if (isTerminated) positionals++;
    else if (word === "--") {
      isTerminated = true;
      pending = open = undefined;
    } else if (isOptionWord(word)) {
      const { option, value } = splitOption(options, word);
      pending = open = undefined;
      if (option === undefined) continue;
      note(option, ...(value === undefined ? [] : [value]));
      if (!option.isSwitch && value === undefined) pending = option;
      else if (option.isList) open = option;
    } else if (pending ?? open) {
      const option = pending ?? open;
      if (option === undefined) continue;
      note(option, word);
      pending = undefined;
      open = option.isList ? option : undefined;
    } else positionals++;
  }
  return { given, pending, open, positionals, isTerminated };
}

/** Whether a word is an option: a dash alone and numbers are values. */
export function isOptionWord(word: string): boolean {
  return /^-(?!\d|$)/.test(word);
}

/** The option that a word names, and the value after its `=`. */
export function splitOption(
  options: readonly Option[],
  word: string,
): { option: Option | undefined; value: string | undefined } {
  const [, long, short, value] = /^(?:--([^=]*)|-([^-=]))(?:=(.*))?$/s
    .exec(word) ?? [];
  if (short !== undefined) {
    return { option: options.find((option) => option.short === short), value };
  }
  return { option: optionNamed(options, long ?? ""), value };
}

function optionNamed(
  options: readonly Option[],
  name: string,
): Option | undefined {
  const exact = options.find((option) => option.name === name);
  if (exact !== undefined || name === "") return exact;
  const longer = options.filter((option) => option.name.startsWith(name));
  return longer.length === 1 ? longer[0] : undefined;
}
