import {
  ExactNumber,
  isJsonObject,
  type Json,
  type JsonObject,
  printable,
} from "../../base/mod.ts";
import { displayWidth } from "../display_width.ts";
import { foldText, paint, type Piece, type ViewStyle } from "./view_style.ts";
import { summarize } from "./view_table.ts";

const INDENT = "  ";
// What is deeper is shown as its count.
const DEPTH_LIMIT = 5;
const ITEM_LIMIT = 10;
const KEY_LIMIT = 50;
const LINE_LIMIT = 400;
// The piece of a text that is still worth showing beside its length.
const LEAST_TEXT_WIDTH = 8;

/**
 * A JSON value for reading: indented, keys and kinds of values in colours,
 * long texts cut (their length beside them), the rest of long lists and
 * objects and what is nested deeply folded to a count. Each line fits the
 * width, all fit the height (default 400 lines), and only what is shown is
 * looked at.
 */
export function viewJson(value: Json, style: ViewStyle): string[] {
  const view = new JsonView(style);
  view.write(value, { lead: [], tail: "", depth: 0 });
  return view.lines;
}

/** Where a value stands. */
interface Place {
  /** What is before it in its line. */
  lead: readonly Piece[];
  /** What is after it. */
  tail: string;
  /** How many values it is in. */
  depth: number;
}

class JsonView {
  readonly lines: string[] = [];
  readonly #style: ViewStyle;
  /** Lines that may still be written. */
  #left: number;

  constructor(style: ViewStyle) {
    this.#style = style;
    this.#left = Math.max(1, style.height ?? LINE_LIMIT);
  }

  write(value: Json, place: Place): void {
    const { lead, tail, depth } = place;
    const short = shortForm(value, this.#room(place));
    // An opened value needs a line for each bracket and one between them.
    const isFolded = depth >= DEPTH_LIMIT || this.#left < 3;
    if (short !== undefined) this.#line([...lead, ...short, [tail]]);
    else if (isFolded) {
      this.#line([...lead, [summarize(value), "fold"], [tail]]);
    } else if (Array.isArray(value)) this.#list(value, place);
    else if (isJsonObject(value)) this.#object(value, place);
  }

  #list(items: readonly Json[], place: Place): void {
    this.#members(place, ["[", "]"], items.length, ITEM_LIMIT, (index) => ({
      name: [],
      value: items[index] ?? null,
    }));
  }

  #object(object: JsonObject, place: Place): void {
    const keys = Object.keys(object);
    this.#members(place, ["{", "}"], keys.length, KEY_LIMIT, (index) => {
      const key = keys[index] ?? "";
      return { name: nameOf(key), value: object[key] ?? null };
    });
  }

  #members(
    { lead, tail, depth }: Place,
    [open, close]: readonly [string, string],
    count: number,
    limit: number,
    memberAt: (index: number) => { name: readonly Piece[]; value: Json },
  ): void {
    const indent: Piece = [INDENT.repeat(depth + 1)];
    this.#line([...lead, [open]]);
    // The closing bracket has its line in any case.
    this.#left--;
    const shown = this.#shownOf(count, limit);
    for (let index = 0; index < shown; index++) {
      // Each of those that follow has at least a line, and so has the fold.
      const kept = shown - index - 1 + (shown < count ? 1 : 0);
      this.#left -= kept;
      const { name, value } = memberAt(index);
      this.write(value, {
        lead: [indent, ...name],
        tail: index === count - 1 ? "" : ",",
        depth: depth + 1,
      });
      this.#left += kept;
    }
    if (shown < count) {
      this.#line([indent, [foldText(count - shown), "fold"]]);
    }
    this.#left++;
    this.#line([[INDENT.repeat(depth)], [`${close}${tail}`]]);
  }

  #shownOf(count: number, limit: number): number {
    // A fold of one would take the line of that one.
    const wanted = count <= limit + 1 ? count : limit;
    return wanted <= this.#left && wanted === count
      ? count
      : Math.max(0, Math.min(wanted, this.#left - 1));
  }

  #room({ lead, tail }: Place): number {
    const taken = lead.reduce((sum, [text]) => sum + displayWidth(text), 0);
    return Math.max(1, this.#style.width - taken - tail.length);
  }

  #line(pieces: readonly Piece[]): void {
    this.lines.push(paint(pieces, this.#style));
    this.#left--;
  }
}

function nameOf(key: string): Piece[] {
  return [[quoted(key), "key"], [": "]];
}

/** A value that takes one line; undefined for what is to be opened. */
function shortForm(value: Json, room: number): Piece[] | undefined {
  if (value === null) return [["null", "word"]];
  if (typeof value === "string") return textForm(value, room);
  if (typeof value === "boolean") return [[String(value), "word"]];
  if (typeof value === "number" || value instanceof ExactNumber) {
    return [[String(value), "number"]];
  }
  if (Array.isArray(value)) return inlineForm(value, room);
  return Object.keys(value).length === 0 ? [["{}"]] : undefined;
}

/** A list of few scalars that fits into the line. */
function inlineForm(items: readonly Json[], room: number): Piece[] | undefined {
  if (items.length === 0) return [["[]"]];
  if (items.length > ITEM_LIMIT) return undefined;
  const pieces: Piece[] = [["["]];
  for (const [index, item] of items.entries()) {
    if (typeof item === "object" && !(item instanceof ExactNumber)) {
      if (item !== null) return undefined;
    }
    if (typeof item === "string" && item.length > room) return undefined;
    if (index > 0) pieces.push([", "]);
    pieces.push(...shortForm(item, Infinity) ?? []);
  }
  pieces.push(["]"]);
  const width = pieces.reduce((sum, [text]) => sum + displayWidth(text), 0);
  return width <= room ? pieces : undefined;
}

/** A text, or its beginning and its length. */
function textForm(text: string, room: number): Piece[] {
  // Every character takes a column or more, but for marks.
  const isShort = text.length <= 4 * room &&
    displayWidth(quoted(text)) <= room;
  if (isShort) return [[quoted(text), "text"]];
  const note = ` (${text.length} characters)`;
  const width = room - note.length - 3;
  return width < LEAST_TEXT_WIDTH
    ? [[`"${beginning(text, room - 3)}…"`, "text"]]
    : [[`"${beginning(text, width)}…"`, "text"], [note, "fold"]];
}

/** As much of a text as fits; an escaped character is whole or absent. */
function beginning(text: string, width: number): string {
  let kept = "";
  let left = width;
  // What has no width must not make the line endless.
  let characters = 4 * width;
  for (const character of text) {
    const shown = escaped(character);
    left -= displayWidth(shown);
    if (left < 0 || --characters < 0) break;
    kept += shown;
  }
  return kept;
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  return printable(JSON.stringify(text).slice(1, -1));
}
