import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import type { Engine } from "../../agent/engine.ts";
import type { SecretStore } from "../../agent/identity/secretStore.ts";
import type { CollectorSettings } from "../../collector/options.ts";
import type { RunningCollector } from "../../collector/start.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { engineIn, memorySecrets, newHome } from "../robustness/engine.ts";
import { type Answer, call } from "./device.ts";
import { type Person, signIn } from "./people.ts";
import { settings, startCollector } from "./stores.ts";

/** A person's signed-in session, as the agent keeps it. */
export async function sessionOf(
  { issuer, clientId }: Pick<DemoProvider, "issuer" | "clientId">,
  subject: string,
  token: string | undefined,
): Promise<SecretStore> {
  const secrets = memorySecrets();
  const session = {
    kind: "user",
    issuer,
    clientId,
    accessToken: "a",
    idToken: token,
    expiresAt: Date.now() + 3_600_000,
    actor: { kind: "user", subject, issuer, name: subject, groups: [] },
  };
  await secrets.store("session", JSON.stringify(session));
  return secrets;
}

/** A real collector with people, and agents that go by its policy on a real SQLite database. */
export class PolicyStage {
  readonly collector: RunningCollector;
  readonly #provider: DemoProvider;
  readonly #tokens: ReadonlyMap<Person, string>;
  readonly #engines: Engine[] = [];

  static async open(provider: DemoProvider, store: Partial<CollectorSettings> = {}): Promise<PolicyStage> {
    const tokens = new Map<Person, string>();
    for (const person of ["member", "auditor", "admin"] as const)
      tokens.set(person, await signIn(provider, person));
    return new PolicyStage(provider, tokens, await startCollector(settings(provider, store)));
  }

  private constructor(
    provider: DemoProvider,
    tokens: ReadonlyMap<Person, string>,
    collector: RunningCollector,
  ) {
    this.#provider = provider;
    this.#tokens = tokens;
    this.collector = collector;
  }

  token(person: Person): string {
    return this.#tokens.get(person) ?? "";
  }

  ask<T>(method: "GET" | "PUT" | "POST", at: string, by: Person, body?: unknown): Promise<Answer<T>> {
    return call<T>(method, `${this.collector.url}${at}`, this.token(by), body);
  }

  /** An order of an administrator's, which has to be carried out. */
  async order(method: "PUT" | "POST", at: string, body: unknown): Promise<void> {
    const answer = await this.ask(method, at, "admin", body);
    if (answer.status !== 200) throw new Error(`${at}: ${JSON.stringify(answer.body)}`);
  }

  publish(version: number, changes: Partial<CentralPolicy> = {}): Promise<void> {
    return this.order("PUT", "/v1/policy", policyText(version, changes));
  }

  observe(version: number, changes: Partial<CentralPolicy> = {}): Promise<void> {
    return this.order("PUT", "/v1/policy/observed", policyText(version, changes));
  }

  /** Somebody's agent, in a home of its own or in a known one. */
  async agent(
    home = newHome(),
    workspaceFolders: readonly string[] = [],
    who: Person = "member",
  ): Promise<Engine> {
    const engine = await engineIn(home, {
      secrets: await sessionOf(this.#provider, who, this.#tokens.get(who)),
      collector: this.collector.url,
      workspaceFolders,
    });
    this.#engines.push(engine);
    return engine;
  }

  async stop(): Promise<void> {
    for (const engine of this.#engines.splice(0)) await engine.close();
    await this.collector.stop();
  }
}

export const policyText = (version: number, changes: Partial<CentralPolicy> = {}): CentralPolicy => ({
  version,
  cedar: "",
  guardrails: "",
  labels: "",
  validHours: 1,
  comment: "for the test",
  ...changes,
});

/** A database with people and products, in a file of its own. */
export function shopFile(): ConnectionProfile {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "sluice-policy-")), "shop.db");
  const database = new Database(file);
  database.exec(
    `CREATE TABLE products (id INTEGER PRIMARY KEY, title TEXT);
     INSERT INTO products VALUES (1, 'Lamp');
     CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, city TEXT);
     INSERT INTO customers VALUES (1, 'ada.lovelace@example.com', 'Oslo'), (2, 'grace.hopper@example.com', 'Bergen');`,
  );
  database.close();
  return {
    id: connectionId("shop"),
    name: "shop",
    engine: "sqlite",
    host: "",
    port: 0,
    database: file,
    user: "",
    environment: "development",
    tls: "disable",
  };
}
