import type { Fqid, JsonObject } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";

/** Sets what search sees of a bundle version, in the open transaction. */
export function putDocument(
  { repository, searchIndex }: DssContext,
  fqid: Fqid,
  document: JsonObject,
): void {
  repository.putDocument(fqid, document);
  searchIndex.put(fqid, document);
}
