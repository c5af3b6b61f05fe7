import { ExactNumber, formatBytes, type Json } from "../../base/mod.ts";
import type { TableColumn } from "../table.ts";
import type { AnswerItems } from "./answer_items.ts";
import { cellOf } from "./cells.ts";
import { valueColumn } from "./value_column.ts";
import type { Heading } from "./view_heading.ts";
import { summarize } from "./view_table.ts";

/** A bundle's uuid and version, and how many files of what size it has. */
export function bundleHeading({ subject, items }: AnswerItems): Heading {
  const sizeBytes = items.reduce<number>(
    (sum, file) => sum + (sizeOf(file) ?? 0),
    0,
  );
  const named: Heading = subject === undefined ? [] : [
    ["bundle", subject.uuid],
    ["version", subject.version],
  ];
  const size = items.length === 0 ? "" : `, ${formatBytes(sizeBytes)}`;
  return [...named, ["files", `${items.length}${size}`]];
}

/** The files of a bundle: name, size, content type, whether indexed. */
export function fileColumns(files: readonly Json[]): TableColumn[] {
  return [
    valueColumn("name", files, summarize),
    {
      title: "size",
      cells: files.map((file) => {
        const sizeBytes = sizeOf(file);
        return sizeBytes === undefined ? "" : formatBytes(sizeBytes);
      }),
      isNumeric: true,
    },
    { ...valueColumn("content-type", files, summarize), title: "type" },
    {
      title: "indexed",
      cells: files.map((file) => cellOf(file, "indexed") === true ? "yes" : ""),
      isSecondary: true,
    },
  ];
}

/** The size in bytes that a file states; undefined if it states none. */
function sizeOf(file: Json): number | undefined {
  const size = cellOf(file, "size");
  const isNumber = typeof size === "number" || size instanceof ExactNumber;
  const sizeBytes = isNumber ? Number(size) : NaN;
  return sizeBytes >= 0 && sizeBytes < Infinity ? sizeBytes : undefined;
}
