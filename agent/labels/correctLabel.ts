import { type Actor, actorName } from "../../protocol/actor.ts";
import type { LabelCorrectedBody } from "../../protocol/audit/record.ts";
import type { Catalog } from "../../protocol/catalog.ts";
import { effectiveEnvironment } from "../../protocol/connection.ts";
import type { Label, Level } from "../../protocol/label.ts";
import type { Problem } from "../../protocol/messages.ts";
import type { Ledger } from "../audit/ledger.ts";
import { baseRelations, isSystemSchema, ownerOf } from "../classify/baseColumns.ts";
import { correctedType, similarTypes } from "../classify/correctedType.ts";
import type { CorrectionStore } from "../classify/correctionStore.ts";
import { type Correction, loosens } from "../classify/corrections.ts";
import type { Database } from "../database.ts";
import type { Policy } from "../policy/policy.ts";
import { recordedConnection } from "../recorder.ts";
import { type ColumnId, columnKey } from "../sql/facts.ts";
import { mustBeSayable } from "../unicodeText.ts";

/** What a person says a column is. */
export interface LabelCorrection {
  readonly column: ColumnId;
  /** A name of the taxonomy, or `ordinary`. */
  readonly infoType: string;
  /** The type's own where not given. */
  readonly level?: Level | undefined;
  readonly reason: string;
}

/** Who decides, who records, who keeps. */
export interface CorrectionRooms {
  readonly policy: Policy;
  readonly ledger: Ledger;
  readonly store: CorrectionStore;
}

/** A label cannot be corrected like this. */
export class CorrectionError extends Error {
  readonly problem: Problem;
  constructor(code: string, message: string, action: string) {
    super(message);
    this.name = "CorrectionError";
    this.problem = { code, message, action };
  }
}

/**
 * The way of one correction: checked, allowed, recorded, kept, and only then in effect. Anybody may raise a label;
 * what would protect less needs the right to relabel.
 * @throws CorrectionError; LedgerError or CorrectionsError where it cannot be recorded or kept: the label stays.
 */
export async function correctLabel(
  database: Database,
  actor: Actor,
  wanted: LabelCorrection,
  { policy, ledger, store }: CorrectionRooms,
): Promise<Label> {
  const column = labelledColumn(await database.catalog(), wanted.column);
  const to = typeOf(wanted);
  const reason = reasonOf(wanted.reason);
  const from = database.labelOf(column);
  const { profile } = database;
  const final = from === undefined || isAllowed(database, actor, column, from, policy);
  const shows = (label: Label): boolean => policy.mayReveal(actor, column, label, profile);
  const asLabel: Label = { ...to, confidence: 1, evidence: [] };
  if (!final && (loosens(from, to) || (shows(asLabel) && !shows(from))))
    throw notAllowed(database, actor, column, from, to, policy);
  await ledger.append(recordOf(database, actor, { column, from, to, reason, how: "corrected" }));
  store.correct(profile.id, {
    column,
    infoType: to.infoType,
    category: to.category,
    level: to.level,
    mask: to.mask,
    reason,
    by: actorName(actor),
    at: new Date().toISOString(),
    final,
    environment: effectiveEnvironment(profile),
    carried: database.labelling.carriedInto(column),
  });
  await database.relabel();
  return database.labelOf(column) ?? asLabel;
}

/**
 * Takes a correction back: the column is again what classification says. Where that protects less, it needs the
 * right to relabel like any other correction.
 * @throws CorrectionError; LedgerError or CorrectionsError where it cannot be recorded or kept: the label stays.
 */
export async function takeBackCorrection(
  database: Database,
  actor: Actor,
  wanted: { readonly column: ColumnId; readonly reason: string },
  { policy, ledger, store }: CorrectionRooms,
): Promise<Label> {
  const column = labelledColumn(await database.catalog(), wanted.column);
  const from = database.labelOf(column);
  const to = database.labelling.withoutOwn(column);
  if (!database.labelling.own.has(columnKey(column)) || from === undefined || to === undefined) {
    throw new CorrectionError(
      "not-corrected",
      `Nobody has corrected ${columnKey(column)} on this machine.`,
      "There is nothing to take back.",
    );
  }
  const reason = reasonOf(wanted.reason);
  if (loosens(from, to) && !isAllowed(database, actor, column, from, policy)) {
    throw notAllowed(database, actor, column, from, to, policy);
  }
  await ledger.append(recordOf(database, actor, { column, from, to, reason, how: "taken_back" }));
  store.takeBack(database.profile.id, column);
  await database.relabel();
  return database.labelOf(column) ?? to;
}

/** Puts on record what a shared file lowers for this actor, and remembers that. @throws LedgerError, CorrectionsError */
export async function adoptShared(
  database: Database,
  actor: Actor,
  corrections: readonly Correction[],
  { ledger, store }: Omit<CorrectionRooms, "policy">,
): Promise<void> {
  const adopted = corrections.map((correction) => ({
    ...correction,
    environment: effectiveEnvironment(database.profile),
    carried: database.labelling.carriedInto(correction.column),
  }));
  await Promise.all(
    adopted.map(({ column, reason, by, ...to }) =>
      ledger.append(
        recordOf(database, actor, {
          column,
          from: database.labelOf(column),
          to,
          reason: `${reason} (${by})`,
          how: "shared",
        }),
      ),
    ),
  );
  store.adopt(database.profile.id, adopted);
}

const isAllowed = (
  database: Database,
  actor: Actor,
  column: ColumnId,
  from: Label,
  policy: Policy,
): boolean => policy.relabelling(actor, column, from, database.profile).verdict === "allow";

function recordOf(
  database: Database,
  actor: Actor,
  made: {
    readonly column: ColumnId;
    readonly from: Label | undefined;
    readonly to: { readonly infoType: string; readonly level: Level };
    readonly reason: string;
    readonly how: LabelCorrectedBody["how"];
  },
): LabelCorrectedBody {
  const { column, from, to, reason, how } = made;
  return {
    kind: "label_corrected",
    actor,
    connection: recordedConnection(database.profile),
    column: columnKey(column),
    from: from === undefined ? null : { infoType: from.infoType, level: from.level },
    to: { infoType: to.infoType, level: to.level },
    reason,
    how,
  };
}

/** The column whose label it is: a partition's is its parent's. @throws CorrectionError */
function labelledColumn(catalog: Catalog, { schema, table, column }: ColumnId): ColumnId {
  const asked = columnKey({ schema, table, column });
  const relation = catalog.relations.find((one) => one.schema === schema && one.name === table);
  if (relation === undefined || !relation.columns.some(({ name }) => name === column)) {
    throw new CorrectionError(
      "no-such-column",
      `There is no column called ${asked}.`,
      "Name it as schema.table.column; the Connections view lists them.",
    );
  }
  if (!baseRelations(catalog).includes(relation)) {
    throw new CorrectionError(
      "not-a-base-column",
      `${schema}.${table} is a ${relation.kind.replaceAll("_", " ")}: its columns are what the columns behind them are.`,
      "Correct the column of the table it comes from.",
    );
  }
  if (isSystemSchema(schema)) {
    throw new CorrectionError(
      "system-column",
      `${asked} belongs to the server itself.`,
      "Only columns of your own tables can be corrected.",
    );
  }
  const owner = ownerOf(catalog)(relation, column);
  return { schema: owner.schema, table: owner.name, column };
}

function typeOf({ infoType, level }: LabelCorrection) {
  const type = correctedType(infoType);
  if (type !== undefined) return { ...type, level: level ?? type.level };
  const near = similarTypes(infoType);
  throw new CorrectionError(
    "no-such-info-type",
    `There is no info type called "${infoType}".`,
    near.length === 0 ? "docs/taxonomy.md lists them all." : `Did you mean ${near.join(" or ")}?`,
  );
}

function reasonOf(text: string): string {
  const reason = text.trim();
  mustBeSayable("The reason", reason);
  if (reason !== "") return reason;
  throw new CorrectionError("no-reason", "A correction needs a reason.", "Say in a few words how you know.");
}

function notAllowed(
  database: Database,
  actor: Actor,
  column: ColumnId,
  from: Label,
  to: { readonly infoType: string; readonly level: Level },
  policy: Policy,
): CorrectionError {
  const ruling = policy.relabelling(actor, column, from, database.profile);
  const change = `from ${from.infoType} (${from.level}) to ${to.infoType} (${to.level})`;
  const groups = policy.stewards;
  const who = groups.length === 0 ? "a right nobody has" : `group ${groups.join(" or ")}`;
  const why =
    ruling.verdict === "deny" && ruling.reason !== undefined
      ? ruling.reason
      : ruling.verdict === "approve"
        ? `It needs the approval of ${ruling.approvers}.`
        : `It needs ${who}.`;
  return new CorrectionError(
    "relabel-not-allowed",
    `Correcting ${columnKey(column)} ${change} would protect it less, and that is not allowed for you. ${why}`,
    groups.length === 0 ? "Ask an administrator." : `Ask a member of ${groups.join(" or ")} to correct it.`,
  );
}
