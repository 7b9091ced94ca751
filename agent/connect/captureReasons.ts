import { counted } from "../../protocol/counted.ts";
import type { Capture } from "./capturePlan.ts";

export type NotCaptured = Extract<Capture, { kind: "none" }>;

/** Why the rows of a write are not kept; `reason` ends the sentence "This change cannot be undone: …". */
export const notCaptured = (reason: string): NotCaptured => ({ kind: "none", reason });

export const tooManyRows = (maxRows: number, does: "changes" | "inserts"): NotCaptured =>
  notCaptured(`it ${does} more than ${counted(maxRows, "row")}`);
export const rowsTooLarge = (does: "changes" | "inserts"): NotCaptured =>
  notCaptured(`the rows it ${does} are too large to be kept`);
export const changedByOthers = (): NotCaptured => notCaptured("the rows were being changed by others");
export const changedElsewhere = (): NotCaptured =>
  notCaptured("it moved rows, or changed rows of other tables");
export const notReadable = (): NotCaptured => notCaptured("the rows it changes could not be read or locked");
export const mayNotBeRead = (): NotCaptured => notCaptured("its rows may not be read");
