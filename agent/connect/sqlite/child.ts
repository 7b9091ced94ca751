import process from "node:process";
import { ChildDatabase } from "./childDatabase.ts";
import type { ChildCall } from "./childMessages.ts";

/** The process that holds one database file. It ends with the agent, and is ended to stop what it runs. */
const database = new ChildDatabase(process.argv[2] ?? "");

process.on("message", (call: ChildCall) => {
  process.send?.(database.answer(call.id, call.request));
});
process.on("disconnect", () => process.exit(0));
