import { printable } from "../../base/mod.ts";
import { displayWidth } from "../display_width.ts";
import { paint, type ViewStyle } from "./view_style.ts";

/** What is said above a table: labels and what they are, as it is. */
export type Heading = readonly (readonly [label: string, text: string])[];

/** A heading as lines, the labels in one column. */
export function headingLines(heading: Heading, style: ViewStyle): string[] {
  const shown = heading.map(([label, text]) =>
    [printable(label), printable(text)] as const
  );
  const width = Math.max(0, ...shown.map(([label]) => displayWidth(label)));
  return shown.map(([label, text]) => {
    const gap = " ".repeat(width - displayWidth(label) + 2);
    return paint([[label, "title"], [gap], [text]], style);
  });
}
