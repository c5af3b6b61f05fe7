import type { DssContext } from "../context.ts";
import { Problem } from "../problem.ts";
import type { Source } from "./source.ts";

/**
 * Looks at what is to be copied; its bytes are not read yet.
 *
 * @throws {Problem} 400 `unknown_source_schema` for a scheme that is not read
 * here; else as the kind of source says
 */
export async function findSource(
  context: DssContext,
  url: string,
): Promise<Source> {
  const scheme = /^([a-z0-9]+):\/\//.exec(url)?.[1] ?? "";
  switch (scheme) {
    case "file": {
      const { findFileSource } = await import("./file_source.ts");
      return await findFileSource(context, url);
    }
    case "http":
    case "https": {
      const { findHttpSource } = await import("./http_source.ts");
      return await findHttpSource(context, url);
    }
    case "s3": {
      const { findS3Source } = await import("./s3_source.ts");
      return await findS3Source(context, url);
    }
    default:
      throw new Problem(
        400,
        "unknown_source_schema",
        `This service does not read from ${scheme}://`,
      );
  }
}
