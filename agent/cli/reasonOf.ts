import { UsageError } from "./command.ts";

/** @throws UsageError where none was given. */
export function reasonOf(given: string | undefined): string {
  const reason = given?.trim() ?? "";
  if (reason === "" || reason.length > 1_000)
    throw new UsageError("Say why, in at most 1,000 characters: --reason TEXT.");
  return reason;
}
