import fs from "node:fs";
import path from "node:path";
import { importJWK, type JWTPayload, SignJWT } from "jose";
import type { RunningCollector } from "../../collector/start.ts";
import type { Approval, ApprovalOrder, ApprovalSubject } from "../../protocol/approval/approval.ts";
import type { Elevation, ElevationOrder, ElevationRight } from "../../protocol/approval/elevation.ts";
import { type Redemption, redemptionText } from "../../protocol/approval/redemption.ts";
import type { CollectorRefusal } from "../../protocol/collector/ingest.ts";
import { sha256 } from "../../protocol/ids.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { type DemoProvider, startDemoProvider } from "../../scripts/demo/provider.ts";
import { call, type TestDevice } from "./device.ts";
import { account, signIn } from "./people.ts";
import { newFolder } from "./stores.ts";
import { infoOf } from "./verifyLog.ts";

/** Who takes part: `ada` asks, `dana` and `erin` may agree, and so may `devi`, who asks as well. */
export const CAST = ["ada", "omar", "dana", "erin", "devi", "approver", "auditor", "admin"] as const;
export type Player = (typeof CAST)[number];

export interface Stage {
  readonly provider: DemoProvider;
  /** Id tokens of real sign-ins. */
  readonly tokens: Readonly<Record<Player, string>>;
  /** A token that the provider has signed, with these claims. */
  token(claims: JWTPayload): Promise<string>;
}

/** A real provider, with everybody signed in. */
export async function setStage(): Promise<Stage> {
  const keyFile = path.join(newFolder(), "key.json");
  const provider = await startDemoProvider({
    keyFile,
    accounts: [
      account("ada", "developers"),
      account("omar", "developers"),
      account("dana", "sluice-dba"),
      account("erin", "sluice-dba", "developers"),
      account("devi", "sluice-dba"),
      account("approver", "sluice-approvers"),
      account("auditor", "sluice-auditors"),
      account("admin", "sluice-admins"),
    ],
  });
  const signedIn = async (player: Player) => [player, await signIn(provider, player)] as const;
  const { ada, omar, dana, erin, devi, approver, auditor, admin } = Object.fromEntries(
    await Promise.all(CAST.map(signedIn)),
  ) as Record<Player, string>;
  return {
    provider,
    tokens: { ada, omar, dana, erin, devi, approver, auditor, admin },
    token: async (claims) => {
      const key = await importJWK(JSON.parse(fs.readFileSync(keyFile, "utf8")), "RS256");
      return new SignJWT(claims)
        .setProtectedHeader({ alg: "RS256", kid: "demo" })
        .setIssuer(provider.issuer)
        .setAudience(provider.clientId)
        .setIssuedAt()
        .setExpirationTime("10m")
        .sign(key);
    },
  };
}

/** Of a run. */
export const NONCE: string = "5".repeat(64);

export const UPDATE = "UPDATE shop.people SET note = 'x' WHERE email = '…'";

const CONNECTION = {
  engine: "postgres",
  host: "db",
  port: 5432,
  database: "shop",
  environment: "production",
} as const;

/** A believable request for a statement. */
export function orderOf(
  provider: DemoProvider,
  device: TestDevice,
  changes: Partial<ApprovalOrder> = {},
  subject: Partial<ApprovalSubject> = {},
): ApprovalOrder {
  return {
    subject: {
      statement: sha256(
        nodeVerifier.sha256("UPDATE shop.people SET note = 'x' WHERE email = 'ada@example.org'"),
      ),
      parameters: sha256(nodeVerifier.sha256("[]")),
      meaning: sha256(nodeVerifier.sha256("what it means")),
      connection: CONNECTION,
      requester: { issuer: provider.issuer, subject: "ada" },
      chain: device.chain,
      ...subject,
    },
    group: "sluice-dba",
    needed: 1,
    purpose: "to correct a note",
    device: "laptop",
    connectionName: "Shop",
    statement: UPDATE,
    statementKind: "update",
    effect: "write",
    reads: ["shop.people.email"],
    writes: ["shop.people"],
    columns: [],
    findings: [],
    risk: { score: 71, factors: [{ name: "production", points: 40 }] },
    reason: "Writes in production need approval.",
    policyVersion: "abcdef012345",
    plannedRows: 1,
    counted: null,
    maxAffectedRows: 1_000,
    ...changes,
  };
}

/** Some columns, as some table has them. */
export const REVEAL = {
  kind: "reveal",
  columns: ["shop.people.email"],
  meaning: sha256(nodeVerifier.sha256("what the columns are")),
} as const satisfies ElevationRight;

export function elevationOf(
  provider: DemoProvider,
  device: TestDevice,
  right: ElevationRight = REVEAL,
  changes: Partial<ElevationOrder> = {},
): ElevationOrder {
  return {
    subject: {
      right,
      connection: CONNECTION,
      requester: { issuer: provider.issuer, subject: "ada" },
      chain: device.chain,
    },
    group: "sluice-dba",
    needed: 1,
    minutes: 60,
    purpose: "to call back customers",
    device: "laptop",
    connectionName: "Shop",
    policyVersion: "abcdef012345",
    ...changes,
  };
}

/** What a device sends to be handed a grant. */
export function redemptionOf(
  { chain, signer: own }: TestDevice,
  log: string,
  id: string,
  nonce = NONCE,
  signer = own,
): Redemption {
  return { nonce, key: signer.keyId, signature: signer.sign(redemptionText(log, id, chain, nonce)) };
}

type Told<T> = T & CollectorRefusal & { readonly canonical: string; readonly signature: string };

/** What one person does about requests of one kind. */
export class Hand<T extends Approval | Elevation = Approval> {
  readonly #collector: () => Pick<RunningCollector, "url">;
  readonly #token: string | null;
  readonly #path: string;

  constructor(collector: () => Pick<RunningCollector, "url">, token: string | null, path = "/v1/approvals") {
    this.#collector = collector;
    this.#token = token;
    this.#path = path;
  }

  ask(order: unknown) {
    return this.#call("POST", "", order);
  }
  see(id: string, query = "") {
    return this.#call("GET", `/${id}${query}`);
  }
  decide(id: string, decision: "approve" | "deny", reason = "seen") {
    return this.#call("POST", `/${id}/decision`, { decision, reason });
  }
  withdraw(id: string) {
    return this.#call("POST", `/${id}/withdraw`, {});
  }
  end(id: string) {
    return this.#call("POST", `/${id}/end`, {});
  }
  takeBack(id: string, reason = "on second thought") {
    return this.#call("POST", `/${id}/take-back`, { reason });
  }
  /** Asks for the grant of a statement, by the device that is to run it. */
  async redeem(id: string, device: TestDevice, nonce = NONCE, signer = device.signer) {
    const { log } = await infoOf(this.#collector().url);
    return this.#call("POST", `/${id}/redeem`, redemptionOf(device, log, id, nonce, signer));
  }
  grant(id: string) {
    return this.#call("GET", `/${id}/grant`);
  }
  async box(name: string): Promise<readonly string[] | number> {
    type Lists = { approvals?: readonly T[]; elevations?: readonly T[] };
    const address = `${this.#collector().url}${this.#path}?box=${name}`;
    const { status, body } = await call<Lists>("GET", address, this.#token);
    return status === 200 ? (body.approvals ?? body.elevations ?? []).map(({ id }) => id) : status;
  }

  #call(method: "GET" | "POST", rest: string, body?: unknown) {
    return call<Told<T>>(method, `${this.#collector().url}${this.#path}${rest}`, this.#token, body);
  }
}
