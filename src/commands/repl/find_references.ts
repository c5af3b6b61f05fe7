import { isJsonObject, type Json } from "../../base/mod.ts";
import {
  formatReference,
  type Reference,
  referenceOf,
} from "../../terminal/mod.ts";

/** How many things are taken from one answer. */
export const ANSWER_LIMIT = 1000;

// Answers may be of any size; what they name is of use only near their start.
const VALUE_LIMIT = 100_000;
const DEPTH_LIMIT = 20;
// What the user asked with is no answer.
const ECHOES = ["es_query", "jmespath_query"];

/**
 * The bundles, files, collections, subscriptions and checkouts that an answer
 * names, in its order, each once: objects with a uuid, and FQIDs anywhere.
 * Takes time linear in the part that is looked at, 100,000 values at most.
 *
 * @param limit how many at most
 */
export function findReferences(
  answer: Json,
  limit = ANSWER_LIMIT,
): Reference[] {
  const found = new Map<string, Reference>();
  let left = VALUE_LIMIT;
  const add = (reference: Reference | undefined) => {
    if (reference === undefined) return;
    const key = formatReference(reference);
    if (!found.has(key)) found.set(key, reference);
  };
  const visit = (value: Json, key: string, depth: number): void => {
    if (--left < 0 || found.size >= limit || depth > DEPTH_LIMIT) return;
    if (Array.isArray(value)) {
      for (const item of value) {
        if (left <= 0) return;
        if (typeof item === "string") add(referenceOf(item, key));
        visit(item, key, depth + 1);
      }
    } else if (isJsonObject(value)) {
      add(referenceOf(value, key));
      for (const name in value) {
        if (left <= 0) return;
        const member = value[name];
        if (member === undefined || ECHOES.includes(name)) continue;
        // A uuid alone may be anything's; the object's own is known by now.
        if (typeof member === "string" && member.includes(".")) {
          add(referenceOf(member, name));
        }
        visit(member, name, depth + 1);
      }
    }
  };
  add(typeof answer === "string" ? referenceOf(answer) : undefined);
  visit(answer, "", 0);
  return [...found.values()].slice(0, limit);
}
