import type { ApprovalView } from "../../protocol/views.ts";

/** One row of the Approvals view. */
export type ApprovalNode =
  | { readonly kind: "group"; readonly group: "waiting" | "own"; readonly count: number }
  | { readonly kind: "approval"; readonly view: ApprovalView };
