import type { Actor, UserActor } from "../protocol/actor.ts";
import type { ConnectionProfile, Environment } from "../protocol/connection.ts";
import { connectionId } from "../protocol/ids.ts";
import { classifyCatalog, type Labels } from "./classify/classifyCatalog.ts";
import { type CarriedFlow, carriedFlow, inheritLabels } from "./classify/inheritedLabels.ts";
import { type Judged, judgeUnderstanding } from "./judge.ts";
import type { Policy } from "./policy/policy.ts";
import { splitText } from "./splitText.ts";
import { columnKey, type Flow } from "./sql/facts.ts";
import type { CatalogIndex } from "./sql/postgres/catalogIndex.ts";
import { DdlCatalog } from "./sql/postgres/ddlCatalog.ts";
import { loadPostgresParser } from "./sql/postgres/libpgQuery.ts";
import { NOTHING_REMEMBERED, remember } from "./sql/postgres/sessionMemory.ts";
import { storedFlows } from "./sql/postgres/storedFlows.ts";
import { understandPostgres } from "./sql/postgres/understand.ts";

export interface SchemaCheck {
  /** What makes the database, as pg_dump or migrations have it. */
  readonly ddl: string;
  /** The statements to judge, in the order they would run. */
  readonly text: string;
  readonly as: "person" | "agent" | "service";
  /** The environment they are meant for. */
  readonly environment: Environment;
  readonly policy: Policy;
  readonly purpose?: string;
}

/**
 * Judges statements against a database that only exists as DDL, as they would be judged on a connection: each one
 * sees what those before it created and stored. Columns are what their names and types say, since there are no
 * values to look at. Runs and records nothing.
 * @throws DdlError where the DDL can't be read, TextError where the text can't.
 */
export async function checkAgainstDdl(check: SchemaCheck): Promise<readonly Judged[]> {
  await loadPostgresParser();
  const ddl = new DdlCatalog(check.ddl);
  const labels = new SchemaLabels();
  let memory = NOTHING_REMEMBERED;
  return splitText(check.text).map((statement) => {
    const index = ddl.index();
    const known = labels.of(index);
    const understanding = understandPostgres(statement, index, memory);
    const judged = judgeUnderstanding(
      statement,
      understanding,
      {
        actor: ACTORS[check.as],
        connection: connectionFor(check.environment),
        labelOf: (id) => known.get(columnKey(id)),
        estimatedRows: () => undefined,
        inferenceCounts: { matches: 0, inferences: 0 },
        ...(check.purpose === undefined ? {} : { purpose: check.purpose }),
      },
      check.policy,
    );
    ddl.apply(statement);
    labels.add(judged.facts?.flows ?? []);
    memory = remember(memory, statement, index);
    return judged;
  });
}

/** What columns are, with what the statements so far have stored in them. */
class SchemaLabels {
  readonly #flows: CarriedFlow[] = [];
  #index: CatalogIndex | undefined;
  #labels: Labels = new Map();

  of(index: CatalogIndex): Labels {
    if (index !== this.#index) {
      const named = classifyCatalog(index.catalog, new Map(), { metadataOnly: true });
      this.#labels = inheritLabels(named, [...storedFlows(index), ...this.#flows]);
      this.#index = index;
    }
    return this.#labels;
  }

  add(flows: readonly Flow[]): void {
    if (flows.length === 0) return;
    const labels = this.#labels;
    this.#flows.push(...flows.map((flow) => carriedFlow(flow, (id) => labels.get(columnKey(id)))));
    this.#index = undefined;
  }
}

const ISSUER = "schema-check";

const PERSON: UserActor = {
  kind: "user",
  subject: "schema-check",
  issuer: ISSUER,
  name: "Somebody signed in",
  groups: [],
};

const ACTORS: Readonly<Record<SchemaCheck["as"], Actor>> = {
  person: PERSON,
  agent: { kind: "ai_agent", agent: "schema-check", onBehalfOf: PERSON, asserted: true },
  service: {
    kind: "service",
    subject: "schema-check",
    issuer: ISSUER,
    name: "A service signed in",
    groups: [],
  },
};

const connectionFor = (environment: Environment): ConnectionProfile => ({
  id: connectionId("schema-check"),
  name: "schema check",
  engine: "postgres",
  host: "localhost",
  port: 5432,
  database: "ddl",
  user: "schema-check",
  environment,
  tls: "disable",
});
