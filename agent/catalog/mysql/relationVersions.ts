import { createHash } from "node:crypto";
import type { QueryRunner } from "../queryRunner.ts";
import { PARTS_PER_RELATION, partsOfOneSql } from "./definitionParts.ts";
import { temporaryDefinition } from "./temporaryTables.ts";

interface Named {
  readonly schema: string;
  readonly name: string;
  /** A temporary table of the session that asks. */
  readonly temporary?: boolean;
}

/** Relations asked for in one query. */
const AT_ONCE = 25;

/**
 * The version of a relation: a digest of its kind, columns, view text and triggers, by content. Equal versions mean
 * equal definitions, also where a relation was dropped and made anew. Not in it: foreign keys, checks, indexes,
 * and the bodies of routines that it calls. What this account may not see (triggers without the TRIGGER right)
 * cannot be in it.
 */
export function versionOf(parts: readonly string[]): string {
  const digest = createHash("sha256").update(JSON.stringify([...parts].sort()));
  return digest.digest("hex").slice(0, 32);
}

/**
 * Versions of some relations as they are now. A relation that no longer exists has none. Holds for a statement of
 * the same transaction where the relations' metadata locks are already held; else DDL may come between.
 */
export async function mysqlRelationVersions(
  run: QueryRunner,
  names: ReadonlyMap<number, Named>,
): Promise<ReadonlyMap<number, string>> {
  const versions = new Map<number, string>();
  const all = [...names].filter(([, { temporary }]) => temporary !== true);
  for (const [oid, name] of names) {
    if (name.temporary !== true) continue;
    const found = await temporaryDefinition(run, name);
    if (found !== undefined) versions.set(oid, found.version);
  }
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE);
    const sql = some.map(([oid]) => `SELECT ${oid}, p.* FROM (${partsOfOneSql}) p`).join(" UNION ALL ");
    const values = some.flatMap(([, { schema, name }]) =>
      Array.from({ length: PARTS_PER_RELATION }, () => [schema, name]).flat(),
    );
    const parts = new Map<number, string[]>();
    for (const [oid, kind, part] of await run.rows(sql, values)) {
      const known = parts.get(Number(oid));
      const text = partText(kind ?? "", part ?? "");
      if (known === undefined) parts.set(Number(oid), [text]);
      else known.push(text);
    }
    for (const [oid, texts] of parts) versions.set(oid, versionOf(texts));
  }
  return versions;
}

/** One part as it enters the version. */
export const partText = (kind: string, part: string): string => `${kind} ${part}`;
