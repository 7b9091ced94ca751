import { isAnsweredHere } from "../../protocol/approval/answeredHere.ts";
import type { RecordBody } from "../../protocol/audit/record.ts";
import type { RecordApproval } from "../../protocol/collector/search.ts";
import { maySee } from "../approvals/mayDo.ts";
import { overtaken } from "../approvals/transitions.ts";
import type { Collector } from "../collector.ts";
import type { Caller } from "../identity/caller.ts";

/** A record names what a device likes to name. */
const MOST = 20;

/** The requests that these records name, with how they stand; one that the caller may not see is as if it were gone. */
export async function recordApprovals(
  { store, now }: Pick<Collector, "store" | "now">,
  caller: Caller,
  bodies: readonly RecordBody[],
): Promise<readonly RecordApproval[]> {
  const kinds = new Map(bodies.flatMap(namedIn).slice(0, MOST));
  return Promise.all(
    [...kinds].map(async ([id, kind]): Promise<RecordApproval> => {
      if (isAnsweredHere(id)) return { id, kind: "here", state: null };
      const request = await store.approvals.find(id);
      if (request === null || !maySee(caller, request)) return { id, kind, state: null };
      const { state } = overtaken(request, now().getTime()) ?? request;
      return { id, kind: request.asked.kind, state };
    }),
  );
}

function namedIn(body: RecordBody): readonly (readonly [string, "statement" | "elevation"])[] {
  switch (body.kind) {
    case "intent":
    case "refused":
      return [
        ...(body.grant === null ? [] : [[body.grant.id, "statement"] as const]),
        ...(body.elevations ?? []).map((id) => [id, "elevation"] as const),
      ];
    case "approval_requested":
    case "approval_decided":
    case "approval_opened":
    case "approval_answered":
    case "approval_granted":
    case "approval_closed":
      return [[body.approval, "statement"]];
    case "elevation_requested":
    case "elevation_decided":
      return [[body.elevation, "elevation"]];
    case "elevation_opened":
      return [[body.approval, "elevation"]];
    default:
      return [];
  }
}
