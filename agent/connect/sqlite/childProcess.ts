import { type ChildProcess, fork } from "node:child_process";
import process from "node:process";
import type { ChildAnswer, ChildReply, ChildRequest } from "./childMessages.ts";
import { childProgram } from "./childProgram.ts";

/** The child was ended while a request was on its way. */
export class ChildEndedError extends Error {
  readonly asked: boolean;
  constructor(asked: boolean) {
    super("The process that held the database file ended.");
    this.name = "ChildEndedError";
    this.asked = asked;
  }
}

/** They end with this process, also in the middle of a query. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

interface Waiting {
  readonly resolve: (answer: ChildAnswer) => void;
  readonly reject: (error: ChildEndedError) => void;
}

/**
 * SQLite runs inside the process that calls it, and better-sqlite3 cannot interrupt it: so the file is held by a
 * process of its own, which can always be ended. What it had not committed is rolled back by whoever opens the file
 * next, as after a crash. One request is under way at a time.
 */
export class DatabaseProcess {
  readonly #child: ChildProcess;
  #waiting: Waiting | null = null;
  #next = 1;
  #asked = false;
  inTransaction = false;
  hasTemporary = false;
  alive = true;

  constructor(path: string) {
    this.#child = fork(childProgram(), [path], {
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      // In a desktop editor this process is Electron.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
    });
    this.#child.on("message", (reply: ChildReply) => {
      this.inTransaction = reply.inTransaction;
      this.hasTemporary = reply.hasTemporary;
      const waiting = this.#waiting;
      this.#waiting = null;
      waiting?.resolve(reply.answer);
    });
    const gone = (): void => {
      this.alive = false;
      running.delete(this.#child);
      this.#waiting?.reject(new ChildEndedError(this.#asked));
      this.#waiting = null;
    };
    this.#child.on("exit", gone);
    this.#child.on("error", gone);
    running.add(this.#child);
  }

  get id(): number | undefined {
    return this.#child.pid;
  }

  get busy(): boolean {
    return this.#waiting !== null;
  }

  /** @throws ChildEndedError */
  ask(request: ChildRequest): Promise<ChildAnswer> {
    if (!this.alive) return Promise.reject(new ChildEndedError(this.#asked));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#child.send({ id: this.#next++, request });
    });
  }

  /** Ends it at once. Settles when its locks are gone. */
  end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return Promise.resolve();
    this.#asked = true;
    this.alive = false;
    return new Promise((resolve) => {
      this.#child.once("exit", () => resolve());
      this.#child.kill("SIGKILL");
    });
  }
}
