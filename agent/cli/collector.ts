import { spawn } from "node:child_process";
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { type Command, EXIT } from "./command.ts";

/** `sluice collector …`: starts the central server, a process of its own that shares nothing with the agent. */
export const collector: Command = (argv, io) => {
  const script = fileURLToPath(new URL("./collector/main.mjs", import.meta.url));
  if (!fs.existsSync(script)) {
    io.err("The collector is not part of this installation.\nUse the one of the `sluice` package.\n");
    return Promise.resolve(EXIT.failed);
  }
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...argv], { stdio: "inherit" });
    // Ctrl-C reaches the child by itself; it ends when it has answered what is under way.
    process.once("SIGTERM", () => child.kill("SIGTERM"));
    child.on("error", () => resolve(EXIT.failed));
    child.on("exit", (code) => resolve(code ?? EXIT.failed));
  });
};
