import type { Actor } from "../../protocol/actor.ts";
import type { ElevationGrant } from "../../protocol/approval/elevation.ts";
import { agreed } from "../../protocol/approval/signedAgreement.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import type { Catalog } from "../../protocol/catalog.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { approvalConnection } from "../approvals/approvalOrder.ts";
import type { ElevatedRight } from "../policy/elevatedRight.ts";
import type { ColumnId } from "../sql/facts.ts";
import type { CatalogIndex } from "../sql/postgres/catalogIndex.ts";
import { columnsAsAsked } from "./elevatedColumns.ts";

/** What an elevation allows, to whom, and where. */
export class AgreedRight {
  readonly #grant: ElevationGrant;
  readonly #connection: string;
  readonly #known = new WeakMap<Catalog, ElevatedRight["right"] | null>();

  constructor(grant: ElevationGrant) {
    this.#grant = grant;
    this.#connection = canonicalJson(grant.subject.connection);
  }

  /** Whether it is this person's own, on this database. No program has what its person was given. */
  isFor(actor: Actor, profile: ConnectionProfile): boolean {
    const { requester } = this.#grant.subject;
    return (
      actor.kind === "user" &&
      actor.issuer === requester.issuer &&
      actor.subject === requester.subject &&
      canonicalJson(approvalConnection(profile)) === this.#connection
    );
  }

  /** The right by the names of this catalog; null where a column is not what it was when it was asked for. */
  by(index: CatalogIndex): ElevatedRight | null {
    const { catalog } = index;
    let right = this.#known.get(catalog);
    if (right === undefined) {
      right = this.#rightBy(index);
      this.#known.set(catalog, right);
    }
    if (right === null) return null;
    const { id, group } = this.#grant;
    return { id, right, group, people: agreed(this.#grant) };
  }

  #rightBy(index: CatalogIndex): ElevatedRight["right"] | null {
    const { right } = this.#grant.subject;
    if (right.kind === "write") return { kind: "write" };
    const columns = columnsAsAsked(right, index);
    if (columns === null) return null;
    const keys = new Set(columns.map(keyOf));
    return { kind: "reveal", has: (column) => keys.has(keyOf(column)) };
  }
}

/** Names may hold what separates them elsewhere. */
const keyOf = ({ schema, table, column }: ColumnId): string => JSON.stringify([schema, table, column]);
