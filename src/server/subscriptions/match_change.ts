import {
  formatFqid,
  isJsonObject,
  type JmesPath,
  type Json,
  RefusedError,
} from "../../base/mod.ts";
import type { BundleChange } from "../bundle_changes.ts";
import { matchDocument, parseQuery, QueryError } from "../search/mod.ts";
import { compileExpression } from "./compile_expression.ts";
import { attachmentsOf, type Subscription, textOf } from "./subscription.ts";

/** Whether a subscription cannot be matched without a JMESPath library. */
export function needsJmesPath({ kind, body }: Subscription): boolean {
  return (attachmentsOf(body)?.size ?? 0) > 0 ||
    kind === "jmespath" && textOf(body, "jmespath_query") !== undefined;
}

/**
 * The versions of a bundle that a subscriber is told of when it changes: one
 * notification for each. A tombstone of a whole bundle is one of each version
 * that was alive.
 *
 * @throws {Error} when the library for JMESPath cannot be loaded
 */
export async function matchChange(
  subscription: Subscription,
  change: BundleChange,
  jmesPath: JmesPath | undefined,
): Promise<readonly string[]> {
  const { version } = change;
  const versions = version === null ? change.versions : [version];
  return subscription.kind === "elasticsearch"
    ? matchDocuments(subscription, change, versions)
    : await matchesEvent(subscription, change, jmesPath)
    ? versions
    : [];
}

function matchDocuments(
  { body: { es_query: query } }: Subscription,
  { uuid, document }: BundleChange,
  versions: readonly string[],
): string[] {
  if (query === undefined) return [];
  try {
    const parsed = parseQuery(query);
    return versions.filter((version) =>
      matchDocument(parsed, document, formatFqid({ uuid, version }))
    );
  } catch (error) {
    if (error instanceof QueryError) return [];
    throw error;
  }
}

async function matchesEvent(
  { body }: Subscription,
  { event }: BundleChange,
  jmesPath: JmesPath | undefined,
): Promise<boolean> {
  const query = textOf(body, "jmespath_query");
  if (query === undefined) return true;
  if (jmesPath === undefined) return false;
  try {
    return isTrue((await compileExpression(jmesPath, query))(event));
  } catch (error) {
    if (error instanceof RefusedError) return false;
    throw error;
  }
}

/** Whether a value is true in Python. */
function isTrue(value: Json): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isJsonObject(value)) return Object.keys(value).length > 0;
  return Boolean(value?.valueOf());
}
