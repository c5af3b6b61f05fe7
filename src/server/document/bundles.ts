import {
  definition,
  integer,
  list,
  record,
  text,
  version as versionSchema,
} from "./formats.ts";
import {
  jsonBody,
  optionalVersion,
  pageToken,
  perPage,
  queryFlag,
  queryText,
  replica,
  retryToken,
  searchAfter,
  startAt,
  uuidPath,
  version,
} from "./parameters.ts";
import { answer, errors, pages, redirectToSelf } from "./responses.ts";
import { secured } from "./security.ts";
import type { Operation, Paths, Schema } from "./types.ts";

/** The operations on bundles, but for their checkout. */
export function bundlePaths(): Paths {
  return {
    "/bundles/all": { get: getBundlesAll() },
    "/bundles/{uuid}": {
      get: getBundle(),
      put: putBundle(),
      patch: patchBundle(),
      delete: deleteBundle(),
    },
  };
}

function getBundlesAll(): Operation {
  return {
    operationId: "get_bundles_all",
    summary: "List all bundles.",
    description: "Lists every version of every bundle that was not deleted, " +
      "by uuid and version.",
    parameters: [
      replica("Replica to read from."),
      queryText("prefix", "List only uuids that start with this.", {
        pattern: "^[a-zA-Z0-9][a-zA-Z0-9-]*$",
      }),
      pageToken(),
      perPage({ minimum: 10, maximum: 500, default: 100 }),
      searchAfter(),
    ],
    responses: {
      ...pages(() => definition("BundleList"), "bundles"),
      ...errors(),
    },
  };
}

function getBundle(): Operation {
  return {
    operationId: "get_bundle",
    summary: "Show what is in a bundle.",
    description:
      `Lists the files of a bundle, in the order in which they were put.

When addresses of the files are asked for, 301 leads back to this operation after a wait while the files are made ready for download.`,
    parameters: [
      uuidPath("The uuid of the bundle."),
      optionalVersion("The version to read; the latest if not given."),
      replica("Replica to read from."),
      queryFlag(
        "directurls",
        "If true, each file has a `url` that names it in its cloud, as in " +
          "`s3://bucket/key` or `gs://bucket/key`. Not with `presignedurls`. " +
          "A service that keeps its contents in no bucket answers 501.",
      ),
      queryFlag(
        "presignedurls",
        "If true, each file has a `url` that anyone can download from for a " +
          "while. Not with `directurls`.",
      ),
      retryToken(),
      perPage({ minimum: 10, maximum: 500, default: 500 }),
      startAt(),
    ],
    responses: {
      ...pages(
        () => record({ bundle: definition("Bundle") }, ["bundle"]),
        "bundle.files",
      ),
      "301": redirectToSelf("The files are being made ready."),
      ...errors({
        codes: {
          400: ["illegal_token", "only_one_urltype"],
          404: ["not_found"],
          500: ["checkout_error"],
        },
      }),
    },
  };
}

function putBundle(): Operation {
  const body = () =>
    record({
      version: versionSchema("The version."),
      manifest: definition("Manifest"),
    }, ["version", "manifest"]);
  return {
    operationId: "put_bundle",
    security: secured(),
    summary: "Create a version of a bundle.",
    description:
      `Creates a version of a bundle from files that are in the replica, under names that are unique in the bundle. It is copied to the other replica.

Writing the same version again is fine if nothing differs, the order of the files included. Files that are still being copied (202) are waited for, ten seconds at most.`,
    parameters: [
      uuidPath("The uuid of the bundle."),
      version("The version to create, in DSS_VERSION format."),
      replica("Replica to write to."),
      jsonBody("What is in the bundle.", bundleBody()),
    ],
    responses: {
      "200": answer("The version exists and is the same.", body()),
      "201": answer("The version was created.", body()),
      ...errors({
        codes: {
          400: ["illegal_version", "duplicate_filename", "file_missing"],
          409: ["bundle_already_exists"],
        },
        secured: true,
        writes: true,
      }),
    },
  };
}

function bundleBody(): Schema {
  return record({
    files: list(
      "The files: `uuid`, `version`, `name` in the bundle, and `indexed`, " +
        "which says whether a JSON file can be searched.",
      definition("BundleFile"),
    ),
    creator_uid: integer("A number for who creates the bundle; any will do."),
  }, ["files", "creator_uid"]);
}

function patchBundle(): Operation {
  return {
    operationId: "patch_bundle",
    security: secured(),
    summary: "Add files to a bundle, or remove some.",
    description:
      `Makes a new version of a bundle from an older one: files are removed, then added, so that one call can replace a file. The new version is the current time.

Of a bundle of more than 20,000 files, the search does not see the list of files.`,
    parameters: [
      uuidPath("The uuid of the bundle."),
      replica("Replica to write to."),
      version("The version to start from, in DSS_VERSION format."),
      jsonBody("What to change.", bundlePatch()),
    ],
    responses: {
      "200": answer("The new version.", definition("ObjectVersion")),
      ...errors({
        codes: {
          400: ["illegal_version", "duplicate_filename", "file_missing"],
          404: ["not_found"],
        },
        secured: true,
        writes: true,
        retryAfterOn: [503],
      }),
    },
  };
}

function bundlePatch(): Schema {
  const files = (description: string): Schema =>
    list(description, definition("BundleFile"), 1000);
  return record({
    add_files: files("Files to add at the end."),
    remove_files: files(
      "Files to remove, by `uuid`, `version` and `name`; those that are not " +
        "in the bundle are ignored.",
    ),
  });
}

function deleteBundle(): Operation {
  return {
    operationId: "delete_bundle",
    security: secured(),
    summary: "Delete a bundle, or one version of it.",
    description: "Deletes a bundle in all replicas: it is no longer found or " +
      "listed. Its files stay. Only administrators may.",
    parameters: [
      uuidPath("The uuid of the bundle."),
      replica("Replica to delete from first."),
      optionalVersion(
        "The version to delete; if not given, all, those to come included.",
      ),
      jsonBody(
        "Why.",
        record({ reason: text("Why it is deleted, for people to read.") }, [
          "reason",
        ]),
      ),
    ],
    responses: {
      "200": answer("The bundle was deleted.", record({})),
      ...errors({
        codes: {
          404: ["not_found"],
          409: ["bundle_tombstone_already_exists"],
        },
        secured: true,
        writes: true,
      }),
    },
  };
}
