import { DESTRUCTION } from "./destruction.ts";
import { ESCAPES } from "./escapes.ts";
import { EXFILTRATION } from "./exfiltration.ts";
import { LOCKS_AND_REWRITES } from "./locksAndRewrites.ts";
import { PERFORMANCE } from "./performance.ts";
import { PRIVILEGES } from "./privileges.ts";
import type { Rule } from "./rule.ts";
import { SESSION } from "./session.ts";
import { UNBOUNDED_WRITES } from "./unboundedWrites.ts";

/** Every guardrail, by family. */
export const CATALOGUE: Readonly<Record<string, readonly Rule[]>> = {
  "Writes without bounds": UNBOUNDED_WRITES,
  Destruction: DESTRUCTION,
  "Locks and rewrites": LOCKS_AND_REWRITES,
  "Privileges and identity": PRIVILEGES,
  "Escapes from the database": ESCAPES,
  "The session": SESSION,
  "Copying and exfiltration": EXFILTRATION,
  Performance: PERFORMANCE,
};
