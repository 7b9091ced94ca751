import process from "node:process";
import { runUnderNode24 } from "./node24.mjs";

/** `npm start [-- --headless]`: see start/main.ts. */
runUnderNode24("scripts/start/main.ts", process.argv.slice(2));
