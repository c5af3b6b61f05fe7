import {
  type Json,
  messageOf,
  parseJson,
  quote,
  UsageError,
} from "../base/mod.ts";
import { type Command, type Option, Values } from "./command.ts";
import type { Environment } from "./environment.ts";
import { checkGlobalOptions, GLOBAL_OPTIONS } from "./global_options.ts";
import { matchesPattern } from "./match_pattern.ts";
import { MissingOptionError } from "./missing_option_error.ts";
import { didYouMean } from "./suggest.ts";

/**
 * The values of a command's line. Long options may be cut short where that
 * is unambiguous, but for those that the whole run is set up by; `--flag
 * value` and `--flag=value` are the same; a list takes several values after
 * one flag, and the flag several times.
 *
 * @param argv the line without the words of the command
 * @param contents what the sources of {@linkcode namedSources} hold
 * @throws {UsageError} naming the option and what is wrong with it
 */
export function parseArguments(
  command: Command,
  argv: readonly string[],
  tokenize: Environment["tokenize"],
  contents: ReadonlyMap<string, string> = new Map(),
): Values {
  const options = optionsOf(command);
  const raw = collect(expandPrefixes(argv, options), options, tokenize);
  // Help is for those whose values may be wrong; nothing was read for them.
  if (raw.options.has("help")) return new Values(new Map([["help", true]]));
  checkGlobalOptions((name) => raw.options.has(name));
  const values = new Map<string, Json>();
  for (const [name, texts] of raw.options) {
    const option = options.get(name);
    if (option === undefined) continue;
    values.set(name, readOption(option, texts, contents));
  }
  readPositionals(command, raw.positionals, values);
  for (const option of options.values()) {
    if (!values.has(option.name) && option.default !== undefined) {
      values.set(option.name, option.default);
    }
  }
  const missing = (command.options ?? []).filter(({ name, required }) =>
    required && !values.has(name)
  );
  if (missing.length > 0) {
    throw new MissingOptionError(missing.map(({ name }) => name));
  }
  return new Values(values);
}

/**
 * Where a line takes JSON values from instead of stating them: `@path` for a
 * file, `-` for standard input.
 *
 * @throws {UsageError} as {@linkcode parseArguments}, and when standard input
 * is named twice
 */
export function namedSources(
  command: Command,
  argv: readonly string[],
  tokenize: Environment["tokenize"],
): string[] {
  const options = optionsOf(command);
  const raw = collect(expandPrefixes(argv, options), options, tokenize);
  if (raw.options.has("help")) return [];
  const sources = [...raw.options].flatMap(([name, texts]) =>
    options.get(name)?.type === "json" ? texts.filter(isSource) : []
  );
  if (sources.filter((source) => source === STANDARD_INPUT).length > 1) {
    throw new UsageError("standard input ('-') can be taken only once");
  }
  return sources;
}

const STANDARD_INPUT = "-";
const SHOWN_CHOICES = 50;

function isSource(text: string): boolean {
  return text === STANDARD_INPUT || text.startsWith("@");
}

function optionsOf(command: Command): Map<string, Option> {
  return new Map(
    [...GLOBAL_OPTIONS, ...(command.options ?? [])].map((option) =>
      [option.name, option] as const
    ),
  );
}

/** Writes cut options out; an ambiguous one is refused. */
function expandPrefixes(
  argv: readonly string[],
  options: ReadonlyMap<string, Option>,
): string[] {
  const end = argv.indexOf("--");
  // The others are read before the command and its options are known.
  const known = [...options.values()]
    .filter((option) =>
      option.name === "help" || !GLOBAL_OPTIONS.includes(option)
    )
    .map((option) => option.name);
  return argv.map((word, at) => {
    if (!word.startsWith("--") || word === "--") return word;
    if (end >= 0 && at > end) return word;
    const [, name = "", value = ""] = /^--([^=]*)(=.*)?$/s.exec(word) ?? [];
    if (options.has(name)) return word;
    const longer = known.filter((long) => long.startsWith(name));
    if (longer.length > 1) {
      throw new UsageError(
        `--${name} is ambiguous: it could be ` +
          longer.map((long) => `--${long}`).join(" or "),
      );
    }
    return longer.length === 1 ? `--${longer[0]}${value}` : word;
  });
}

interface RawArguments {
  options: Map<string, string[]>;
  positionals: string[];
}

function collect(
  argv: string[],
  options: ReadonlyMap<string, Option>,
  tokenize: Environment["tokenize"],
): RawArguments {
  const raw: RawArguments = { options: new Map(), positionals: [] };
  const declared = Object.fromEntries(
    [...options.values()].map(({ name, isSwitch, short }) =>
      [name, { takesValue: !isSwitch, short }] as const
    ),
  );
  // The list option whose values may go on with the next words.
  let open: string[] | undefined;
  for (const token of tokenize(argv, declared)) {
    if (token.kind === "terminator") open = undefined;
    else if (token.kind === "positional") {
      (open ?? raw.positionals).push(token.value);
    } else {
      const option = options.get(token.name);
      if (option === undefined) throw unknownOption(token.name, options);
      const texts = raw.options.get(option.name) ?? [];
      texts.push(optionText(option, token));
      raw.options.set(option.name, texts);
      open = option.isList ? texts : undefined;
    }
  }
  return raw;
}

function unknownOption(
  name: string,
  options: ReadonlyMap<string, Option>,
): UsageError {
  const flag = name.length === 1 ? `-${name}` : `--${name}`;
  const names = [...options.keys()].map((known) => `--${known}`);
  return new UsageError(
    `unknown option ${quote(flag)}${didYouMean(flag, names)}`,
  );
}

function optionText(
  option: Option,
  token: { value: string | undefined; isInline: boolean },
): string {
  const { value, isInline } = token;
  if (option.isSwitch) {
    if (value === undefined) return "true";
    throw new UsageError(`--${option.name} takes no value`);
  }
  // An option never takes the next option for its value.
  const isMissing = value === undefined ||
    (!isInline && /^-(?!\d|$)/.test(value));
  if (!isMissing) return value;
  throw new UsageError(`--${option.name} needs a value`, {
    hint: `A value that begins with '-' is written --${option.name}=VALUE.`,
  });
}

function readOption(
  option: Option,
  texts: string[],
  contents: ReadonlyMap<string, string>,
): Json {
  if (option.isSwitch) return true;
  if (!option.isList) return readValue(option, texts.at(-1) ?? "", contents);
  const values = texts.map((text) => readValue(option, text, contents));
  // A list may also be written as one JSON array.
  const [only] = values;
  return option.type === "json" && values.length === 1 && Array.isArray(only)
    ? only
    : values;
}

function readValue(
  option: Option,
  text: string,
  contents: ReadonlyMap<string, string>,
): Json {
  const { name, choices, pattern } = option;
  const refuse = (what: string): never => {
    throw new UsageError(`--${name} ${what}, not ${quote(text)}`);
  };
  if (choices !== undefined && !choices.includes(text)) {
    refuse(`must be one of ${listed(choices)}`);
  }
  if (pattern !== undefined && !matchesPattern(pattern, text)) {
    refuse(`must match ${pattern}`);
  }
  switch (option.type) {
    case "integer":
      return /^[+-]?\d+$/.test(text) && Number.isSafeInteger(Number(text))
        ? checkBounds(option, Number(text), refuse)
        : refuse("takes a whole number");
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text))
        ? checkBounds(option, Number(text), refuse)
        : refuse("takes a number");
    case "boolean":
      return /^(true|false)$/i.test(text)
        ? text.toLowerCase() === "true"
        : refuse("takes true or false");
    case "json":
      return readJson(name, text, contents);
    default:
      return text;
  }
}

/** Some values of a list, which a service may make of any length. */
function listed(values: readonly string[]): string {
  const more = values.length - SHOWN_CHOICES;
  return values.slice(0, SHOWN_CHOICES).join(", ") +
    (more > 0 ? ` and ${more} more` : "");
}

function checkBounds(
  { minimum, maximum }: Option,
  value: number,
  refuse: (what: string) => never,
): number {
  if (minimum !== undefined && value < minimum) {
    refuse(`must be ${minimum} or more`);
  }
  if (maximum !== undefined && value > maximum) {
    refuse(`must be ${maximum} or less`);
  }
  return value;
}

function readJson(
  name: string,
  text: string,
  contents: ReadonlyMap<string, string>,
): Json {
  const content = isSource(text) ? contents.get(text) : undefined;
  const from = content === undefined ? "" : ` (from ${quote(text, 200)})`;
  try {
    return parseJson(content ?? text, `--${name}${from}`);
  } catch (cause) {
    throw new UsageError(messageOf(cause), {
      cause,
      hint: content === undefined
        ? `Quote it for the shell: --${name} '{"key": "value"}', or take it ` +
          `from a file: --${name} @FILE.`
        : undefined,
    });
  }
}

function readPositionals(
  command: Command,
  texts: string[],
  values: Map<string, Json>,
): void {
  const { positionals = [] } = command;
  positionals.forEach(({ name, isOptional, isList }, at) => {
    const text = texts[at];
    if (text === undefined) {
      if (isOptional) return;
      throw new UsageError(`${name} must be given`);
    }
    values.set(name, isList ? texts.slice(at) : text);
  });
  if (positionals.at(-1)?.isList) return;
  const surplus = texts[positionals.length];
  if (surplus === undefined) return;
  // A token whose flag was forgotten must not be shown.
  const mayBeSecret = command.options?.some(({ name }) =>
    name === "access-token"
  );
  throw new UsageError(
    mayBeSecret
      ? "an argument stands where none is expected; write it after its flag"
      : `unexpected argument ${quote(surplus)}`,
  );
}
