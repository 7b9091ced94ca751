import os from "node:os";
import type { LocalUserActor } from "../../protocol/actor.ts";

/** The operating system's account: who it says it is, and nobody vouches for that. */
export function localUser(): LocalUserActor {
  return { kind: "local_user", account: os.userInfo().username, host: os.hostname() };
}
