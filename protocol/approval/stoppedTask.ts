import type { ApprovalOrder } from "./approval.ts";

/** What stands in place of a statement's kind where a stopped task is to be let go on. */
export const RESUMES_KIND = "resume_task";

/** What stands in place of a connection's name: a task works on whatever its person may use. */
export const WHOLE_TASK = "every connection of its task";

/** Whether it asks that a stopped task may go on, and not that a statement may run. */
export const letsGoOn = ({ resumes }: Pick<ApprovalOrder, "resumes">): boolean => resumes !== undefined;
