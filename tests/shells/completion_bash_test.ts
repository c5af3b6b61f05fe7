import { testCompletion } from "./_completion_cases.ts";

await testCompletion("bash");
