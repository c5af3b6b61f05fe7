import { formatFqid, quote } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import { Problem } from "../problem.ts";
import type { FileRecord } from "../records.ts";
import { takeTurns } from "../take_turns.ts";
import type { CollectionItem } from "./collection_item.ts";
import { CollectionStore } from "./collection_store.ts";
import { pointsAt } from "./json_pointer.ts";
import {
  readJsonFile,
  type Unfit,
  whyTooLong,
  whyUnfitBundle,
} from "./linked_records.ts";

interface Fragment {
  index: number;
  pointer: string;
}

/**
 * Checks that everything that items refer to is there; what was deleted
 * counts as being there. Each file with fragments is read once.
 *
 * @param name the property of the body that the items are in
 * @throws {Problem} 422 `invalid_link`, saying which item is the first that
 * refers to nothing, and why
 */
export async function verifyItems(
  context: DssContext,
  items: readonly CollectionItem[],
  name: string,
): Promise<void> {
  const whys = new Map<number, string>();
  const fragments = new Map<FileRecord, Fragment[]>();
  const files = new Map<string, FileRecord>();
  const known = new Map<string, Unfit>();
  const pause = takeTurns(context.clock);
  for (const [index, item] of items.entries()) {
    await pause();
    const why = isReference(item)
      ? lookUp(known, context, item)
      : addFragment(context, files, fragments, item, index);
    if (why !== undefined) whys.set(index, why);
  }
  for (const [file, parts] of fragments) {
    for (const [index, why] of await checkFragments(context, file, parts)) {
      whys.set(index, why);
    }
  }
  if (whys.size > 0) throw invalidLink(items, whys, name);
}

function isReference({ type }: CollectionItem): boolean {
  return type === "file" || type === "bundle" || type === "collection";
}

// Items that differ in what else they say may refer to the same thing.
function lookUp(
  known: Map<string, Unfit>,
  context: DssContext,
  item: CollectionItem,
): Unfit {
  const key = `${item.type} ${formatFqid(item)}`;
  if (!known.has(key)) known.set(key, whyUnfitReference(context, item));
  return known.get(key);
}

function whyUnfitReference(
  context: DssContext,
  { type, uuid, version }: CollectionItem,
): Unfit {
  const { repository, database } = context;
  if (type === "file") {
    return repository.file(uuid, version) ? undefined : "there is no such file";
  }
  if (type === "bundle") {
    const bundle = repository.bundle(uuid, version);
    return bundle ? whyUnfitBundle(context, bundle) : "there is no such bundle";
  }
  const found = new CollectionStore(database).find(uuid, version);
  return found ? whyTooLong(found.sizeBytes) : "there is no such collection";
}

function addFragment(
  { repository }: DssContext,
  files: Map<string, FileRecord>,
  fragments: Map<FileRecord, Fragment[]>,
  item: CollectionItem,
  index: number,
): Unfit {
  const { fragment: pointer } = item;
  if (typeof pointer !== "string") return "it has no 'fragment'";
  const fqid = formatFqid(item);
  const file = files.get(fqid) ?? repository.file(item.uuid, item.version);
  if (file === undefined) return "there is no such file";
  files.set(fqid, file);
  const parts = fragments.get(file) ?? [];
  parts.push({ index, pointer });
  fragments.set(file, parts);
  return undefined;
}

async function checkFragments(
  context: DssContext,
  file: FileRecord,
  parts: readonly Fragment[],
): Promise<[index: number, why: string][]> {
  const read = await readJsonFile(context, file);
  if (typeof read === "string") {
    return parts.map(({ index }) => [index, read]);
  }
  return parts
    .filter(({ pointer }) => !pointsAt(read.content, pointer))
    .map(({ index, pointer }) => [
      index,
      `${quote(pointer)} leads to nothing in the file`,
    ]);
}

function invalidLink(
  items: readonly CollectionItem[],
  whys: ReadonlyMap<number, string>,
  name: string,
): Problem {
  const index = items.findIndex((_item, at) => whys.has(at));
  const item = items[index];
  const what = item === undefined
    ? ""
    : ` (${quote(item.type)} ${quote(formatFqid(item))})`;
  return new Problem(
    422,
    "invalid_link",
    `Item ${index + 1} of '${name}'${what} cannot be linked to: ` +
      whys.get(index),
  );
}
