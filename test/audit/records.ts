import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fakerEN as faker } from "@faker-js/faker";
import type { IntentBody, OutcomeBody } from "../../protocol/audit/record.ts";
import { generateDeviceKey, signerFromPem } from "../../protocol/node/crypto.ts";

/** A folder of its own for one test. */
export const ledgerFolder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), "sluice-ledger-"));

export const newSigner = () => signerFromPem(generateDeviceKey());

/** A believable intent, with generated names. */
export function intent(changes: Partial<IntentBody> = {}): IntentBody {
  const table = `shop.${faker.hacker.noun().replace(/\W/g, "_")}`;
  return {
    kind: "intent",
    actor: {
      kind: "user",
      subject: "u1",
      issuer: "https://id.example",
      name: "Ada",
      email: "ada@id.example",
      groups: ["dev"],
    },
    client: { kind: "cli", session: "s1" },
    connection: {
      id: "c1",
      name: "Shop",
      engine: "postgres",
      host: "db",
      port: 5432,
      database: "shop",
      environment: "production",
      environmentSet: true,
    },
    purpose: null,
    statement: `SELECT * FROM ${table}`,
    statementKind: "select",
    effect: "read",
    reads: [{ column: `${table}.email`, role: "output" }],
    writes: [],
    outputs: [{ name: "email", mask: "email", sources: [`${table}.email`] }],
    labels: [{ column: `${table}.email`, infoType: "email", level: "confidential" }],
    findings: [],
    risk: 12,
    riskFactors: [{ name: "on production", points: 12 }],
    verdict: "allow",
    reason: "Allowed; 1 column is masked.",
    policyVersion: "abcdef012345",
    masks: { at: "nowhere", reason: null },
    matches: 0,
    inferences: 0,
    grant: null,
    task: null,
    suggestion: null,
    ...changes,
  };
}

export const outcome = (seq: number, changes: Partial<OutcomeBody> = {}): OutcomeBody => ({
  kind: "outcome",
  intent: seq,
  outcome: "done",
  rows: 3,
  affected: null,
  maskedCells: 3,
  milliseconds: 1.5,
  errorClass: null,
  ...changes,
});
