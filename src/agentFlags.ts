/**
 * How Node runs the agent. Rows are short-lived: with a small young generation they are collected there, where V8's
 * own choice lets the heap grow by a hundred megabytes while a large result streams through. test/bench/stream.ts
 */
export const AGENT_FLAGS: readonly string[] = ["--max-semi-space-size=4"];
