import fs from "node:fs";
import path from "node:path";
import { classifyCatalog, type Labels } from "../../agent/classify/classifyCatalog.ts";
import { createPolicy, type Policy } from "../../agent/policy/policy.ts";
import { columnKey, type RelationUse, type Understanding } from "../../agent/sql/facts.ts";
import { type CatalogIndex, indexCatalog } from "../../agent/sql/postgres/catalogIndex.ts";
import { catalogFromPostgresDdl } from "../../agent/sql/postgres/ddlCatalog.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { splitPostgres } from "../../agent/sql/postgres/split.ts";
import { understandPostgres } from "../../agent/sql/postgres/understand.ts";
import type { Actor } from "../../protocol/actor.ts";
import type { Environment } from "../../protocol/connection.ts";
import type { Decision } from "../../protocol/decision.ts";
import { connectionId } from "../../protocol/ids.ts";
import { understand as understandMysqlExample } from "../sql/mysql/shop.ts";

const DEVELOPER: Actor = {
  kind: "user",
  subject: "ada",
  issuer: "https://id.example",
  name: "Ada",
  groups: ["developers"],
};

export interface ExampleOptions {
  readonly environment?: Environment;
  readonly actor?: Actor;
  readonly plannedRows?: number;
  readonly inTransaction?: boolean;
  /** Against the shop of MySQL's own tests. */
  readonly engine?: "mysql";
  estimatedRows?(relation: RelationUse): number | undefined;
}

/** Judges statements against the shop of the guardrails' examples, as the agent would, without a server. */
export class Shop {
  readonly #index: CatalogIndex;
  readonly #labels: Labels;
  readonly #policy: Policy;

  static async open(): Promise<Shop> {
    await loadPostgresParser();
    return new Shop(await createPolicy());
  }

  private constructor(policy: Policy) {
    const ddl = fs.readFileSync(path.join(import.meta.dirname, "shop.sql"), "utf8");
    const catalog = catalogFromPostgresDdl(ddl);
    this.#index = indexCatalog(catalog);
    this.#labels = classifyCatalog(catalog, new Map());
    this.#policy = policy;
  }

  understand(sql: string, engine?: "mysql"): Understanding {
    if (engine === "mysql") return understandMysqlExample(sql);
    const split = splitPostgres(sql);
    if (split.kind === "syntax_error") return split;
    const [only, ...more] = split.statements;
    if (only === undefined || more.length > 0) throw new Error(`One statement was expected in: ${sql}`);
    return understandPostgres(only, this.#index);
  }

  decide(sql: string, options: ExampleOptions = {}): Decision {
    const { plannedRows, inTransaction, environment = "production" } = options;
    return this.#policy.decide({
      understanding: this.understand(sql, options.engine),
      actor: options.actor ?? DEVELOPER,
      connection: {
        id: connectionId("shop"),
        name: "Shop",
        engine: "postgres",
        host: "db.example",
        port: 5432,
        database: "demo",
        user: "app",
        environment,
        tls: "verify",
      },
      inferenceCounts: { matches: 0, inferences: 0 },
      labelOf: (id) => this.#labels.get(columnKey(id)),
      estimatedRows: (relation) => options.estimatedRows?.(relation),
      ...(plannedRows === undefined ? {} : { plannedRows }),
      ...(inTransaction === undefined ? {} : { inTransaction }),
    });
  }
}
