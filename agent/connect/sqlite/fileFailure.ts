import fs from "node:fs";
import type { ConnectionProfile } from "../../../protocol/connection.ts";
import type { Problem } from "../../../protocol/messages.ts";
import type { ChildFailure } from "./childMessages.ts";

/** What is wrong with the path before anything opens it, or null. */
export function pathProblem({ database }: ConnectionProfile): Problem | null {
  const found = fs.statSync(database, { throwIfNoEntry: false });
  if (found === undefined) {
    return {
      code: "database-missing",
      message: `There is no file "${database}".`,
      action: "Check the path. Sluice opens databases that exist and makes none.",
    };
  }
  if (found.isFile()) return null;
  return {
    code: "not-a-database",
    message: `"${database}" is not a file.`,
    action: "Choose the database file itself.",
  };
}

/** What a file that would not open means for a person; also one that turns out so in the middle. */
export function fileProblem(
  { code }: Pick<ChildFailure, "code">,
  { database }: ConnectionProfile,
): Problem | null {
  if (code === "SQLITE_NOTADB") {
    return {
      code: "not-a-database",
      message: `"${database}" is not a SQLite database, or is encrypted.`,
      action: "Check the path.",
    };
  }
  if (code.startsWith("SQLITE_CORRUPT")) {
    return {
      code: "database-damaged",
      message: `The database file "${database}" is damaged.`,
      action: "Restore it from a backup, or try `sqlite3 FILE .recover`.",
    };
  }
  if (code.startsWith("SQLITE_READONLY")) {
    return {
      code: "database-read-only",
      message: `The file "${database}", or its folder, may not be written by this user. Nothing was changed.`,
      action: "Reading works. To write, change the rights of the file and its folder.",
    };
  }
  if (code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_PERM")) {
    return {
      code: "database-unreadable",
      message: `The file "${database}" may not be opened by this user.`,
      action: "Check the rights of the file and its folder.",
    };
  }
  return null;
}

/** The file was locked by others for as long as it was waited for. */
export const fileLocked = ({ database }: ConnectionProfile): Problem => ({
  code: "database-locked",
  message: `The database file "${database}" is locked by another program.`,
  action: "Try again when the other program has finished its change.",
});
