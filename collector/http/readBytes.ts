import type { Readable } from "node:stream";
import { Refusal } from "../refusal.ts";
import { type Intake, tooLarge } from "./body.ts";

/** How slowly a body may come: whoever sends a byte now and then would hold what has come for ever. */
export interface Pace {
  /** So long anything goes. */
  readonly graceMs: number;
  /** From then on it has to have come at least so fast. */
  readonly bytesPerSecond: number;
  readonly mostMs: number;
}

export const PACE: Pace = { graceMs: 5_000, bytesPerSecond: 4_096, mostMs: 60_000 };
const LOOK_EVERY_MS = 1_000;

/** Reads a body, counting each part as it comes. @throws Refusal */
export function readBytes(body: Readable, intake: Intake, pace: Pace): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const begun = performance.now();
    let received = 0;
    let timer = setTimeout(look, pace.graceMs);
    const end = (): void => {
      clearTimeout(timer);
      body.off("data", take).off("end", done).off("error", fail).off("close", gone);
    };
    const fail = (error: unknown): void => {
      end();
      // What still comes goes nowhere.
      body.on("error", () => {}).resume();
      reject(error);
    };
    const gone = (): void => fail(new Refusal("bad-request", "The body ended early.", "Send it again."));
    const done = (): void => {
      end();
      const [first] = parts;
      resolve(first !== undefined && parts.length === 1 ? first : Buffer.concat(parts, received));
    };
    const take = (part: Buffer): void => {
      received += part.length;
      try {
        if (received > intake.limit) throw tooLarge(intake.limit);
        intake.reserve(part.length);
        parts.push(part);
      } catch (error) {
        fail(error);
      }
    };
    function look(): void {
      const elapsed = performance.now() - begun;
      const slow = elapsed > pace.mostMs || received < (elapsed / 1000) * pace.bytesPerSecond;
      if (slow) fail(tooSlow());
      else timer = setTimeout(look, LOOK_EVERY_MS);
    }
    body.on("data", take).on("end", done).on("error", fail).on("close", gone);
  });
}

const tooSlow = (): Refusal =>
  new Refusal("too-slow", "The body came too slowly.", "Send fewer records at a time, or send them again.");
