import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Problem } from "../protocol/messages.ts";
import { ledgerInUse } from "./device/ledgerInUse.ts";

/** Where the agent keeps its state; everything in it belongs to one user of one machine. */
export interface Home {
  readonly root: string;
  readonly config: string;
  readonly connections: string;
  /** The one that was in use when this was read. */
  readonly ledger: string;
  readonly labels: string;
  readonly keys: string;
  readonly secrets: string;
  /** Held while a secret is made that all processes share. */
  readonly secretsLock: string;
  /** What models proposed on this account, and what was decided about it. */
  readonly suggestions: string;
  readonly elevations: string;
}

/** The folder for state cannot be used; nothing may run without it, since nothing could be recorded. */
export class HomeError extends Error {
  readonly problem: Problem;
  constructor(root: string, cause: unknown) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    const problem: Problem = {
      code: "home-unwritable",
      message: `Sluice cannot write to its folder ${root}: ${detail}.`,
      action:
        "Nothing runs while nothing can be recorded. Make the folder writable, or set SLUICE_HOME to another one.",
    };
    super(problem.message, { cause });
    this.name = "HomeError";
    this.problem = problem;
  }
}

/**
 * Opens (and where needed creates, mode 0700) the state folder: `given`, else SLUICE_HOME, else ~/.sluice.
 * @throws HomeError
 */
export function openHome(given?: string): Home {
  const root = path.resolve(given || process.env.SLUICE_HOME || path.join(os.homedir(), ".sluice"));
  try {
    fs.mkdirSync(root, { recursive: true, mode: 0o700 });
    fs.accessSync(root, fs.constants.W_OK | fs.constants.R_OK);
  } catch (cause) {
    throw new HomeError(root, cause);
  }
  return {
    root,
    config: path.join(root, "config.json"),
    connections: path.join(root, "connections.json"),
    ledger: ledgerInUse(root),
    labels: path.join(root, "labels"),
    keys: path.join(root, "keys"),
    secrets: path.join(root, "secrets"),
    secretsLock: path.join(root, "secrets.lock"),
    suggestions: path.join(root, "suggestions.db"),
    elevations: path.join(root, "elevations"),
  };
}
