import { setTimeout as sleep } from "node:timers/promises";
import { CollectorError } from "../audit/sync/collectorError.ts";
import type { Io } from "./command.ts";
import { printable } from "./text.ts";

/** Seconds between two tries of a collector that does not answer. */
const DELAYS = { first: 2, longest: 60 } as const;

interface Asked {
  readonly id: string;
  readonly version: number;
  readonly state: string;
}

/**
 * What was asked of others once somebody has decided, or it ended by itself; still pending where Ctrl-C ended the
 * waiting. Each change is told on stderr.
 */
export async function waitedFor<T extends Asked>(
  requests: { follow(id: string, version: number, signal: AbortSignal): Promise<T> },
  first: T,
  statusOf: (asked: T, now: Date) => string,
  io: Io,
): Promise<T> {
  let asked = first;
  let told = "";
  let failures = 0;
  for (;;) {
    const status = statusOf(asked, new Date());
    if (asked.state !== "pending" || io.signal.aborted) return asked;
    if (status !== told) io.err(`${printable(status)}\n`);
    told = status;
    try {
      asked = await requests.follow(asked.id, asked.version, io.signal);
      failures = 0;
    } catch (error) {
      if (io.signal.aborted) return asked;
      if (!(error instanceof CollectorError) || error.failure.kind !== "unreachable") throw error;
      if (failures === 0) io.err(`${error.problem.message} Trying again.\n`);
      failures += 1;
      const seconds = Math.min(DELAYS.longest, DELAYS.first * 2 ** (failures - 1));
      await sleep(seconds * 1000, undefined, { signal: io.signal }).catch(() => {});
    }
  }
}
