import { formatBytes, printable } from "../base/mod.ts";
import { displayWidth, truncate } from "./display_width.ts";
import { formatCountdown } from "./duration.ts";

// A bar is worth its room from this width on.
const BAR_FROM_COLUMNS = 60;
// The terminal itself writes `^C` behind the last line, and some terminals
// wrap when the last column is filled.
const SPARE_COLUMNS = 3;
const ITEMS_AT_MOST = 4;
// A shorter piece of a name says nothing.
const LEAST_NAME_WIDTH = 8;
const GAP = "  ";

/** A thing under way. */
export interface ProgressItem {
  /** Its name, as it is. */
  name: string;
  /** Bytes of it that are there. */
  doneBytes: number;
  /** Its size in bytes. */
  sizeBytes: number;
  /** Its rate, bytes per second. */
  bytesPerSecond: number;
}

/** How far a transfer is. */
export interface ProgressState {
  /** Files done. */
  doneFiles: number;
  /** Files in all. */
  files: number;
  /** Files that failed. */
  failedFiles: number;
  /** Bytes that are there. */
  doneBytes: number;
  /** Bytes of all files. */
  sizeBytes: number;
  /** The rate of the last while, bytes per second. */
  bytesPerSecond: number;
  /** What is left at this rate, milliseconds; undefined: nobody knows. */
  leftMs: number | undefined;
  /** The slowest of the files under way, slowest first. */
  items: readonly ProgressItem[];
}

/** The terminal to draw on. */
export interface ProgressStyle {
  /** Its width. */
  columns: number;
  /** Its height. */
  rows: number;
  /** Whether colours are wanted. */
  hasColor?: boolean;
}

/** A piece of the first line; the one of the highest rank goes first. */
interface Part {
  text: string;
  rank: number;
  color?: string;
}

/**
 * The lines that show a transfer under way: a bar with numbers, and below it
 * up to four files, fewer on a low terminal. Each line is narrower than the
 * terminal, so that none wraps; what matters least is left out first.
 */
export function formatProgress(
  state: ProgressState,
  style: ProgressStyle,
): string[] {
  const width = Math.max(1, style.columns - SPARE_COLUMNS);
  const itemCount = Math.max(
    0,
    Math.min(ITEMS_AT_MOST, Math.floor((style.rows - 1) / 3)),
  );
  const dim = (line: string) => colored(line, style, "2");
  return [
    overallLine(state, width, style),
    ...state.items.slice(0, itemCount).map((item) =>
      dim(itemLine(item, width))
    ),
  ];
}

/** The numbers of a transfer, as they stand in a line of a log. */
export function formatProgressLine(state: ProgressState): string {
  const { doneFiles, files, failedFiles, doneBytes, sizeBytes } = state;
  const parts = [
    `${doneFiles} of ${files} files`,
    `${formatBytes(doneBytes)} of ${formatBytes(sizeBytes)} (${
      percent(state)
    } %)`,
    rateOf(state),
  ];
  if (state.leftMs !== undefined) {
    parts.push(`${formatCountdown(state.leftMs)} left`);
  }
  if (failedFiles > 0) parts.push(`${failedFiles} failed`);
  return parts.join(", ");
}

function overallLine(
  state: ProgressState,
  width: number,
  style: ProgressStyle,
): string {
  const barWidth = width >= BAR_FROM_COLUMNS ? Math.floor(width / 6) : 0;
  const room = barWidth > 0 ? width - barWidth - GAP.length : width;
  const parts = fit(partsOf(state), room).map(({ text, color }) =>
    color === undefined ? text : colored(text, style, color)
  ).join(GAP);
  return barWidth > 0 ? `${bar(state, barWidth, style)}${GAP}${parts}` : parts;
}

function partsOf(state: ProgressState): Part[] {
  const { doneFiles, files, failedFiles, doneBytes, sizeBytes, leftMs } = state;
  return [
    { text: `${String(percent(state)).padStart(3)} %`, rank: 0 },
    { text: `${formatBytes(doneBytes)} of ${formatBytes(sizeBytes)}`, rank: 5 },
    { text: rateOf(state), rank: 3 },
    ...(leftMs === undefined
      ? []
      : [{ text: `${formatCountdown(leftMs)} left`, rank: 4 }]),
    { text: `${doneFiles}/${files} files`, rank: 2 },
    ...(failedFiles === 0
      ? []
      : [{ text: `${failedFiles} failed`, rank: 1, color: "31" }]),
  ];
}

function fit(parts: readonly Part[], width: number): Part[] {
  let kept = [...parts];
  const lengthOf = (list: readonly Part[]) =>
    list.map(({ text }) => text).join(GAP).length;
  while (kept.length > 1 && lengthOf(kept) > width) {
    const last = Math.max(...kept.map(({ rank }) => rank));
    kept = kept.filter(({ rank }) => rank !== last);
  }
  return kept.map((part) => ({ ...part, text: truncate(part.text, width) }));
}

function bar(
  state: ProgressState,
  width: number,
  style: ProgressStyle,
): string {
  const inner = width - 2;
  const filled = Math.floor(fraction(state) * inner);
  const full = colored("#".repeat(filled), style, "32");
  return `[${full}${"-".repeat(inner - filled)}]`;
}

function itemLine(item: ProgressItem, width: number): string {
  const share = `${String(Math.floor(shareOf(item) * 100)).padStart(3)} %`;
  const rate = `${formatBytes(Math.round(item.bytesPerSecond))}/s`.padStart(12);
  const long = `${share}${GAP}${rate}`;
  const roomBeside = (text: string) => width - 2 * GAP.length - text.length;
  const numbers = roomBeside(long) >= LEAST_NAME_WIDTH ? long : share;
  const room = roomBeside(numbers);
  if (room < 1) return truncate(share.trim(), width);
  const name = truncate(printable(item.name), room);
  const padding = " ".repeat(room - displayWidth(name));
  return `${GAP}${name}${padding}${GAP}${numbers}`;
}

function rateOf({ bytesPerSecond }: ProgressState): string {
  return `${formatBytes(Math.round(bytesPerSecond))}/s`;
}

/** A hundred only when everything is there. */
function percent(state: ProgressState): number {
  return Math.floor(fraction(state) * 100);
}

function fraction(state: ProgressState): number {
  const { doneBytes, sizeBytes, doneFiles, files } = state;
  if (sizeBytes > 0) return Math.min(1, doneBytes / sizeBytes);
  return files > 0 ? Math.min(1, doneFiles / files) : 0;
}

function shareOf({ doneBytes, sizeBytes }: ProgressItem): number {
  return sizeBytes > 0 ? Math.min(1, doneBytes / sizeBytes) : 0;
}

function colored(text: string, style: ProgressStyle, code: string): string {
  return style.hasColor && text !== "" ? `\x1b[${code}m${text}\x1b[0m` : text;
}
