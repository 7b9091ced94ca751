import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import type { CollectorSettings } from "../../collector/options.ts";
import { newFolder } from "./stores.ts";

/** A collector in a process of its own, so that it can be killed. */
export class CollectorProcess {
  readonly url: string;
  readonly log: string;
  readonly #child: ChildProcess;
  readonly #output: string[];

  constructor(child: ChildProcess, output: string[], told: { listening: string; log: string }) {
    this.#child = child;
    this.#output = output;
    this.url = told.listening;
    this.log = told.log;
  }

  static async start(settings: CollectorSettings): Promise<CollectorProcess> {
    const config = path.join(newFolder(), "collector.json");
    fs.writeFileSync(config, JSON.stringify(settings));
    const script = path.join(import.meta.dirname, "../../collector/main.ts");
    const child = spawn(process.execPath, [script, "--config", config], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: string[] = [];
    const listening = new Promise<string>((resolve, reject) => {
      child.stderr.setEncoding("utf8").on("data", (text: string) => output.push(text));
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output.push(text);
        const line = output
          .join("")
          .split("\n")
          .find((one) => one.startsWith('{"listening"'));
        if (line !== undefined) resolve(line);
      });
      child.once("exit", () => reject(new Error(`The collector did not start: ${output.join("")}`)));
    });
    return new CollectorProcess(child, output, JSON.parse(await listening));
  }

  /** Everything it wrote. */
  output(): string {
    return this.#output.join("");
  }

  /** Ends it as a service manager would. */
  stop(): Promise<number | null> {
    return this.#end("SIGTERM");
  }

  /** Ends it as a power cut would. */
  kill(): Promise<number | null> {
    return this.#end("SIGKILL");
  }

  #end(signal: NodeJS.Signals): Promise<number | null> {
    return new Promise((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) resolve(this.#child.exitCode);
      this.#child.once("exit", (code) => resolve(code));
      this.#child.kill(signal);
    });
  }
}
