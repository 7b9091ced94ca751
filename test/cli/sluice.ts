import { spawn } from "node:child_process";
import { bundledCli } from "../bench/bundledAgent.ts";

let script: Promise<string> | undefined;

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface SluiceOptions {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Called with each address the command asks a person to open. */
  onUrl?(url: string): void;
}

/** The command line as a process of its own, run to its end. */
export async function sluice(options: SluiceOptions, ...args: readonly string[]): Promise<Finished> {
  script ??= bundledCli();
  const { SLUICE_ISSUER: _issuer, SLUICE_CLIENT_ID: _client, PGPASSWORD: _password, ...env } = process.env;
  const child = spawn(process.execPath, [await script, ...args], {
    cwd: options.home,
    env: { ...env, SLUICE_HOME: options.home, SLUICE_NO_BROWSER: "1", ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    let [out, err] = ["", ""];
    let followed = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
      const url = /(https?:\/\/\S+)\s/.exec(err)?.[1];
      if (url === undefined || followed) return;
      followed = true;
      options.onUrl?.(url);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

/** What `--json` printed, one object a line. */
export const objects = ({ out }: Finished): readonly Record<string, unknown>[] =>
  out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
