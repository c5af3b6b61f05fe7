export * from "./task.ts";
export * from "./task_queue.ts";
