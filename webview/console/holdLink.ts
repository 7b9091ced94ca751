import type { Me, RecordHit } from "../../protocol/collector/search.ts";
import { link } from "./parts.ts";

/** Begins a hold with this filled in; for administrators, who alone may set one. */
export const holdLink = (
  { roles }: Me,
  words: string,
  filled: Readonly<Record<string, string>>,
): HTMLElement | null => (roles.includes("admin") ? link(words, ["retention"], filled) : null);

/** Begins a hold on what a record's actor did on its connection. */
export const actorHoldLink = (me: Me, { actor, connection }: RecordHit): HTMLElement | null =>
  actor === null
    ? null
    : holdLink(me, `What ${actor.name} did${connection === null ? "" : ` on ${connection}`}…`, {
        actor: actor.id,
        connection: connection ?? "",
      });
