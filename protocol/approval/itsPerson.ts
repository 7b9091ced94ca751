import type { ApprovalOrder } from "./approval.ts";

/** What stands in place of a group where a program asks its own person. */
export const ITS_PERSON = "person";

/** Whether the requester alone answers it: a program of theirs asks. */
export const asksItsPerson = ({ program }: Pick<ApprovalOrder, "program">): boolean =>
  program?.asks === "person";
