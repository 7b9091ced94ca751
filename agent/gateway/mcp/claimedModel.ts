import { z } from "zod";
import { shownName } from "./clientName.ts";

/** What the Codex command line and its editors say of the turn in which a tool is called. */
const CODEX_TURN = "x-codex-turn-metadata";
const TURN = z.object({ model: z.string().min(1) });
const META = z.object({ [CODEX_TURN]: z.union([TURN, z.string()]) });

/**
 * The model that calls a tool, as its host says in `_meta`; null where it says nothing. The protocol has no field for it,
 * so this is one host's own, and a claim like every model's name.
 */
export function claimedModel(meta: unknown): string | null {
  const given = META.safeParse(meta);
  if (!given.success) return null;
  const turn = given.data[CODEX_TURN];
  const told = typeof turn === "string" ? TURN.safeParse(jsonOf(turn)) : TURN.safeParse(turn);
  return told.success ? shownName(told.data.model) : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
