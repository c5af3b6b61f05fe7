import { HcaError } from "../base/mod.ts";
import { configText, loadConfig } from "../config/mod.ts";
import { Values } from "./command.ts";
import type { GlobalSettings } from "./context.ts";
import type { Environment } from "./environment.ts";
import { globalSettings } from "./global_options.ts";

/**
 * What a line says for its whole run; it is needed before the line can be
 * understood.
 */
export async function readGlobalSettings(
  argv: readonly string[],
  environment: Environment,
): Promise<GlobalSettings> {
  const given = new Map<string, string | boolean>();
  const end = argv.indexOf("--");
  const line = end < 0 ? argv : argv.slice(0, end);
  line.forEach((word, at) => {
    if (word === "--auth" || word === "--no-auth") {
      given.set(word.slice(2), true);
    }
    const match = /^--(log-level|log-format|swagger-url)(?:=(.*))?$/s.exec(
      word,
    );
    const [, name, inline] = match ?? [];
    // What begins with a dash is refused later, as a value that is missing.
    const next = line[at + 1]?.startsWith("-") ? undefined : line[at + 1];
    const value = inline ?? next;
    if (name !== undefined && value !== undefined) given.set(name, value);
  });
  if (!given.has("log-level")) {
    given.set("log-level", await configuredLevel(environment));
  }
  return globalSettings(new Values(given));
}

async function configuredLevel(environment: Environment): Promise<string> {
  try {
    const { files } = environment.runtime;
    const config = await loadConfig(files, environment);
    return configText(config, "log_level") ?? "";
  } catch (error) {
    // A damaged file is told by whatever needs more of it.
    if (error instanceof HcaError) return "";
    throw error;
  }
}
