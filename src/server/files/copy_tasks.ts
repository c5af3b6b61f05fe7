import { formatFqid, type Json } from "../../base/mod.ts";
import type { DssContext } from "../context.ts";
import type { FileCopy } from "./write_file.ts";

/** The kind of tasks that copy files. */
export const COPY_FILE = "copy-file";

/** What a task of this kind is to do. */
export type CopyPayload = FileCopy & {
  /** Set when it cannot be done; it is then kept to be told for a while. */
  isRefused?: Json;
};

type TaskContext = Pick<DssContext, "database" | "tasks">;

/** Adds a task that copies a file, or finds the one that does so already. */
export function addCopyTask(context: TaskContext, file: FileCopy): string {
  const { database, tasks } = context;
  return database.transaction(() => {
    const same = tasksFor(context).filter(({ payload }) =>
      formatFqid(payload) === formatFqid(file)
    );
    // What failed before is begun anew.
    for (const { id, payload } of same) if (payload.isRefused) tasks.remove(id);
    const known = same.find(({ payload }) =>
      !payload.isRefused && payload.sourceUrl === file.sourceUrl &&
      payload.creatorUid === file.creatorUid
    );
    return known?.id ?? tasks.add(COPY_FILE, { ...file });
  });
}

/** The file versions that are being copied, as `<uuid>.<version>`. */
export function pendingCopies(context: TaskContext): Set<string> {
  return new Set(
    tasksFor(context).filter(({ payload }) => !payload.isRefused)
      .map(({ payload }) => formatFqid(payload)),
  );
}

/**
 * Whether a file version was to be copied lately and was not what it was
 * said to be.
 *
 * @param version default: any
 */
export function isCopyRefused(
  context: TaskContext,
  uuid: string,
  version: string | undefined,
): boolean {
  return tasksFor(context).some(({ payload }) =>
    payload.isRefused === true && payload.uuid === uuid &&
    (version ?? payload.version) === payload.version
  );
}

function tasksFor(
  { database }: TaskContext,
): { id: string; payload: CopyPayload }[] {
  return database.prepare("SELECT id, payload FROM tasks WHERE kind = ?")
    .all(COPY_FILE).map((row) => ({
      id: String(row.id),
      payload: JSON.parse(String(row.payload)) as CopyPayload,
    }));
}
