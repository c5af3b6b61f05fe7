import { isJsonObject, type Json, type JsonObject } from "../../base/mod.ts";
import {
  analysedValues,
  type FieldValue,
  ID_FIELD,
  leafValues,
  MAX_FIELD_LENGTH,
  splitWords,
} from "../search/mod.ts";
import { KIND, makeKey, type PostingKey } from "./posting_key.ts";

const UUID = /^[0-9a-z]{8}(?:-[0-9a-z]{4}){3}-[0-9a-z]{12}$/;

/** Stands for the path of the document's id, which no property has. */
export const ID_PATH: unique symbol = Symbol(ID_FIELD);

/** A dotted path, or that of the id. */
export type KeyPath = string | typeof ID_PATH;

/** Takes one key of a document; the same one may come again. */
export type KeySink = (path: KeyPath, key: PostingKey) => void;

/**
 * Gives every key under which a document is found, made of the same values
 * that the evaluator of queries compares. What no query can name is left out.
 *
 * @param id its FQID
 */
export function visitKeys(
  document: JsonObject,
  id: string,
  sink: KeySink,
): void {
  sink(ID_PATH, makeKey(KIND.exact, { text: id }));
  for (const [name, child] of Object.entries(document)) {
    visitNode(child, name, sink);
  }
}

// As stored documents are: JSON has no number that is not finite.
function isNothing(leaf: Json): boolean {
  return leaf === null ||
    typeof leaf !== "string" && typeof leaf !== "boolean" &&
      !Number.isFinite(Number(leaf));
}

/** Whether there is anything in a node. */
function visitNode(node: Json, path: string, sink: KeySink): boolean {
  if (Array.isArray(node)) {
    // Not `some`: all of them are to be visited.
    return node.filter((element) => visitNode(element, path, sink)).length > 0;
  }
  if (!isJsonObject(node)) {
    if (isNothing(node)) return false;
    if (path.length <= MAX_FIELD_LENGTH) visitLeaf(node, path, sink);
    return true;
  }
  const entries = Object.entries(node);
  const isSomething =
    entries.filter(([name, child]) => visitNode(child, `${path}.${name}`, sink))
      .length > 0;
  if (isSomething && path.length <= MAX_FIELD_LENGTH) {
    sink(path, makeKey(KIND.below));
  }
  return isSomething;
}

function visitLeaf(leaf: Json, path: string, sink: KeySink): void {
  const values = leafValues(path, leaf);
  const [analysed] = analysedValues(path, leaf);
  if (analysed?.type !== "text") {
    for (const value of values) sink(path, plainKey(value));
    return;
  }
  // A string: its keyword, if it is one, also stands for the whole text.
  const { text: raw } = analysed;
  const [keyword] = values;
  if (keyword?.type !== "keyword") {
    sink(path, makeKey(KIND.long, { text: raw }));
    visitWords(splitWords(raw), path, sink);
    return;
  }
  const { text } = keyword;
  if (isUuidForm(text)) {
    sink(path, makeKey(KIND.uuid, { text, raw }));
    return;
  }
  const words = splitWords(raw);
  const isTerm = words.length === 1 && words[0] === text;
  sink(path, makeKey(isTerm ? KIND.term : KIND.string, { text, raw }));
  if (!isTerm) visitWords(words, path, sink);
}

function visitWords(
  words: readonly string[],
  path: string,
  sink: KeySink,
): void {
  for (const word of words) sink(path, makeKey(KIND.word, { text: word }));
}

function plainKey(value: FieldValue): PostingKey {
  switch (value.type) {
    case "boolean":
      return makeKey(KIND.boolean, { number: Number(value.boolean) });
    case "number":
      return makeKey(KIND.number, { number: value.number });
    case "date": {
      const { text, period } = value;
      return makeKey(KIND.date, { text, number: period.startMs });
    }
    case "exact":
      return makeKey(KIND.exact, { text: value.text });
    case "keyword":
    case "text":
      throw new TypeError(`a ${value.type} that is not analysed`);
  }
}

/** Whether a keyword is of the kind `uuid`: whatever has that form. */
export function isUuidForm(keyword: string): boolean {
  return UUID.test(keyword);
}
