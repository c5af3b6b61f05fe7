import { jsonAnswer } from "../answers.ts";
import {
  parseEntries,
  patchBundle as patchStoredBundle,
} from "../bundles/mod.ts";
import type { Route } from "../context.ts";
import { writtenUuid, writtenVersion } from "./write_arguments.ts";

/** PATCH /bundles/{uuid}: a new version of a bundle, made of an older one. */
export const patchBundle: Route = async (context, _request, args) => {
  const base = { uuid: writtenUuid(args), version: writtenVersion(args) };
  const version = await patchStoredBundle(context, base, {
    remove: parseEntries(args.body("remove_files")),
    add: parseEntries(args.body("add_files")),
  });
  return jsonAnswer({ uuid: base.uuid, version });
};
