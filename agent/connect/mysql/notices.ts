import type { ServerNotice } from "../databaseSession.ts";
import type { RawRow } from "./textCommand.ts";

/** One row of SHOW WARNINGS. A routine can raise any of them with any text, and the server does not say which did. */
export const notice = ([severity, code, message]: RawRow): ServerNotice => ({
  severity: severity ?? "",
  code: code ?? "",
  message: message ?? "",
  speaker: "code",
});

export const MORE_RESULTS: ServerNotice = {
  severity: "NOTE",
  code: "",
  message: "Only the first of several results is shown.",
  speaker: "server",
};
