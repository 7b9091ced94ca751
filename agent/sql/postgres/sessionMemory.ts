import type { Node } from "libpg-query";
import type { SplitStatement } from "../facts.ts";
import type { CatalogIndex } from "./catalogIndex.ts";
import type { SourceText } from "./sourceText.ts";
import { treeOf } from "./split.ts";

/** A query kept under a name by an earlier statement of the session, with the text its positions are of. */
export interface KeptQuery {
  readonly query: Node;
  readonly source: SourceText;
  /** A cursor WITH HOLD outlives its transaction. */
  readonly holds: boolean;
  /** What names meant when a cursor was opened. */
  readonly index?: CatalogIndex;
}

/** What earlier statements left in a session that later ones can call by name. */
export interface SessionMemory {
  readonly prepared: ReadonlyMap<string, KeptQuery>;
  readonly cursors: ReadonlyMap<string, KeptQuery>;
}

export const NOTHING_REMEMBERED: SessionMemory = { prepared: new Map(), cursors: new Map() };

/** WITH HOLD among the options of DECLARE (CURSOR_OPT_HOLD in the server's parsenodes.h). */
const HOLD = 0x0020;

/** The memory after a statement has run. Names the server no longer has cost an error there, and nothing else. */
export function remember(
  memory: SessionMemory,
  statement: SplitStatement,
  index: CatalogIndex,
): SessionMemory {
  const tree = treeOf(statement);
  const node = "raw" in tree ? tree.raw.stmt : undefined;
  if (!node || !("raw" in tree)) return memory;
  if ("PrepareStmt" in node && node.PrepareStmt.query) {
    const kept = { query: node.PrepareStmt.query, source: tree.source, holds: false };
    return { ...memory, prepared: having(memory.prepared, node.PrepareStmt.name ?? "", kept) };
  }
  if ("DeclareCursorStmt" in node && node.DeclareCursorStmt.query) {
    const { query, options = 0, portalname = "" } = node.DeclareCursorStmt;
    const kept = { query, source: tree.source, holds: (options & HOLD) !== 0, index };
    return { ...memory, cursors: having(memory.cursors, portalname, kept) };
  }
  if ("DeallocateStmt" in node) {
    const { name } = node.DeallocateStmt;
    return { ...memory, prepared: name === undefined ? new Map() : without(memory.prepared, name) };
  }
  if ("ClosePortalStmt" in node) {
    const { portalname } = node.ClosePortalStmt;
    return { ...memory, cursors: portalname === undefined ? new Map() : without(memory.cursors, portalname) };
  }
  if ("DiscardStmt" in node && node.DiscardStmt.target === "DISCARD_ALL") return NOTHING_REMEMBERED;
  if ("TransactionStmt" in node && /_(?:COMMIT|ROLLBACK|PREPARE)$/.test(node.TransactionStmt.kind ?? "")) {
    return { ...memory, cursors: new Map([...memory.cursors].filter(([, kept]) => kept.holds)) };
  }
  return memory;
}

const having = (
  kept: ReadonlyMap<string, KeptQuery>,
  name: string,
  query: KeptQuery,
): ReadonlyMap<string, KeptQuery> => new Map([...kept, [name, query]]);

const without = (kept: ReadonlyMap<string, KeptQuery>, name: string): ReadonlyMap<string, KeptQuery> =>
  new Map([...kept].filter(([one]) => one !== name));
