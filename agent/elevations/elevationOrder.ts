import os from "node:os";
import type { Actor } from "../../protocol/actor.ts";
import type { ElevationOrder, ElevationRight } from "../../protocol/approval/elevation.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import type { Label } from "../../protocol/label.ts";
import { ApprovalError } from "../approvals/approvalError.ts";
import { approvalConnection } from "../approvals/approvalOrder.ts";
import type { Ruling } from "../policy/authorisation.ts";
import type { Policy } from "../policy/policy.ts";
import { type ColumnId, columnKey } from "../sql/facts.ts";
import type { CatalogIndex } from "../sql/postgres/catalogIndex.ts";
import { columnNamed, meaningOf } from "./elevatedColumns.ts";

/** What somebody wants to do for a while. Columns by the name people give them, `schema.table.column`. */
export type WantedRight =
  | { readonly kind: "reveal"; readonly columns: readonly string[] }
  | { readonly kind: "write" };

export interface ElevationWish {
  readonly right: WantedRight;
  readonly minutes: number;
  readonly purpose: string;
}

/** Where it is wanted, and who judges. */
export interface ElevationPlace {
  readonly actor: Actor;
  readonly profile: ConnectionProfile;
  readonly chain: Sha256;
  readonly policy: Policy;
  readonly index: CatalogIndex;
  labelOf(id: ColumnId): Label | undefined;
}

type Asking = Extract<Ruling, { verdict: "approve" }>;

/**
 * What others are asked, as policy is now. Runs nothing.
 * @throws ApprovalError where it is of no use to ask: nothing is hidden, nobody may agree, or several groups would have to.
 */
export function elevationOrder(wish: ElevationWish, place: ElevationPlace): ElevationOrder {
  const { actor, profile, chain, policy } = place;
  if (actor.kind !== "user") {
    throw new ApprovalError(
      "approval-needs-sign-in",
      "Only people whom the company's provider knows are given a right for a while.",
      "Sign in with your company's provider.",
    );
  }
  if (wish.purpose.trim() === "") {
    throw new ApprovalError(
      "approval-purpose",
      "Whoever is to agree has to know what it is for.",
      "Say in a few words why you need it.",
    );
  }
  const { right, rulings } =
    wish.right.kind === "write" ? writing(wish, place) : revealing(wish.right, place);
  const groups = new Set(rulings.map(({ approvers }) => approvers));
  const [group = "", ...others] = groups;
  if (others.length > 0) {
    throw new ApprovalError(
      "elevation-groups",
      `Different groups have to agree to these columns: ${[...groups].join(", ")}.`,
      "Ask for the columns of each group by themselves.",
    );
  }
  return {
    subject: {
      right,
      connection: approvalConnection(profile),
      requester: { issuer: actor.issuer, subject: actor.subject },
      chain,
    },
    group,
    needed: Math.max(...rulings.map(({ needed }) => needed)),
    minutes: wish.minutes,
    purpose: wish.purpose,
    device: os.hostname(),
    connectionName: profile.name,
    policyVersion: policy.version,
  };
}

interface Wanted {
  readonly right: ElevationRight;
  readonly rulings: readonly Asking[];
}

function writing({ purpose }: ElevationWish, { policy, actor, profile }: ElevationPlace): Wanted {
  const ruling = policy.writing(actor, profile, purpose);
  if (ruling.verdict === "approve") return { right: { kind: "write" }, rulings: [ruling] };
  throw ruling.verdict === "allow"
    ? notNeeded(`You may write on ${profile.name} as it is.`)
    : denied(`write on ${profile.name}`, ruling);
}

function revealing({ columns }: Extract<WantedRight, { kind: "reveal" }>, place: ElevationPlace): Wanted {
  const { index, policy, actor, profile } = place;
  if (columns.length === 0)
    throw new ApprovalError("elevation-no-column", "No column was named.", "Name at least one column.");
  const named = columns.map((name) => {
    const one = columnNamed(index, name);
    if (one.kind === "found") return one;
    throw new ApprovalError(
      "elevation-column",
      `${name} ${one.why}.`,
      "Name columns as schema.table.column.",
    );
  });
  const unique = [...new Map(named.map((one) => [JSON.stringify(one.id), one])).values()];
  const rulings = unique.map(({ id }) => {
    const ruling = policy.revealing(actor, id, place.labelOf(id), profile);
    if (ruling.verdict === "approve") return ruling;
    throw ruling.verdict === "allow"
      ? notNeeded(`${columnKey(id)} is shown to you as it is.`)
      : denied(`see ${columnKey(id)}`, ruling);
  });
  const right = {
    kind: "reveal",
    columns: unique.map(({ id }) => columnKey(id)),
    meaning: meaningOf(unique, index),
  } as const;
  return { right, rulings };
}

const notNeeded = (message: string): ApprovalError =>
  new ApprovalError("elevation-not-needed", message, "Leave it out, or run the statement.");

const denied = (what: string, { reason }: Extract<Ruling, { verdict: "deny" }>): ApprovalError =>
  new ApprovalError(
    "elevation-denied",
    `Nobody can agree that you ${what}: ${reason ?? "policy allows it to nobody who asks."}`,
    "Ask whoever writes the policy.",
  );
