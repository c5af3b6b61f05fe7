import type { JsonObject } from "../../base/mod.ts";
import {
  buildIndexDocument,
  type FileContent,
  type IndexDocument,
} from "../search/mod.ts";
import { type BundleVersion, manifestOf } from "./manifest.ts";

/** What search and notifications know of a new bundle version. */
export interface BundleDocuments {
  /** What is searched. */
  document: IndexDocument;
  /** What `GET /events/{uuid}` answers, and what JMESPath queries see. */
  event: JsonObject;
}

/**
 * Makes both documents of a bundle version. The event document has every JSON
 * file, the index document those that are to be indexed (data-store,
 * `dss/events` and `dss/index/es/document.py`).
 *
 * @param contents the JSON files, in the order of the manifest
 */
export function buildDocuments(
  bundle: BundleVersion,
  contents: readonly FileContent[],
): BundleDocuments {
  const { uuid, version } = bundle;
  const manifest = manifestOf(bundle);
  const facts = { uuid, version, manifest };
  const document = buildIndexDocument({ ...facts, contents });
  const isAllIndexed = contents.every(({ indexed }) => indexed);
  const { files } = isAllIndexed ? document : buildIndexDocument({
    ...facts,
    contents: contents.map((content) => ({ ...content, indexed: true })),
  });
  return {
    document,
    event: {
      event_type: "CREATE",
      bundle_info: { uuid, version },
      manifest,
      files,
    },
  };
}
