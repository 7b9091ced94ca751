import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { root } from "../steps.ts";
import type { DemoProvider } from "./provider.ts";

export interface DemoCollector {
  readonly url: string;
  /** Name of its log. */
  readonly log: string;
  stop(): Promise<void>;
}

/** The collector as it is shipped, a process of its own with its store in the cache folder. */
export async function startDemoCollector(options: {
  readonly data: string;
  /** Begins with an empty store. */
  readonly fresh: boolean;
  readonly port: number;
  readonly provider: Pick<DemoProvider, "issuer" | "clientId">;
}): Promise<DemoCollector> {
  if (options.fresh) fs.rmSync(options.data, { recursive: true, force: true });
  fs.mkdirSync(options.data, { recursive: true, mode: 0o700 });
  const child = spawn(
    process.execPath,
    [
      path.join(root, "dist", "collector", "main.mjs"),
      ...["--data", options.data],
      ...["--port", String(options.port)],
      ...["--log", "northwind-demo/sluice"],
      ...["--issuer", options.provider.issuer, "--client-id", options.provider.clientId],
      ...["--log-level", "error"],
    ],
    // A group of its own: Ctrl-C ends it when what sends to it has ended.
    { stdio: ["ignore", "pipe", "inherit"], detached: true },
  );
  // PostgreSQL's package ends this process by itself on Ctrl-C, whatever is still to be stopped.
  process.once("exit", () => child.kill("SIGTERM"));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const said = await new Promise<string>((resolve, reject) => {
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      if (out.includes("\n")) resolve(out);
    });
    child.once("exit", (code) => reject(new Error(`The collector did not start (exit ${code}).`)));
  });
  const { listening, log }: { listening: string; log: string } = JSON.parse(said);
  return {
    url: listening,
    log,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
