import { printable } from "../../base/mod.ts";
import { clustersOf } from "./clusters.ts";
import type { CompletionCandidate } from "./completion_menu.ts";
import { clusterWidth } from "./shown_text.ts";

const GAP = "  ";
// A summary that has less room than this says nothing.
const LEAST_SUMMARY_WIDTH = 8;

/** The room for a menu. */
export interface MenuStyle {
  /** Width of the terminal. */
  readonly width: number;
  /** Most lines to take. */
  readonly height: number;
  /** Whether colours are wanted. */
  readonly hasColor?: boolean;
}

/**
 * The words of a menu: below each other with their summaries beside, or in
 * columns when there is nothing to say of them, or no room for it. What does
 * not fit is counted in the last line.
 */
export function formatMenu(
  candidates: readonly CompletionCandidate[],
  style: MenuStyle,
): string[] {
  if (style.height < 1 || candidates.length === 0) return [];
  const hasSummaries = candidates.some(({ description }) => description !== "");
  const isRoomy = candidates.length <= style.height;
  const plain = layOut(candidates, style);
  if (hasSummaries && (isRoomy || plain.omitted > 0)) {
    return withSummaries(candidates, style);
  }
  return plain.lines;
}

function withSummaries(
  candidates: readonly CompletionCandidate[],
  style: MenuStyle,
): string[] {
  const shown = candidates.slice(0, shownCount(candidates.length, style, 1));
  const widest = Math.max(0, ...shown.map((one) => widthOf(labelOf(one))));
  const nameWidth = Math.min(widest, style.width);
  const room = style.width - nameWidth - GAP.length;
  const lines = shown.map((candidate) => {
    const { description } = candidate;
    const name = fit(labelOf(candidate), nameWidth);
    if (room < LEAST_SUMMARY_WIDTH || description === "") return name;
    const summary = fit(printable(description), room);
    return `${padded(name, nameWidth)}${GAP}${dim(summary, style)}`;
  });
  return [...lines, ...remark(candidates.length - shown.length, style)];
}

/** Words in columns, read from top to bottom. */
function layOut(
  candidates: readonly CompletionCandidate[],
  style: MenuStyle,
): { lines: string[]; omitted: number } {
  const widths = candidates.map((one) => widthOf(labelOf(one)));
  const width = Math.min(widths.reduce((a, b) => Math.max(a, b)), style.width);
  const fitting = Math.floor((style.width + GAP.length) / (width + GAP.length));
  const columns = Math.max(1, fitting);
  const count = shownCount(candidates.length, style, columns);
  const rows = Math.ceil(count / columns);
  const lines = Array.from({ length: rows }, (_, row) => {
    const words = Array.from({ length: columns }, (_, column) => {
      const word = candidates[column * rows + row];
      return word === undefined || column * rows + row >= count
        ? ""
        : padded(fit(labelOf(word), width), width);
    });
    return words.join(GAP).trimEnd();
  });
  const omitted = candidates.length - count;
  return { lines: [...lines, ...remark(omitted, style)], omitted };
}

function labelOf({ value, label = value }: CompletionCandidate): string {
  return printable(label);
}

/** How many words are shown, if so many go into a line. */
function shownCount(
  total: number,
  { height }: MenuStyle,
  perLine: number,
): number {
  return Math.ceil(total / perLine) <= height ? total : (height - 1) * perLine;
}

function remark(omitted: number, style: MenuStyle): string[] {
  if (omitted === 0) return [];
  return [dim(fit(`… ${omitted} more`, style.width), style)];
}

function fit(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let left = width - 1;
  for (const cluster of clustersOf(text)) {
    left -= clusterWidth(cluster);
    if (left < 0) break;
    kept += cluster;
  }
  return width < 1 ? "" : `${kept}…`;
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return clustersOf(text).reduce((sum, one) => sum + clusterWidth(one), 0);
}

function dim(text: string, { hasColor = false }: MenuStyle): string {
  return hasColor && text !== "" ? `\x1b[2m${text}\x1b[0m` : text;
}
