import type { CancellationToken } from "vscode-languageserver/node";
import type { Approval } from "../../protocol/approval/approval.ts";
import type { Engine } from "../engine.ts";
import * as schema from "./requestSchemas.ts";
import { signalOf } from "./signalOf.ts";

/** Answers what a person asks of others, and what others ask of them. */
export function approvalAnswers(engine: () => Promise<Engine>) {
  return {
    "sluice/approvals/ask": async (params: unknown): Promise<Approval> => {
      const { connectionId, ...request } = schema.ASK_APPROVAL.parse(params);
      const running = await engine();
      return running.asking.group({ ...request, connection: running.connection(connectionId) });
    },
    "sluice/approvals/list": async (params: unknown): Promise<readonly Approval[]> => {
      const { rooms } = await engine();
      return (await rooms.approvals?.list(schema.APPROVAL_BOX.parse(params).box)) ?? [];
    },
    "sluice/approvals/follow": async (params: unknown, token: CancellationToken): Promise<Approval> => {
      const { id, version } = schema.FOLLOW_APPROVAL.parse(params);
      return (await engine()).approvals.follow(id, version, signalOf(token));
    },
    "sluice/approvals/decide": async (params: unknown): Promise<Approval> => {
      const { id, decision, reason } = schema.DECIDE_APPROVAL.parse(params);
      const { approvals } = await engine();
      return approvals.decide(await approvals.find(id), decision, reason);
    },
    "sluice/approvals/takeBack": async (params: unknown): Promise<Approval> => {
      const { id, reason } = schema.TAKE_BACK_APPROVAL.parse(params);
      const { approvals } = await engine();
      return approvals.takeBack(await approvals.find(id), reason);
    },
    "sluice/approvals/withdraw": async (params: unknown): Promise<Approval> => {
      const { approvals } = await engine();
      return approvals.withdraw(await approvals.find(schema.BY_APPROVAL.parse(params).id));
    },
  };
}
