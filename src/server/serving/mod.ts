export * from "./limit_requests.ts";
export * from "./request_log.ts";
