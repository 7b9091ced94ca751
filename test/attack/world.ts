import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { openLedger } from "../../agent/audit/ledger.ts";
import { DeviceKeys } from "../../agent/device/deviceKeys.ts";
import { Engine } from "../../agent/engine.ts";
import type { Governed } from "../../agent/govern.ts";
import { openHome } from "../../agent/home.ts";
import { readIdentityConfig } from "../../agent/identity/config.ts";
import { fileSecrets } from "../../agent/identity/fileSecrets.ts";
import { Identity } from "../../agent/identity/identity.ts";
import { createPolicy, Policy, type PolicySource } from "../../agent/policy/policy.ts";
import { loadPostgresParser } from "../../agent/sql/postgres/libpgQuery.ts";
import { TextError } from "../../agent/textError.ts";
import type { Actor } from "../../protocol/actor.ts";
import type { ConnectionProfile, EngineName, Environment } from "../../protocol/connection.ts";
import { connectionId, sessionId } from "../../protocol/ids.ts";
import type { Cell } from "../../protocol/messages.ts";
import { isProgram } from "../../protocol/task.ts";

const person: Actor = {
  kind: "user",
  subject: "mallory",
  issuer: "https://login.test",
  name: "Mallory",
  groups: [],
};

/** Who attacks, and where: nobody of them may see anything. */
export const ATTACKERS = {
  person: { actor: person, environment: "production" },
  developer: { actor: person, environment: "development" },
  agent: {
    actor: {
      kind: "ai_agent",
      agent: "helper",
      model: "unknown",
      host: "unknown",
      onBehalfOf: person,
      asserted: true,
    },
    environment: "production",
  },
} as const satisfies Record<string, { readonly actor: Actor; readonly environment: Environment }>;

export type AttackerName = keyof typeof ATTACKERS;

/** What one statement came to, as whoever asked gets it; everything in it is shown. */
export interface Shown {
  readonly statement: string;
  readonly kind: Governed["kind"];
  readonly verdict: string;
  readonly rules: readonly string[];
  readonly columns: readonly { readonly name: string; readonly type: string; readonly mask: string | null }[];
  readonly rows: readonly (readonly Cell[])[];
  readonly tag: string | null;
  readonly affected: number | null;
  readonly notices: readonly string[];
  readonly problem: string | null;
  /** The report and everything else that reaches the screen, but the record's position and the time taken. */
  readonly report: string;
}

/** A server under attack. */
export interface AttackedServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** An engine in a home of its own, with the rooms as `startEngine` builds them. */
export class Attack {
  readonly home: string;
  readonly #engine: Engine;
  readonly #server: AttackedServer;
  readonly #engineName: EngineName;
  #sessions = 0;

  static async open(
    server: AttackedServer,
    adminPolicies: readonly PolicySource[] | Policy = [],
    engine: EngineName = "postgres",
    workspaceFolders: readonly string[] = [],
  ): Promise<Attack> {
    const home = openHome(fs.mkdtempSync(path.join(os.tmpdir(), "sluice-attack-")));
    const secrets = fileSecrets(home.secrets);
    const signer = await new DeviceKeys(secrets, home.secretsLock).current();
    const ledger = await openLedger({ path: home.ledger, signer, origin: "cli" });
    const [policy] = await Promise.all([
      adminPolicies instanceof Policy ? adminPolicies : createPolicy({ adminPolicies }),
      loadPostgresParser(),
    ]);
    const identity = new Identity({
      home: home.root,
      secrets,
      config: readIdentityConfig(home.config, { issuer: undefined, clientId: undefined }),
      openBrowser: async () => false,
    });
    const events = { catalogChanged: () => {}, progress: () => {} };
    const rooms = { home, secrets, identity, ledger, policy, workspaceFolders };
    return new Attack(home.root, new Engine(rooms, events), server, engine);
  }

  private constructor(home: string, engine: Engine, server: AttackedServer, engineName: EngineName) {
    this.home = home;
    this.#engine = engine;
    this.#server = server;
    this.#engineName = engineName;
  }

  profile(database: string, environment: Environment): ConnectionProfile {
    const { host, port, user } = this.#server;
    const id = connectionId(`${database}-${environment}`);
    return {
      id,
      name: id,
      engine: this.#engineName,
      host,
      port,
      database,
      user,
      environment,
      tls: "disable",
    };
  }

  /** Waits until every column is classified by its values; what `from` showed is taken over where it is given. */
  async classified(database: string, environment: Environment, from?: string): Promise<void> {
    const profile = this.profile(database, environment);
    const file = (id: string): string => path.join(this.home, "labels", `${id}.json`);
    if (from !== undefined) fs.copyFileSync(file(from), file(profile.id));
    this.#engine.open.passwords.use(profile.id, this.#server.password);
    await this.#engine.open.database(profile).whenClassified();
  }

  labels(database: string, environment: Environment): ReadonlyMap<string, { readonly level: string }> {
    return this.#engine.open.database(this.profile(database, environment)).labels();
  }

  /** Runs a text the way the command line does: in a session of its own, past whatever fails, to the last row. */
  async run(database: string, who: Actor, environment: Environment, text: string): Promise<readonly Shown[]> {
    // Everybody is somebody new: nobody is stopped for what others have asked within the hour.
    const actor = somebodyNew(who, this.#sessions);
    const connection = this.profile(database, environment);
    this.#engine.open.passwords.use(connection.id, this.#server.password);
    const id = sessionId(`attack:${this.#sessions++}`);
    const shown: Shown[] = [];
    const run = this.#engine.run({
      sessionId: id,
      connection,
      text,
      client: { kind: "cli", session: id },
      purpose: isProgram(actor) ? "to attack" : undefined,
      pageRows: 1_000,
      maxCellLength: Number.POSITIVE_INFINITY,
      signal: new AbortController().signal,
      keepGoing: true,
      actor,
    });
    try {
      for await (const { statement, governed } of run) shown.push(await shownOf(statement.text, governed));
    } catch (error) {
      if (!(error instanceof TextError)) throw error;
      shown.push({ ...NOTHING, statement: text, problem: JSON.stringify(error.problem) });
    }
    await this.#engine.open.session(id, connection).close();
    return shown;
  }

  async forget(database: string, environment: Environment): Promise<void> {
    await this.#engine.open.forget(this.profile(database, environment).id);
  }

  /** Every byte the agent wrote, by file. */
  bytes(): ReadonlyMap<string, string> {
    const files = fs.readdirSync(this.home, { recursive: true, withFileTypes: true });
    return new Map(
      files
        .filter((file) => file.isFile() && !file.name.endsWith(".secret"))
        .map((file) => path.join(file.parentPath, file.name))
        .map((file) => [path.relative(this.home, file), fs.readFileSync(file, "latin1")]),
    );
  }

  async close(): Promise<void> {
    await this.#engine.close();
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}

function somebodyNew(actor: Actor, number: number): Actor {
  if (actor.kind === "ai_agent") return { ...actor, onBehalfOf: somebodyElse(actor.onBehalfOf, number) };
  return actor.kind === "user" ? somebodyElse(actor, number) : actor;
}

function somebodyElse<T extends Actor>(actor: T, number: number): T {
  if (actor.kind !== "user") return actor;
  return { ...actor, subject: `${actor.subject} ${number}`, name: `${actor.name} ${number}` };
}

const NOTHING = {
  kind: "blocked",
  verdict: "deny",
  rules: [],
  columns: [],
  rows: [],
  tag: null,
  affected: null,
  notices: [],
  problem: null,
  report: "",
} as const;

async function shownOf(statement: string, governed: Governed): Promise<Shown> {
  const { report } = governed;
  const base = {
    ...NOTHING,
    statement,
    kind: governed.kind,
    verdict: report.decision.verdict,
    rules: report.decision.findings.map((finding) => `${finding.rule}:${finding.verdict}`),
    report: JSON.stringify({ ...report, statement: "" }),
  };
  switch (governed.kind) {
    case "blocked":
    case "cancelled":
      return base;
    case "failed":
      return { ...base, problem: JSON.stringify(governed.problem) };
    case "done":
      return { ...base, tag: governed.tag, affected: governed.affected, notices: governed.notices };
    case "rows": {
      const rows: (readonly Cell[])[] = [...governed.first.rows];
      let page = governed.first;
      let problem: string | null = null;
      try {
        while (!page.done) {
          page = await governed.rest.next(1_000);
          rows.push(...page.rows);
        }
      } catch (error) {
        problem =
          error instanceof Error && "problem" in error ? JSON.stringify(error.problem) : String(error);
      }
      const columns = governed.columns.map(({ name, type, mask }) => ({ name, type, mask }));
      return { ...base, columns, rows, problem, notices: governed.notices };
    }
  }
}
