import assert from "node:assert/strict";
import type {
  RunResult,
  TestEnvironment,
} from "../support/test_environment.ts";

/** What a line of a script left. */
export type LineResult = Pick<RunResult, "status" | "out" | "err">;

const ASSIGNMENT = /^(\w+)=(?:\$\((.*)\)|`(.*)`)$/;

/**
 * As much of a shell as the scripts of the atlas's document need: `hca …`,
 * `echo WORDS`, `jq -r .NAME`, pipes to it, variables, and assignments of
 * what a line prints. As in a shell, a variable that is empty and not quoted
 * is no word at all, and a script goes on after a line that failed.
 */
export class SeedShell {
  /** What was assigned. */
  readonly variables = new Map<string, string>();

  /** Runs lines in the world of `hca`. */
  constructor(readonly hca: TestEnvironment) {}

  /** Runs one line. */
  async run(line: string): Promise<LineResult> {
    const [, name, inner, quoted] = ASSIGNMENT.exec(line) ?? [];
    if (name === undefined) return await this.#pipeline(line);
    const result = await this.#pipeline(inner ?? quoted ?? "");
    this.variables.set(name, result.out.replace(/\n+$/, ""));
    return { ...result, out: "" };
  }

  /** Runs a line that must go well, and gives what it printed. */
  async expect(line: string): Promise<string> {
    const { status, out, err } = await this.run(line);
    assert.equal(status, 0, `${line}: ${err}`);
    return out;
  }

  async #pipeline(line: string): Promise<LineResult> {
    const [first = "", ...filters] = line.split(" | ");
    let result = await this.#command(first);
    for (const filter of filters) {
      result = { ...result, out: jq(filter.trim(), result.out) };
    }
    return result;
  }

  async #command(line: string): Promise<LineResult> {
    const expanded = line.replace(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (_all, braced, bare) => this.variables.get(braced ?? bare) ?? "",
    );
    if (!line.startsWith("echo ")) return await this.hca.runLine(expanded);
    const words = expanded.slice(5).split(/\s+/).filter((word) => word !== "");
    return { status: 0, out: `${words.join(" ")}\n`, err: "" };
  }
}

/** `jq -r '.NAME'`: a member's text, nothing of nothing. */
function jq(filter: string, input: string): string {
  const [, name = ""] = /^jq -r '?\.(\w+)'?$/.exec(filter) ?? [];
  assert.notEqual(name, "", filter);
  if (input.trim() === "") return "";
  const { [name]: value = null } = JSON.parse(input);
  return `${typeof value === "string" ? value : JSON.stringify(value)}\n`;
}
