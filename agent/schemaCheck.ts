import type { Actor, UserActor } from "../protocol/actor.ts";
import type { ConnectionProfile, EngineName, Environment } from "../protocol/connection.ts";
import { connectionId } from "../protocol/ids.ts";
import type { SharedLabels } from "./classify/sharedLabels.ts";
import { readDdlDatabase } from "./engines/ddlDatabase.ts";
import { engineOf } from "./engines/engines.ts";
import { type Judged, judgeUnderstanding } from "./judge.ts";
import { SchemaLabels } from "./labels/schemaLabels.ts";
import type { Policy } from "./policy/policy.ts";
import { splitText } from "./splitText.ts";
import { columnKey } from "./sql/facts.ts";

export interface SchemaCheck {
  readonly dialect: EngineName;
  /** What makes the database, as dumps or migrations have it. */
  readonly ddl: string;
  /** The statements to judge, in the order they would run. */
  readonly text: string;
  readonly as: "person" | "agent" | "service";
  /** The environment they are meant for. */
  readonly environment: Environment;
  readonly policy: Policy;
  /** What the workspace says of columns; without, names and types alone do. */
  readonly shared?: SharedLabels;
  readonly purpose?: string;
}

/**
 * Judges statements against a database that only exists as DDL, as they would be judged on a connection: each one
 * sees what those before it created and stored. Columns are what their names and types say, since there are no
 * values to look at. Runs and records nothing.
 * @throws DdlError where the DDL can't be read, TextError where the text can't, LabelsFileError.
 */
export async function checkAgainstDdl(check: SchemaCheck): Promise<readonly Judged[]> {
  const database = await readDdlDatabase(check.dialect, check.ddl);
  const engine = engineOf(check.dialect);
  const { catalog } = database.index();
  const reading = engine.newReading(catalog);
  const labels = new SchemaLabels(check.shared);
  const all: Judged[] = [];
  for (const statement of splitText(check.text, engine, catalog)) {
    const index = database.index();
    const known = labels.of(index);
    const understanding = reading.understand(statement, index);
    const judged = judgeUnderstanding(
      statement,
      understanding,
      {
        actor: ACTORS[check.as],
        connection: connectionFor(check),
        labelOf: (id) => known.get(columnKey(id)),
        estimatedRows: () => undefined,
        inferenceCounts: { matches: 0, inferences: 0 },
        ...(check.purpose === undefined ? {} : { purpose: check.purpose }),
      },
      { policy: check.policy, central: 0, observed: null },
    );
    all.push(judged);
    await database.apply(statement);
    labels.add(judged.facts?.flows ?? []);
    reading.remember(statement, understanding, index);
  }
  return all;
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
  agent: {
    kind: "ai_agent",
    agent: "schema-check",
    model: "unknown",
    host: "unknown",
    onBehalfOf: PERSON,
    asserted: true,
  },
  service: {
    kind: "service",
    subject: "schema-check",
    issuer: ISSUER,
    name: "A service signed in",
    groups: [],
  },
};

const connectionFor = ({ dialect, environment }: SchemaCheck): ConnectionProfile => ({
  id: connectionId("schema-check"),
  name: "schema check",
  engine: dialect,
  host: "localhost",
  port: 5432,
  database: "ddl",
  user: "schema-check",
  environment,
  tls: "disable",
});
