/**
 * Files as they are written: contents copied from elsewhere into the store.
 *
 * @module
 */

export * from "./copy_content.ts";
export { isCopyRefused, pendingCopies } from "./copy_tasks.ts";
export * from "./require_contents.ts";
export * from "./write_file.ts";
