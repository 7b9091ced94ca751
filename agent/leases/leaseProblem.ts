import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { Problem } from "../../protocol/messages.ts";
import type { CollectorError } from "../audit/sync/collectorError.ts";

/** Why no login was lent, in words for who wants to work on the connection. */
export function leaseProblem(
  { failure, problem }: CollectorError,
  { name }: Pick<ConnectionProfile, "name">,
): Problem {
  if (failure.kind === "dishonest") return problem;
  if (failure.kind === "unreachable")
    return {
      code: "lease-collector-away",
      message: `The login for "${name}" is lent by the collector, and that cannot be done now: ${problem.message}`,
      action: "Check the network or VPN, and try again. A login that was lent before goes on until its end.",
    };
  const { code, message, action } = failure.refusal;
  if (code === "not-found")
    return {
      code: "lease-not-allowed",
      message: `The collector lends you no login for "${name}": none of your groups may use it, or it is no longer there.`,
      action: "Ask whoever runs the collector for the group, then sign in again.",
    };
  return {
    code: `lease-${code.replace(/^lease-/, "")}`,
    message: `No login for "${name}": ${message}`,
    action,
  };
}
