import type { RetentionHold } from "../../protocol/collector/retention.ts";
import { isTable } from "../../protocol/retention/holdSearch.ts";
import { scopeWords, timesWords } from "../../protocol/retention/retentionWords.ts";
import { element } from "../element.ts";
import { actorLink, columnLink, facts, link } from "./parts.ts";
import { timeText } from "./words.ts";

/** A hold: what it covers, who set it and why; with `change`, what can be done with it. */
export function holdCard(hold: RetentionHold, change: HTMLElement | null): HTMLElement {
  const { id, scope, reason, setAt, setBy, liftedAt, liftedBy, liftReason } = hold;
  const words = scopeWords(hold, timeText);
  const by = liftedBy === null ? "" : ` by ${liftedBy}: ${liftReason ?? ""}`;
  return element(
    "article",
    { class: "approval", "aria-label": `Hold on ${words}` },
    facts(
      ["Covers", Object.values(scope).every((part) => part === null) ? "everything there is" : null],
      ["Who", actorOf(hold)],
      [
        "Connection",
        scope.connection === null
          ? null
          : link(scope.connection, ["search"], { connection: scope.connection }),
      ],
      ["Touching", scope.column === null ? null : columnOf(scope.column)],
      ["When", timesWords(scope.from, scope.to, timeText)[0] ?? null],
      ["Why", reason],
      ["Set", `${timeText(setAt)} by ${setBy}`],
      ["Lifted", liftedAt === null ? null : `${timeText(liftedAt)}${by}`],
      ["Id", element("code", {}, id)],
    ),
    change,
  );
}

const columnOf = (column: string): HTMLElement =>
  isTable(column) ? link(column, ["search"], { table: column }) : columnLink(column);

/** The name, and the identity beside it: two may go by one name. */
function actorOf({ scope: { actor }, actorName }: RetentionHold): HTMLElement | null {
  if (actor === null) return null;
  const named = actorLink({ id: actor, name: actorName ?? actor });
  return actorName === null || actorName === actor
    ? named
    : element("span", {}, named, " ", element("span", { class: "note" }, actor));
}
