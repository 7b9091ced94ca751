import { counted } from "../protocol/counted.ts";
import type { DatabaseSession } from "./connect/databaseSession.ts";
import type { Judged } from "./judge.ts";

/** Law 4: a notice may quote data, so it is shown only where nothing sensitive can be in it. */
export function shownNotices(backend: DatabaseSession, judged: Judged): readonly string[] {
  const all = backend.takeNotices();
  const shown = judged.touchesSensitive ? [] : all.filter(({ speaker }) => speaker !== "code");
  const withheld = all.length - shown.length;
  return [
    ...shown.map((notice) => `${notice.severity}: ${notice.message}`),
    ...(withheld === 0
      ? []
      : [`${counted(withheld, "notice")} of the server withheld: they may quote masked data.`]),
  ];
}
