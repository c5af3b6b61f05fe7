import { HcaError, messageOf } from "../../base/mod.ts";
import type { Command } from "../command.ts";
import { Context } from "../context.ts";
import { type Completion, NOTHING } from "./candidate.ts";
import { CommandIndex } from "./command_index.ts";
import { completeLine } from "./complete_line.ts";
import { offlineTable } from "./offline_table.ts";
import { RecentIdentifiers } from "./recent_identifiers.ts";

/**
 * What may stand where the cursor is, by what is on this machine. Someone is
 * typing: what is wrong is not said now, but when the line is run.
 *
 * @param root the root of the command table
 * @param words as `completeLine` has them
 */
export async function completeWords(
  root: Command,
  words: readonly string[],
  context: Context,
): Promise<Completion> {
  const { environment, settings } = context;
  const swaggerUrl = givenSwaggerUrl(words.slice(0, -1)) ??
    settings.swaggerUrl;
  using line = new Context(environment, { ...settings, swaggerUrl });
  try {
    return await completeLine(words, {
      root: offlineTable(root, new CommandIndex(line)),
      context: line,
      recent: () => new RecentIdentifiers(line).list(),
    });
  } catch (error) {
    if (!(error instanceof HcaError)) throw error;
    context.log("DEBUG", `nothing to offer: ${messageOf(error)}`);
    return NOTHING;
  }
}

/** The service that the line names, whose commands are then offered. */
export function givenSwaggerUrl(
  words: readonly string[],
): string | undefined {
  const at = words.findLastIndex((word) => /^--swagger-url(=|$)/.test(word));
  if (at < 0) return undefined;
  const [, inline] = /=(.*)$/s.exec(words[at] ?? "") ?? [];
  return inline ?? words[at + 1];
}
