import { actorIdentity } from "../actor.ts";
import type { RecordBody } from "../audit/record.ts";
import type { HoldScope } from "./holdScope.ts";

export interface Hold {
  readonly id: string;
  readonly scope: HoldScope;
}

/** Records that are kept or dropped together, and when they were made and came, in milliseconds. */
export interface HeldUnit {
  readonly bodies: readonly RecordBody[];
  /** Something belongs to it that cannot be read: nobody can tell what it is about. */
  readonly unknown: boolean;
  readonly from: number;
  readonly to: number;
}

/** Whether a hold covers anything of it. What cannot be told counts as covered. */
export function covers({ scope }: Hold, unit: HeldUnit): boolean {
  if (!overlaps(scope, unit)) return false;
  if (isOfTimeAlone(scope) || unit.unknown) return true;
  const { actor, connection, column } = scope;
  return (
    (actor === null || unit.bodies.some((body) => actorsOf(body).some((one) => isActor(one, actor)))) &&
    (connection === null || unit.bodies.some((body) => connectionOf(body) === connection)) &&
    (column === null || unit.bodies.some((body) => touches(body, column)))
  );
}

/** Whether it is about times and nothing else: then what was dropped against it shows without any text. */
export const isOfTimeAlone = ({ actor, connection, column }: HoldScope): boolean =>
  actor === null && connection === null && column === null;

/** Whether a hold's time has anything in common with this one. */
export function overlaps(
  { from, to }: Pick<HoldScope, "from" | "to">,
  unit: Pick<HeldUnit, "from" | "to">,
): boolean {
  return (from === null || Date.parse(from) <= unit.to) && (to === null || Date.parse(to) >= unit.from);
}

const isActor = (identity: string, held: string): boolean =>
  identity === held || identity === `ai_agent for ${held}`;

/** Of a statement that was not understood nobody knows what it touches. */
const touches = (body: RecordBody, held: string): boolean =>
  (body.kind === "intent" || body.kind === "refused") && body.effect === "unknown"
    ? true
    : columnsOf(body).some((one) => isColumn(one, held));

const isColumn = (column: string, held: string): boolean => column === held || column.startsWith(`${held}.`);

const actorsOf = (body: RecordBody): readonly string[] =>
  "actor" in body && body.actor !== null ? [actorIdentity(body.actor)] : [];

const connectionOf = (body: RecordBody): string | null =>
  "connection" in body ? body.connection.name : null;

function columnsOf(body: RecordBody): readonly string[] {
  if (body.kind === "label_corrected") return [body.column];
  if (body.kind !== "intent" && body.kind !== "refused") return [];
  const { reads, writes, outputs, labels } = body;
  return [
    ...reads.map(({ column }) => column),
    ...writes,
    ...outputs.flatMap(({ sources }) => sources),
    ...labels.map(({ column }) => column),
  ];
}
