import process from "node:process";
import { runUnderNode24 } from "./node24.mjs";

/** `npm test`: see test/main.ts. */
runUnderNode24("scripts/test/main.ts", process.argv.slice(2));
