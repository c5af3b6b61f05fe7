export * from "./decode_jwt.ts";
export type * from "./jwt.ts";
export * from "./rsa_keys.ts";
export * from "./sign_jwt.ts";
export * from "./verify_jwt.ts";
