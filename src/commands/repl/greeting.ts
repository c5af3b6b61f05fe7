import { printable } from "../../base/mod.ts";
import { redactUrl } from "../../http/mod.ts";
import { wrap } from "../../terminal/mod.ts";
import type { Context } from "../context.ts";

/**
 * What a session begins with: which service it speaks to, for the embedded
 * one where its data is, and what to type first. Two lines, as wide as the
 * terminal.
 *
 * @param context a run with the service of the session
 */
export async function greeting(context: Context): Promise<string> {
  const { version, terminal } = context.environment;
  const service = await describeService(context);
  const lines = [
    `hca ${version}, the Human Cell Atlas, with ${service}.`,
    "'tour' shows around, 'help' lists commands, Tab completes, Ctrl-D ends.",
  ];
  return `${wrap(lines.map(printable).join("\n"), terminal.columns())}\n`;
}

async function describeService({ dss }: Context): Promise<string> {
  const url = await dss.swaggerUrl();
  return url === undefined
    ? `the embedded data store in ${dss.dataDir}`
    : redactUrl(url);
}
