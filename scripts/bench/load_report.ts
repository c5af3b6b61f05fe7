import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Tally } from "./load_client.ts";
import { formatTable } from "./report_text.ts";
import { percentile } from "./statistics.ts";
import { formatCount, short } from "./units.ts";

const DOCUMENT = fileURLToPath(
  new URL("../../docs/local-service.md", import.meta.url),
);
const BEGIN = "<!-- load: begin -->";
const END = "<!-- load: end -->";

/** The figures of a run as a Markdown table, one line for each operation. */
export function formatLoad(
  tallies: ReadonlyMap<string, Tally>,
  seconds: number,
): string {
  const sorted = [...tallies].sort(([a], [b]) => a < b ? -1 : 1);
  const all: Tally = {
    timesMs: sorted.flatMap(([, { timesMs }]) => timesMs),
    errors: sorted.reduce((sum, [, { errors }]) => sum + errors, 0),
  };
  const header = [
    ...["operation", "requests", "per second", "errors"],
    ...["median, ms", "95 %, ms", "99 %, ms"],
  ];
  return formatTable(
    header,
    [...sorted, ["**all**", all] as const].map(([name, tally]) =>
      row(name, tally, seconds)
    ),
  );
}

function row(
  name: string,
  { timesMs, errors }: Tally,
  seconds: number,
): string[] {
  const sorted = timesMs.toSorted((a, b) => a - b);
  return [
    name,
    formatCount(timesMs.length),
    short(timesMs.length / seconds),
    formatCount(errors),
    ...[0.5, 0.95, 0.99].map((share) => short(percentile(sorted, share))),
  ];
}

/**
 * Puts text between the marks of docs/local-service.md.
 *
 * @throws {Error} when the marks are not there
 */
export async function writeLoad(text: string): Promise<void> {
  const document = await Deno.readTextFile(DOCUMENT);
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin === -1 || end < begin) {
    throw new Error(`docs/local-service.md lacks ${BEGIN} or ${END}`);
  }
  const before = document.slice(0, begin + BEGIN.length);
  await Deno.writeTextFile(
    DOCUMENT,
    `${before}\n\n${text}\n\n${document.slice(end)}`,
  );
  await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", join(DOCUMENT)],
  }).output();
}
