import { jsonAnswer } from "../answers.ts";
import type { Route } from "../context.ts";
import { writeFile } from "../files/mod.ts";
import { writtenUuid, writtenVersion } from "./write_arguments.ts";

/** PUT /files/{uuid}: a version of a file, copied from where its content is. */
export const putFile: Route = async (context, _request, args) => {
  const version = writtenVersion(args);
  const outcome = await writeFile(context, {
    uuid: writtenUuid(args),
    version,
    creatorUid: Number(args.body("creator_uid")),
    sourceUrl: String(args.body("source_url")),
  });
  switch (outcome.kind) {
    case "new":
      return jsonAnswer({ version }, 201);
    case "same":
      return jsonAnswer({ version }, 200);
    case "later":
      return jsonAnswer({ version, task_id: outcome.taskId }, 202);
  }
};
