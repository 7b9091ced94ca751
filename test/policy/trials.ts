import path from "node:path";
import Database from "better-sqlite3";
import type { Policy } from "../../agent/policy/policy.ts";
import { PolicyTrial, type Tried } from "../../agent/policyTrial.ts";
import type { Actor } from "../../protocol/actor.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import type { JudgedBody } from "../../protocol/audit/record.ts";
import type { EngineName, Environment } from "../../protocol/connection.ts";
import type { CentralPolicy } from "../../protocol/policy/centralPolicy.ts";
import { Attack, type AttackedServer } from "../attack/world.ts";

/** Statements that were really run under one policy, tried under another, and run under that one as well. */

/** A policy as a collector would give it. */
export const central = (changes: Partial<CentralPolicy> = {}): CentralPolicy => ({
  version: 1,
  cedar: "",
  guardrails: "",
  labels: "",
  validHours: 24,
  comment: "for the test",
  ...changes,
});

export interface Asked {
  readonly actor: Actor;
  readonly environment: Environment;
  readonly text: string;
}

export interface Place {
  readonly server: AttackedServer;
  readonly engine: EngineName;
  readonly database: string;
}

/** Runs everything for real, and answers what was recorded of the first statement of each. */
export async function reallyRun(
  { server, engine, database }: Place,
  policy: Policy,
  asked: readonly Asked[],
): Promise<readonly JudgedBody[]> {
  const attack = await Attack.open(server, policy, engine);
  try {
    for (const environment of new Set(asked.map((one) => one.environment)))
      await attack.classified(database, environment);
    const recorded: JudgedBody[] = [];
    for (const { actor, environment, text } of asked) {
      const before = judgedIn(attack).length;
      await attack.run(database, actor, environment, text);
      const [first] = judgedIn(attack).slice(before);
      // Without one the text was no statement at all.
      if (first !== undefined) recorded.push(first);
    }
    return recorded;
  } finally {
    await attack.close();
  }
}

function judgedIn({ home }: Attack): readonly JudgedBody[] {
  const file = new Database(path.join(home, "ledger.db"), { readonly: true });
  try {
    return file
      .prepare<[], { canonical: string }>("SELECT canonical FROM records ORDER BY seq")
      .all()
      .flatMap(({ canonical }) => {
        const body = parseRecord(canonical)?.body;
        return body?.kind === "intent" || body?.kind === "refused" ? [body] : [];
      });
  } finally {
    file.close();
  }
}

/** What a candidate is said to make of each. */
export async function tryAll(
  candidate: CentralPolicy,
  recorded: readonly JudgedBody[],
): Promise<readonly Tried[]> {
  const trial = await PolicyTrial.of(candidate, async () => null);
  return Promise.all(recorded.map((body) => trial.judge(body)));
}

/** The verdict and the masks that a trial foretells; null where it says that nobody can tell. */
export function foretold(body: JudgedBody, tried: Tried) {
  switch (tried.kind) {
    case "cannot_tell":
      return null;
    case "same":
      return outcomeOf(body);
    case "changed": {
      const masks = body.outputs.map(({ mask }, output) => {
        const other = tried.masks.find((one) => one.output === output);
        return other === undefined ? mask : other.to;
      });
      return { verdict: tried.to, masks: tried.to === "deny" ? [] : masks };
    }
  }
}

export const outcomeOf = ({ verdict, outputs }: JudgedBody) => ({
  verdict,
  // What is refused shows nothing.
  masks: verdict === "deny" ? [] : outputs.map(({ mask }) => mask),
});

/** Statements of which something else was said than what then happened. */
export function wrongly(
  tried: readonly Tried[],
  before: readonly JudgedBody[],
  after: readonly JudgedBody[],
): readonly unknown[] {
  const texts = (bodies: readonly JudgedBody[]): readonly string[] =>
    bodies.map(({ statement }) => statement);
  if (texts(before).join("\u0001") !== texts(after).join("\u0001")) throw new Error("Other statements ran.");
  return tried.flatMap((one, at) => {
    const [was, is] = [before[at], after[at]];
    if (was === undefined || is === undefined) return [];
    const [said, happened] = [foretold(was, one), outcomeOf(is)];
    return said === null || JSON.stringify(said) === JSON.stringify(happened)
      ? []
      : [{ statement: was.statement, said, happened, one }];
  });
}
