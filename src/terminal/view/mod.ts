/**
 * What a JSON value looks like to a person: tables for the answers of the
 * DSS, else the value with its long parts folded.
 *
 * @module
 */

export * from "./answer_items.ts";
export * from "./cells.ts";
export * from "./choose_view.ts";
export * from "./reference.ts";
export * from "./value_column.ts";
export * from "./view_json.ts";
export * from "./view_style.ts";
export * from "./view_table.ts";
