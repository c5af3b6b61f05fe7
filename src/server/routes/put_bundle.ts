import { jsonAnswer } from "../answers.ts";
import { manifestOf, parseEntries, writeBundle } from "../bundles/mod.ts";
import type { Route } from "../context.ts";
import { writtenUuid, writtenVersion } from "./write_arguments.ts";

/** PUT /bundles/{uuid}: a version of a bundle, of files that are there. */
export const putBundle: Route = async (context, _request, args) => {
  const version = writtenVersion(args);
  const { bundle, isNew } = await writeBundle(context, {
    uuid: writtenUuid(args),
    version,
    creatorUid: Number(args.body("creator_uid")),
    entries: parseEntries(args.body("files")),
  });
  const manifest = manifestOf(bundle);
  return jsonAnswer({ version, manifest }, isNew ? 201 : 200);
};
