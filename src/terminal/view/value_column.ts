import { ExactNumber, type Json } from "../../base/mod.ts";
import type { TableColumn } from "../table.ts";
import { cellOf, cellText } from "./cells.ts";

// A digest in hexadecimal, with the count of parts that S3 adds.
const DIGEST = /^[0-9a-f]{8,}(-\d+)?$/;
// A uuid, alone or in an FQID, and a version: of no use when cut.
const IDENTIFIER = /^[0-9a-z]{8}(-[0-9a-z]{4}){3}-[0-9a-z]{12}(\..+)?$/i;
const VERSION = /^\d{4}-\d{2}-\d{2}T\d{6}\.\d{6}Z$/;

/**
 * The values of some rows at a name as a column of a table: numbers stand at
 * the right, identifiers are kept whole, and digests, nested values and what
 * is empty go first where there is little room.
 *
 * @param textOf the text of a value; default: what it is, nested as JSON
 */
export function valueColumn(
  name: string,
  rows: readonly Json[],
  textOf: (value: Json) => string = cellText,
): TableColumn {
  const values = rows.map((row) => cellOf(row, name) ?? null);
  const filled = values.filter((value) => value !== null && value !== "");
  const all = (test: (value: Json) => boolean) =>
    filled.length > 0 && filled.every(test);
  const allText = (pattern: RegExp) =>
    all((value) => typeof value === "string" && pattern.test(value));
  return {
    title: name,
    cells: values.map(textOf),
    isNumeric: all((value) =>
      typeof value === "number" || value instanceof ExactNumber
    ),
    isKeptWhole: allText(IDENTIFIER) || allText(VERSION),
    isSecondary: filled.length === 0 || allText(DIGEST) ||
      all((value) => typeof value === "object"),
  };
}
