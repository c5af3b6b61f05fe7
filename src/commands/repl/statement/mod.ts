/**
 * What a line of the interactive session means: its words, operators and
 * references.
 *
 * @module
 */

export * from "./cursor_word.ts";
export * from "./expand.ts";
export * from "./is_unfinished.ts";
export * from "./parse_statement.ts";
export * from "./quote_word.ts";
export * from "./split_words.ts";
export * from "./tokenize.ts";
export * from "./word.ts";
