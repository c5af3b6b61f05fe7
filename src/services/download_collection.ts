import {
  formatFqid,
  type Fqid,
  isUuid,
  type ItemFailure,
  quote,
  type Runtime,
  UsageError,
} from "../base/mod.ts";
import type { WantedFile } from "../transfer/mod.ts";
import { attemptEach } from "./_attempt_each.ts";
import { isPathVersion, parseCollectionContents } from "./_collection_items.ts";
import { CollectionPlan } from "./_collection_plan.ts";
import { MemberFiles } from "./_member_files.ts";
import { collectionName, walkCollections } from "./_walk_collections.ts";
import type { DownloadCollectionOptions } from "./download_options.ts";
import type { DssClient } from "./dss_client.ts";

// What is asked of the service at once while the plan is made, at most.
const JOBS_LIMIT = 16;

/** What a collection asks for. */
export interface PlannedCollection {
  /** The files to have. */
  readonly wanted: WantedFile[];
  /** Members that cannot be had, and why. */
  readonly failures: ItemFailure[];
}

/**
 * Reads a collection and those inside of it, and asks the service for every
 * member once: bundles with all their files, files for size and SHA-256. The
 * result is in the order of the lists, bundles before files.
 *
 * @throws {UsageError} when uuid or version cannot be those of a collection
 * @throws {AuthError | NotFoundError | ServiceError | NetworkError |
 * RefusedError} when the collection itself cannot be read
 */
export async function planCollection(
  client: DssClient,
  runtime: Pick<Runtime, "createHash" | "log">,
  options: DownloadCollectionOptions,
): Promise<PlannedCollection> {
  const { replica, signal } = options;
  const root = checkedRoot(options);
  const jobs = Math.min(options.jobs ?? JOBS_LIMIT, JOBS_LIMIT);
  const { bundles, files, failures } = await walkCollections(root, {
    read: async ({ uuid, version }) => {
      const args = { uuid, replica, ...(version && { version }) };
      return parseCollectionContents(
        await client.call("get_collection", args, { signal }),
      );
    },
    jobs,
    signal,
  });
  runtime.log(
    "INFO",
    `collection ${collectionName(root)} lists ${bundles.length} bundles and ` +
      `${files.length} files`,
  );
  const ask = new MemberFiles(client, runtime, options);
  const members = [
    ...bundles.map((bundle) => ({
      name: `bundle ${formatFqid(bundle)}`,
      files: () => ask.ofBundle(bundle),
    })),
    ...files.map((file) => ({
      name: `file ${formatFqid(file)}`,
      files: () => ask.ofFile(file),
    })),
  ];
  const answers = await attemptEach(members, (member) => member.files(), {
    jobs,
    signal,
  });
  const plan = new CollectionPlan(failures);
  members.forEach(({ name }, at) => plan.add(name, answers[at] ?? []));
  return plan;
}

function checkedRoot({ uuid, version = "" }: DownloadCollectionOptions): Fqid {
  if (!isUuid(uuid)) {
    throw new UsageError(`the collection's uuid ${quote(uuid)} is not a uuid`);
  }
  if (version !== "" && !isPathVersion(version)) {
    throw new UsageError(
      `the collection's version ${quote(version)} is not a version`,
    );
  }
  return { uuid, version };
}
