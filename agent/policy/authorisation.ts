import type { EntityJson, TypeAndId } from "@cedar-policy/cedar-wasm/nodejs";
import { type Actor, actorGroups } from "../../protocol/actor.ts";
import { type ConnectionProfile, effectiveEnvironment } from "../../protocol/connection.ts";
import type { Label, MaskKind } from "../../protocol/label.ts";
import { type ColumnId, columnKey } from "../sql/facts.ts";
import { approvalsAnnotation, limitAnnotation, maskAnnotation } from "./annotations.ts";
import type { CedarAnswer, CedarPolicies } from "./cedar.ts";
import type { ColumnAction, ConnectionAction, SuggestionAction } from "./cedarSchema.ts";

/** What policy says to one question. */
export type Ruling =
  /** `limit`: the most rows that may be shown. */
  | { readonly verdict: "allow"; readonly limit?: number }
  /** `needed`: how many of the group have to agree. */
  | { readonly verdict: "approve"; readonly approvers: string; readonly needed: number }
  /** `mask`: how to hide what may not be revealed, where policy says so. */
  | { readonly verdict: "deny"; readonly reason: string | undefined; readonly mask?: MaskKind };

const REMEMBERED = 20_000;

/** Stands in `@approval` for the person an AI agent acts for. */
export const PERSON = "person";

/** Asks Cedar, and remembers: the same actor, action and thing have the same answer until policy changes. */
export class Authorisation {
  readonly #policies: CedarPolicies;
  readonly #answers = new Map<string, Ruling>();

  constructor(policies: CedarPolicies) {
    this.#policies = policies;
  }

  /** An AI agent may do what both it and the person it acts for may do. */
  onConnection(
    action: ConnectionAction,
    actor: Actor,
    connection: ConnectionProfile,
    purpose: string,
  ): Ruling {
    const own = this.#onConnection(action, actor, connection, purpose);
    if (actor.kind !== "ai_agent") return own;
    return stricter(own, this.#onConnection(action, actor.onBehalfOf, connection, purpose));
  }

  /** An AI agent may do what both it and the person it acts for may do. */
  onColumn(
    action: ColumnAction,
    actor: Actor,
    connection: ConnectionProfile,
    purpose: string,
    id: ColumnId,
    label: Label,
  ): Ruling {
    const own = this.#onColumn(action, actor, connection, purpose, id, label);
    if (actor.kind !== "ai_agent") return own;
    return stricter(own, this.#onColumn(action, actor.onBehalfOf, connection, purpose, id, label));
  }

  /** What policies say in annotations to whoever may read here, the ones shipped first. */
  annotationsOnRead(
    actor: Actor,
    connection: ConnectionProfile,
  ): readonly Readonly<Record<string, string>>[] {
    const resource: TypeAndId = { type: "Connection", id: connection.id };
    const { name, engine, host, database } = connection;
    const attrs = { name, engine, host, database };
    return this.#answer("read", actor, connection, "", resource, attrs).because.map(
      ({ annotations }) => annotations,
    );
  }

  #onConnection(
    action: ConnectionAction,
    actor: Actor,
    connection: ConnectionProfile,
    purpose: string,
  ): Ruling {
    const key = [action, actorKey(actor), connectionKey(connection), purpose].join("\u0001");
    return this.#remember(key, () => {
      const resource: TypeAndId = { type: "Connection", id: connection.id };
      const { name, engine, host, database } = connection;
      return this.#ask(action, actor, connection, purpose, resource, { name, engine, host, database });
    });
  }

  #onColumn(
    action: ColumnAction,
    actor: Actor,
    connection: ConnectionProfile,
    purpose: string,
    id: ColumnId,
    label: Label,
  ): Ruling {
    const kind = `${label.infoType}/${label.category}/${label.level}`;
    const key = [action, actorKey(actor), connectionKey(connection), purpose, columnKey(id), kind].join(
      "\u0001",
    );
    return this.#remember(key, () => {
      const resource: TypeAndId = { type: "Column", id: columnKey(id) };
      const { infoType, category, level } = label;
      return this.#ask(action, actor, connection, purpose, resource, {
        schema: id.schema,
        table: id.table,
        name: id.column,
        infoType,
        category,
        level,
      });
    });
  }

  /** `sensitive`: any sensitive column is used in it, shown or not. */
  onSuggestion(
    action: SuggestionAction,
    actor: Actor,
    connection: ConnectionProfile,
    suggested: { readonly effect: string; readonly sensitive: boolean },
  ): boolean {
    const { effect, sensitive } = suggested;
    const key = [action, actorKey(actor), connectionKey(connection), effect, String(sensitive)].join(
      "\u0001",
    );
    const ruling = this.#remember(key, () => {
      const resource: TypeAndId = { type: "Connection", id: connection.id };
      const { name, engine, host, database } = connection;
      const attrs = { name, engine, host, database };
      return this.#ask(action, actor, connection, "", resource, attrs, { effect, sensitive });
    });
    return ruling.verdict === "allow";
  }

  #ask(
    action: string,
    actor: Actor,
    connection: ConnectionProfile,
    purpose: string,
    resource: TypeAndId,
    attrs: Record<string, string>,
    more: Readonly<Record<string, string | boolean>> = {},
  ): Ruling {
    const answer = this.#answer(action, actor, connection, purpose, resource, attrs, more);
    if (!answer.allowed) {
      const mask = answer.because.flatMap(maskAnnotation)[0];
      return {
        verdict: "deny",
        reason: answer.because.find((policy) => policy.annotations.reason)?.annotations.reason,
        ...(mask === undefined ? {} : { mask }),
      };
    }
    const free = answer.because.some((policy) => policy.annotations.approval === undefined);
    // Of several groups the one that was named last: what ships comes first, and an administrator's own after it.
    const approvers = answer.because.findLast((policy) => policy.annotations.approval)?.annotations.approval;
    if (!free && approvers !== undefined) {
      const needed = Math.max(...answer.because.map(approvalsAnnotation));
      return { verdict: "approve", approvers, needed };
    }
    const limits = answer.because.flatMap(limitAnnotation);
    return { verdict: "allow", ...(limits.length === 0 ? {} : { limit: Math.min(...limits) }) };
  }

  #answer(
    action: string,
    actor: Actor,
    connection: ConnectionProfile,
    purpose: string,
    resource: TypeAndId,
    attrs: Record<string, string>,
    more: Readonly<Record<string, string | boolean>> = {},
  ): CedarAnswer {
    const principal = principalOf(actor);
    const groups = actorGroups(actor).map((id): TypeAndId => ({ type: "Group", id }));
    const entities: EntityJson[] = [
      { uid: principal.uid, attrs: principal.attrs, parents: groups },
      { uid: resource, attrs, parents: [] },
      ...groups.map((uid): EntityJson => ({ uid, attrs: {}, parents: [] })),
    ];
    const context = {
      environment: effectiveEnvironment(connection),
      environmentSet: connection.environment !== undefined,
      kind: action,
      purpose,
      ...more,
    };
    return this.#policies.ask({ principal: principal.uid, action, resource, context, entities });
  }

  #remember(key: string, ask: () => Ruling): Ruling {
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    if (this.#answers.size >= REMEMBERED) this.#answers.clear();
    const ruling = ask();
    this.#answers.set(key, ruling);
    return ruling;
  }
}

function principalOf(actor: Actor): { readonly uid: TypeAndId; readonly attrs: EntityJson["attrs"] } {
  switch (actor.kind) {
    case "user":
      return {
        uid: { type: "User", id: `${actor.issuer}|${actor.subject}` },
        attrs: { issuer: actor.issuer, verified: true },
      };
    case "local_user":
      return { uid: { type: "LocalUser", id: `${actor.account}@${actor.host}` }, attrs: {} };
    case "service":
      return { uid: { type: "Service", id: `${actor.issuer}|${actor.subject}` }, attrs: {} };
    case "ai_agent":
      return {
        uid: { type: "AiAgent", id: actor.agent },
        attrs: { agent: actor.agent, asserted: actor.asserted },
      };
  }
}

/** Everything of an actor that a policy may ask about. */
function actorKey(actor: Actor): string {
  const { uid, attrs } = principalOf(actor);
  return JSON.stringify([uid.type, uid.id, attrs, actorGroups(actor)]);
}

/** The group that has to agree for a person outweighs the person who would be enough for their agent. */
function stricter(own: Ruling, person: Ruling): Ruling {
  if (own.verdict === "deny") return own;
  if (person.verdict === "deny") return person;
  if (own.verdict === "approve" && person.verdict === "approve") {
    if (own.approvers === PERSON) return person;
    return person.approvers === PERSON ? own : { ...own, needed: Math.max(own.needed, person.needed) };
  }
  if (own.verdict === "approve") return own;
  if (person.verdict === "approve") return person;
  const limits = [own.limit, person.limit].filter((limit) => limit !== undefined);
  return { verdict: "allow", ...(limits.length === 0 ? {} : { limit: Math.min(...limits) }) };
}

const connectionKey = (connection: ConnectionProfile): string =>
  `${connection.id}|${connection.environment ?? "unset"}|${connection.host}|${connection.database}`;
