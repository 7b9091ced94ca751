import type { Problem } from "../../protocol/messages.ts";

/** A right that was given for a while may not be used any more, or not for now. */
export class ElevationOver extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.name = "ElevationOver";
    this.problem = problem;
  }
}

const ASK_AGAIN = "Ask for it again if you still need it.";

/** Its hour is over. */
export const timeIsOver = (): ElevationOver =>
  new ElevationOver({
    code: "elevation-ended",
    message: "The elevation has ended: its time is over.",
    action: ASK_AGAIN,
  });

/** `who` ended it, where that is known. */
export const endedBy = (who: string | null): ElevationOver =>
  new ElevationOver({
    code: "elevation-ended",
    message: `The elevation was ended${who === null ? "" : ` by ${who}`}.`,
    action: ASK_AGAIN,
  });

/** The collector has not confirmed it for too long, or who holds it is not signed in. */
export const suspended = (): ElevationOver =>
  new ElevationOver({
    code: "elevation-suspended",
    message: "The elevation is suspended: the collector has not confirmed it of late.",
    action: "Check the network or VPN, and that you are signed in; it goes on when the collector answers.",
  });

/** What the collector calls its grant is none for this. `why` ends a sentence. */
export const refused = (why: string): ElevationOver =>
  new ElevationOver({
    code: "elevation-invalid",
    message: `The elevation cannot be used: ${why}.`,
    action: "Ask for it again; if it happens again, tell whoever runs the collector.",
  });
