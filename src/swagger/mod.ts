export * from "./base_url.ts";
export * from "./build_request.ts";
export * from "./document.ts";
export * from "./document_cache.ts";
export * from "./naming.ts";
export * from "./operation.ts";
export * from "./parse_operations.ts";
