import type { Json } from "../base/mod.ts";
import type { Context } from "./context.ts";

/** The type of an option's value. */
export type OptionType = "string" | "integer" | "number" | "boolean" | "json";

/** One flag of a command. */
export interface Option {
  /** Its name without the dashes, as in `bundle-uuid`. */
  name: string;
  /** One letter that stands for it. */
  short?: string;
  /** What it is about. */
  description: string;
  /** The type of its value. Default `string`. */
  type?: OptionType;
  /** Whether the command cannot do without it. */
  required?: boolean;
  /** The values it may have. */
  choices?: readonly string[];
  /** A regular expression that values match, unanchored. */
  pattern?: string;
  /** The least number, inclusive. */
  minimum?: number;
  /** The greatest number, inclusive. */
  maximum?: number;
  /** Whether it takes several values. */
  isList?: boolean;
  /** Whether it stands alone and takes no value. */
  isSwitch?: boolean;
  /** What is taken when it is not given. */
  default?: Json;
  /** What the shell may offer for its value. */
  completes?: "path" | "directory" | "uuid" | "version";
}

/** An argument without a flag. */
export interface Positional {
  /** What help calls it, as in `DIR`. */
  name: string;
  /** What it is about. */
  description: string;
  /** Whether the command can do without it; none that it needs may follow. */
  isOptional?: boolean;
  /** Whether it takes all the words that are left; then it is the last. */
  isList?: boolean;
  /** What may be offered for it. */
  completes?: "path" | "directory";
  /** The values that may be offered for it, and others are taken too. */
  suggestions?: readonly string[];
}

/** An entry of the command table: a command, or a group of commands. */
export interface Command {
  /** Its word on the command line. */
  name: string;
  /** Other words for it, not shown in lists. */
  aliases?: readonly string[];
  /** Whether it is left out of lists: it is for programs. */
  isHidden?: boolean;
  /** One line about it. */
  summary: string;
  /** More about it. */
  description?: string;
  /** Lines to try, as typed. */
  examples?: readonly string[];
  /** Its flags, in the order in which help shows them. */
  options?: readonly Option[];
  /** Its arguments without flags. */
  positionals?: readonly Positional[];
  /** Does the work; absent for a group. */
  run?: (context: Context, values: Values) => Promise<void>;
  /** The commands of a group that are always there. */
  commands?: readonly Command[];
  /** The commands of a group that an API document brings. */
  generated?: (context: Context) => Promise<readonly Command[]>;
}

/** The values of a parsed command line, by option or positional name. */
export class Values {
  readonly #values: ReadonlyMap<string, Json>;

  /** Holds values that were checked against their options. */
  constructor(values: ReadonlyMap<string, Json>) {
    this.#values = values;
  }

  /** The value as it is; undefined when it was not given. */
  get(name: string): Json | undefined {
    return this.#values.get(name);
  }

  /** A text; undefined when it was not given. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === undefined ? undefined : String(value);
  }

  /** A text of an option that is required or has a default. */
  need(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw new TypeError(`no value for ${name}`);
    return value;
  }

  /** Several texts; undefined when the option was not given. */
  list(name: string): string[] | undefined {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value.map(String) : undefined;
  }

  /** A number of an option that is required or has a default. */
  number(name: string): number {
    return Number(this.need(name));
  }

  /** A switch. */
  flag(name: string): boolean {
    return this.#values.get(name) === true;
  }
}
