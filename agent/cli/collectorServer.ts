import { spawn } from "node:child_process";

/**
 * Runs the collector's script as a process of its own until it ends; its exit code. It is told to end when this one is,
 * and finds out by itself where this one is killed: the channel between the two closes with it.
 */
export function runServer(script: string, argv: readonly string[], failed: number): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...argv], {
      stdio: ["inherit", "inherit", "inherit", "ipc"],
    });
    // Ctrl-C reaches the child by itself; it ends when it has answered what is under way.
    const end = (): void => void child.kill("SIGTERM");
    process.on("SIGTERM", end).on("SIGHUP", end);
    const over = (code: number): void => {
      process.off("SIGTERM", end).off("SIGHUP", end);
      resolve(code);
    };
    child.on("error", () => over(failed));
    child.on("exit", (code) => over(code ?? failed));
  });
}
