import type { Approval } from "../../protocol/approval/approval.ts";
import { whyNotDecide } from "../../protocol/approval/approvalWords.ts";
import type { ApprovalView } from "../../protocol/views.ts";
import type { ApprovalList } from "./approvalList.ts";
import type { AskedStatements } from "./askedStatements.ts";

/** What a page or a row shows of an approval. */
export function viewOf(approval: Approval, list: ApprovalList, asked: AskedStatements): ApprovalView {
  const kept = asked.find(approval.id);
  return {
    approval,
    own: list.isOwn(approval),
    whyNot: whyNotDecide(approval, list.person),
    textKept: kept !== undefined,
    runsItself: kept?.runsItself === true,
  };
}
