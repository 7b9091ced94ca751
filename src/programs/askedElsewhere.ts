import type * as vscode from "vscode";
import { askerName } from "../../protocol/approval/approvalWords.ts";
import { asksItsPerson } from "../../protocol/approval/itsPerson.ts";
import type { ApprovalList } from "../approvals/approvalList.ts";
import { WaitingNotices } from "./waitingNotices.ts";

/** Tells this person of what their AI agents on other machines ask them through the collector. */
export function tellAskedElsewhere(list: ApprovalList): vscode.Disposable {
  const notices = new WaitingNotices("sluice.approvals.open");
  return list.onChange(() =>
    notices.take(
      list.waiting
        .filter(({ order }) => asksItsPerson(order))
        .map((approval) => {
          const { connectionName, statement, purpose } = approval.order;
          const who = askerName(approval);
          return { id: approval.id, who, connection: connectionName, text: statement, purpose };
        }),
    ),
  );
}
