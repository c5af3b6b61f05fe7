import { isJsonObject, type Json, valueAt } from "../../base/mod.ts";
import { type Reference, referenceOf } from "./reference.ts";

/** What an answer is, as far as its view depends on it. */
export type AnswerKind =
  | "search"
  | "bundles"
  | "bundle"
  | "collection"
  | "list"
  | "value";

/**
 * An answer as something that lists things. The views number its items from
 * 1, and `$1`, `$2` … of the interactive session stand for the same ones.
 */
export interface AnswerItems {
  /** What the answer is. */
  kind: AnswerKind;
  /** The thing that the answer as a whole is about. */
  subject: Reference | undefined;
  /** The list in it, in its order; empty if it has none. */
  items: readonly Json[];
  /** The last name on the way to the list; "" if the answer is the list. */
  key: string;
}

/**
 * Finds what an answer lists: the files of a bundle, the contents of a
 * collection, what is at its content key or at `results`, the answer itself,
 * or a list of objects whose neighbours are all scalars. Looks at no item but the
 * first, so it takes the same time for a million of them.
 *
 * @param contentKey dotted path, as in `bundle.files`, of a paged answer
 */
export function answerItems(
  answer: Json,
  contentKey: string | null = null,
): AnswerItems {
  const path = contentKey ?? "results";
  return bundleItems(answer) ?? listAt(answer, path) ??
    collectionItems(answer) ??
    onlyList(answer) ??
    { kind: "value", subject: referenceOf(answer), items: [], key: "" };
}

/**
 * What the `number`-th item is about, counted from 1; undefined when there is
 * no such item or it has no identifier.
 */
export function itemReference(
  { items, key }: AnswerItems,
  number: number,
): Reference | undefined {
  const item = items[number - 1];
  return item === undefined ? undefined : referenceOf(item, key);
}

function bundleItems(answer: Json): AnswerItems | undefined {
  const bundle = valueAt(answer, "bundle");
  if (!isJsonObject(bundle) || !Array.isArray(bundle.files)) return undefined;
  const subject = referenceOf(bundle, "bundle");
  return { kind: "bundle", subject, items: bundle.files, key: "files" };
}

function collectionItems(answer: Json): AnswerItems | undefined {
  if (!isJsonObject(answer) || typeof answer.name !== "string") {
    return undefined;
  }
  const { contents } = answer;
  if (!Array.isArray(contents)) return undefined;
  const subject = referenceOf(answer, "collection");
  return { kind: "collection", subject, items: contents, key: "contents" };
}

function listAt(answer: Json, path: string): AnswerItems | undefined {
  const list = Array.isArray(answer) ? answer : valueAt(answer, path);
  if (!Array.isArray(list)) return undefined;
  return listed(list, list === answer ? "" : path.replace(/^.*\./, ""));
}

/** The one member that is a list of objects, among scalars. */
function onlyList(answer: Json): AnswerItems | undefined {
  if (!isJsonObject(answer)) return undefined;
  const nested = Object.entries(answer).filter(([, member]) =>
    Array.isArray(member) || isJsonObject(member)
  );
  const [key, list] = nested[0] ?? [];
  if (nested.length !== 1 || key === undefined || !Array.isArray(list)) {
    return undefined;
  }
  const isOfObjects = list.length === 0 || isJsonObject(list[0]);
  return isOfObjects ? listed(list, key) : undefined;
}

function listed(items: readonly Json[], key: string): AnswerItems {
  const [first] = items;
  const isSearch = isJsonObject(first) && typeof first.bundle_fqid === "string";
  const kind = isSearch ? "search" : key === "bundles" ? "bundles" : "list";
  return { kind, subject: undefined, items, key };
}
