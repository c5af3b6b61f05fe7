export * from "./apply_query.ts";
export * from "./output_file.ts";
export * from "./output_options.ts";
export * from "./print_pages.ts";
export * from "./print_response.ts";
export * from "./print_value.ts";
