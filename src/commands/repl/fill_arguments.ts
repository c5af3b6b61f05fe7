import { isUuid, isVersion, parseFqid } from "../../base/mod.ts";
import type { Command, Option } from "../command.ts";
import { isOptionWord, splitOption } from "../completion/line_state.ts";
import { GLOBAL_OPTIONS } from "../global_options.ts";
import type { SessionDefaults } from "./defaults.ts";

// The flags that take an identifier, the one that is meant first.
const UUID_FLAGS = ["bundle-uuid", "uuid", "checkout-job-id"];
const VERSION_FLAGS = ["bundle-version", "version"];
const DIRECTORY_FLAG = "download-dir";

/**
 * A line with what a session adds to it:
 *
 * - an identifier without a flag gets the command's flag for one, if the
 *   command takes no arguments without flags;
 * - an FQID becomes uuid and version, where the command takes a version and
 *   the line says no other;
 * - `--replica` and, of downloads, `--download-dir` get the session's
 *   defaults. `verify PATH` does not: its argument is the directory.
 *
 * What the line says itself stays as it is.
 *
 * @param words the line without the words of the command
 */
export function fillArguments(
  command: Command,
  words: readonly string[],
  defaults: SessionDefaults,
): string[] {
  if (command.run === undefined) return [...words];
  const line = new ArgumentLine(command, words);
  // Help is for the command as it is.
  if (line.isGiven("help")) return [...words];
  line.nameIdentifiers();
  line.fill("replica", defaults.replica);
  if (!line.hasArguments) line.fill(DIRECTORY_FLAG, defaults.dir);
  return line.words;
}

/**
 * A line whose identifiers have their flags, and nothing else is added.
 *
 * @param words the line without the words of the command
 */
export function nameIdentifiers(
  command: Command,
  words: readonly string[],
): string[] {
  const line = new ArgumentLine(command, words);
  line.nameIdentifiers();
  return line.words;
}

/**
 * The flag that an identifier without one would get; undefined when the
 * command has none, or the line has it already.
 *
 * @param words the line without the words of the command
 */
export function bareIdentifierFlag(
  command: Command,
  words: readonly string[],
): string | undefined {
  return new ArgumentLine(command, words).bareFlag;
}

/** A flag as it stands in a line. */
interface Occurrence {
  option: Option | undefined;
  /** Where the word is that has its value. */
  index: number;
  /** What is before the value in that word, as `--uuid=`. */
  prefix: string;
  /** Its value; undefined when there is none. */
  value: string | undefined;
}

class ArgumentLine {
  readonly words: string[];
  /** Whether the command takes arguments without flags. */
  readonly hasArguments: boolean;
  readonly #options: readonly Option[];
  readonly #uuidFlag: string | undefined;
  readonly #versionFlag: string | undefined;

  constructor(command: Command, words: readonly string[]) {
    this.words = [...words];
    // The command's own ones first, as when the line is parsed.
    this.#options = [...command.options ?? [], ...GLOBAL_OPTIONS];
    this.#uuidFlag = UUID_FLAGS.find((name) => this.#option(name));
    this.#versionFlag = VERSION_FLAGS.find((name) => this.#option(name));
    this.hasArguments = (command.positionals ?? []).length > 0;
  }

  /** The flag of an identifier that has none. */
  get bareFlag(): string | undefined {
    const flag = this.#uuidFlag;
    const isOpen = flag !== undefined && !this.hasArguments &&
      !this.isGiven(flag);
    return isOpen ? flag : undefined;
  }

  /** Gives identifiers their flags. */
  nameIdentifiers(): void {
    this.#flagIdentifier();
    this.#splitFqid();
  }

  /** `get-bundle UUID` becomes `get-bundle --uuid UUID`. */
  #flagIdentifier(): void {
    const flag = this.bareFlag;
    if (flag === undefined) return;
    const at = this.#bare().find((index) => {
      const { uuid, version } = parseFqid(this.words[index] ?? "");
      return isUuid(uuid) && (version === "" || isVersion(version));
    });
    if (at === undefined) return;
    // One word, so that a list before it does not take a part.
    this.words[at] = `--${flag}=${this.words[at]}`;
  }

  /** `--uuid UUID.VERSION` becomes `--uuid UUID --version VERSION`. */
  #splitFqid(): void {
    const [uuidFlag, versionFlag] = [this.#uuidFlag, this.#versionFlag];
    if (uuidFlag === undefined || versionFlag === undefined) return;
    // The last one counts, as when the line is parsed.
    const given = this.#given(uuidFlag).at(-1);
    const { uuid, version } = parseFqid(given?.value ?? "");
    if (given === undefined || !isUuid(uuid) || !isVersion(version)) return;
    const other = this.#given(versionFlag).at(-1);
    // Which of two is meant is not for us to say.
    if (other !== undefined && other.value !== version) return;
    this.words[given.index] = `${given.prefix}${uuid}`;
    this.fill(versionFlag, version);
  }

  /** Gives a flag that the command has a value, unless it has one. */
  fill(flag: string, value: string | undefined): void {
    if (value === undefined || !this.#option(flag) || this.isGiven(flag)) {
      return;
    }
    // What follows `--` is no flag; a list takes the words behind it.
    this.words.unshift(`--${flag}=${value}`);
  }

  /** Whether a flag stands in the line. */
  isGiven(flag: string): boolean {
    return this.#given(flag).length > 0;
  }

  #option(name: string): Option | undefined {
    return this.#options.find((option) => option.name === name);
  }

  #given(flag: string): Occurrence[] {
    return this.#occurrences().filter(({ option }) => option?.name === flag);
  }

  #occurrences(): Occurrence[] {
    return this.#flagged().flatMap((word, index) => {
      if (!isOptionWord(word) || word === "--") return [];
      const { option, value } = splitOption(this.#options, word);
      if (value !== undefined) {
        const prefix = word.slice(0, word.length - value.length);
        return [{ option, index, prefix, value }];
      }
      const next = this.#flagged()[index + 1];
      return [{ option, index: index + 1, prefix: "", value: next }];
    });
  }

  /** Where the words are that belong to no flag. */
  #bare(): number[] {
    const found: number[] = [];
    let takes: "none" | "one" | "many" = "none";
    for (const [index, word] of this.#flagged().entries()) {
      if (isOptionWord(word)) {
        const { option, value } = splitOption(this.#options, word);
        const isComplete = option === undefined || option.isSwitch ||
          value !== undefined && !option.isList;
        takes = isComplete ? "none" : option.isList ? "many" : "one";
      } else if (takes === "none") found.push(index);
      else if (takes === "one") takes = "none";
    }
    return found;
  }

  /** The words before `--`. */
  #flagged(): readonly string[] {
    const end = this.words.indexOf("--");
    return end < 0 ? this.words : this.words.slice(0, end);
  }
}
