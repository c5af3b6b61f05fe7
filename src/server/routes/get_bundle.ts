import type { DssContext, Route } from "../context.ts";
import { pageAnswer, withQuery } from "../paging.ts";
import { notFound, Problem } from "../problem.ts";
import { type BundleFileRecord, describeFile } from "../records.ts";
import { blobUrl } from "./get_file.ts";

const PER_PAGE = 500;

/** GET /bundles/{uuid}: a bundle and its files, page by page. */
export const getBundle: Route = async (context, request, args) => {
  const { repository } = context;
  const presigned = args.flag("presignedurls");
  if (presigned && args.flag("directurls")) {
    throw new Problem(
      400,
      "only_one_urltype",
      "Only one of 'directurls' and 'presignedurls' can be asked for",
    );
  }
  if (args.flag("directurls")) {
    throw new Problem(
      501,
      "not_implemented",
      "This DSS keeps its files in no bucket; ask for 'presignedurls'",
    );
  }
  const uuid = args.text("uuid") ?? "";
  const version = args.text("version");
  const bundle = repository.livingBundle(uuid.toLowerCase(), version);
  if (bundle === undefined) throw notFound("Cannot find bundle!");
  const perPage = args.integer("per_page", PER_PAGE);
  const count = repository.countBundleFiles(bundle.id);
  const asked = args.integer("start_at", 0);
  // A negative one counts from the end.
  const start = asked < 0 ? Math.max(0, count + asked) : asked;
  const records = repository.bundleFiles(bundle.id, start, perPage);
  const end = start + records.length;
  const files = await Promise.all(
    records.map((record) => listFile(context, request, record, presigned)),
  );
  return pageAnswer({
    body: {
      bundle: {
        uuid,
        version: bundle.version,
        creator_uid: bundle.creatorUid,
        files,
      },
    },
    contentKey: "bundle.files",
    nextUrl: end < count
      ? withQuery(request.url, {
        version: bundle.version,
        start_at: String(end),
      })
      : undefined,
  });
};

async function listFile(
  context: DssContext,
  request: Request,
  file: BundleFileRecord,
  presigned: boolean,
): Promise<Record<string, unknown>> {
  const facts = describeFile(file, "s3_etag");
  return presigned
    ? { ...facts, url: await blobUrl(context, request, file) }
    : facts;
}
