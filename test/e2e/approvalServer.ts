import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import http from "node:http";
import { gunzipSync } from "node:zlib";
import { createRemoteJWKSet, jwtVerify } from "jose";
import {
  APPROVAL_DECISION,
  APPROVAL_ORDER,
  type Approval,
  type ApprovalPerson,
  type ApprovalState,
  type Grant,
  grantText,
} from "../../protocol/approval/approval.ts";
import { canonicalJson } from "../../protocol/audit/seal.ts";
import { noteKeyText } from "../../protocol/log/checkpoint.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";

const LOG = "approvals.sluice.test/log";

/** The approvals of a collector in memory: real tokens, real signatures, nothing kept. It takes no records. */
export interface ApprovalServer {
  readonly url: string;
  /** Seconds from now at which what is asked from now on ends. */
  lifetime: number;
  /** Answers nothing while it is set. */
  down: boolean;
  stop(): Promise<void>;
}

interface Person extends ApprovalPerson {
  readonly groups: readonly string[];
}
type Kept = Omit<Approval, "mayDecide">;
interface Asked {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly person: Person;
}
class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    [this.status, this.code] = [status, code];
  }
}

export async function startApprovalServer(provider: DemoProvider): Promise<ApprovalServer> {
  const keys = generateKeyPairSync("ed25519");
  const raw = Buffer.from(keys.publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
  const info = {
    log: LOG,
    logKey: noteKeyText(digest, { name: LOG, publicKey: raw }),
    identity: { issuer: provider.issuer, clientId: provider.clientId },
  };
  const jwks = createRemoteJWKSet(new URL(`${provider.issuer}/jwks`));
  const approvals = new Approvals(keys.privateKey);
  const server = http.createServer((request, response) => {
    answer(request).then(
      (body) => reply(response, 200, body),
      (error: unknown) => {
        const known = error instanceof Refusal ? error : new Refusal(500, "unavailable", String(error));
        const { status, code, message } = known;
        reply(response, status, { code, message, action: "Look at it again." });
      },
    );
  });
  const personOf = async (header: string | undefined): Promise<Person> => {
    const token = /^Bearer (.+)$/.exec(header ?? "")?.[1];
    if (token === undefined) throw new Refusal(401, "unauthorized", "Sign in first.");
    const { payload } = await jwtVerify(token, jwks, {
      issuer: provider.issuer,
      audience: provider.clientId,
    });
    const groups = Array.isArray(payload.groups) ? payload.groups.map(String) : [];
    return { issuer: provider.issuer, subject: payload.sub ?? "", name: String(payload.name), groups };
  };
  const answer = async (request: http.IncomingMessage): Promise<unknown> => {
    if (served.down) throw new Refusal(503, "unavailable", "The collector is being restarted.");
    const { pathname, searchParams } = new URL(request.url ?? "", "http://collector");
    const [, version, kind, ...path] = pathname.split("/");
    if (version === "v1" && kind === "info") return info;
    if (kind === "policy") throw new Refusal(404, "not-found", "It gives no policy.");
    if (version !== "v1" || kind !== "approvals")
      throw new Refusal(503, "unavailable", "It takes no records.");
    const person = await personOf(request.headers.authorization);
    const body = await bodyOf(request);
    const asked = { method: request.method ?? "GET", path, query: searchParams, body, person };
    return approvals.answer(asked, served.lifetime);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const served: ApprovalServer = {
    url: `http://127.0.0.1:${port}`,
    lifetime: 60 * 60,
    down: false,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return served;
}

class Approvals {
  readonly #kept = new Map<string, Kept>();
  readonly #key: KeyObject;
  #changed = Promise.withResolvers<void>();

  constructor(key: KeyObject) {
    this.#key = key;
  }

  async answer({ method, path, query, body, person }: Asked, lifetime: number): Promise<unknown> {
    const [id, what] = path;
    const seen = (approval: Kept): Approval => ({ ...approval, mayDecide: mayDecide(approval, person) });
    if (id === undefined) {
      if (method === "POST") return seen(this.#ask(APPROVAL_ORDER.parse(body), person, lifetime));
      const all = [...this.#kept.keys()].map((key) => this.#find(key)).toReversed();
      const box = query.get("box");
      const wanted = (one: Kept) => (box === "mine" ? isSame(one.requester, person) : mayDecide(one, person));
      return { approvals: all.filter(wanted).map(seen) };
    }
    const approval = this.#find(id);
    if (!isSame(approval.requester, person) && !person.groups.includes(approval.order.group))
      throw new Refusal(404, "not-found", "There is no such approval.");
    if (what === "decision") {
      const { decision, reason } = APPROVAL_DECISION.parse(body);
      if (!mayDecide(approval, person)) throw new Refusal(403, "forbidden", "You may not decide this.");
      if (decision === "deny" && reason.trim() === "")
        throw new Refusal(400, "bad-request", "A denial needs a reason.");
      const { groups: _groups, ...by } = person;
      const at = new Date().toISOString();
      const decisions = [...approval.decisions, { by, decision, reason, at }];
      const agreed = decisions.filter((one) => one.decision === "approve").length;
      const state: ApprovalState =
        decision === "deny" ? "denied" : agreed >= approval.order.needed ? "granted" : "pending";
      return seen(this.#change({ ...approval, decisions, state }));
    }
    if (!isSame(approval.requester, person) && what !== undefined)
      throw new Refusal(403, "forbidden", "Only who asked may do this.");
    if (what === "withdraw") {
      if (approval.state !== "pending" && approval.state !== "granted")
        throw new Refusal(403, "forbidden", "It is over.");
      return seen(this.#change({ ...approval, state: "withdrawn" }));
    }
    if (what === "grant") return this.#grant(approval);
    return seen(await this.#following(id, Number(query.get("version") ?? 0), Number(query.get("wait") ?? 0)));
  }

  #ask(order: Kept["order"], person: Person, lifetime: number): Kept {
    const { groups: _groups, ...requester } = person;
    const now = Date.now();
    return this.#change({
      id: randomBytes(16).toString("hex"),
      version: 0,
      state: "pending",
      order,
      requester,
      decisions: [],
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + lifetime * 1000).toISOString(),
    });
  }

  #find(id: string): Kept {
    const approval = this.#kept.get(id);
    if (approval === undefined) throw new Refusal(404, "not-found", "There is no such approval.");
    const over = Date.parse(approval.expiresAt) <= Date.now();
    if (!over || !["pending", "granted"].includes(approval.state)) return approval;
    return this.#change({ ...approval, state: "expired" });
  }

  async #following(id: string, version: number, seconds: number): Promise<Kept> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const approval = this.#find(id);
      const left = Math.min(end, Date.parse(approval.expiresAt) + 10) - Date.now();
      if (approval.version !== version || Date.now() >= end) return approval;
      const wait = Promise.withResolvers<void>();
      const timer = setTimeout(wait.resolve, Math.max(left, 10));
      await Promise.race([this.#changed.promise, wait.promise]);
      clearTimeout(timer);
    }
  }

  #grant(approval: Kept): unknown {
    if (approval.state !== "granted") throw new Refusal(403, "forbidden", "Nobody has agreed to it.");
    const { id, order, decisions, expiresAt } = approval;
    const grant: Grant = {
      v: 1,
      id,
      subject: order.subject,
      group: order.group,
      approvers: decisions.map(({ by }) => by),
      maxAffectedRows: order.maxAffectedRows,
      notAfter: expiresAt,
    };
    const canonical = canonicalJson(grant);
    const signature = sign(null, Buffer.from(grantText(LOG, canonical)), this.#key).toString("base64");
    return { canonical, signature };
  }

  #change(approval: Kept): Kept {
    const changed = { ...approval, version: approval.version + 1 };
    this.#kept.set(approval.id, changed);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    return changed;
  }
}

const isSame = (one: ApprovalPerson, other: ApprovalPerson): boolean =>
  one.issuer === other.issuer && one.subject === other.subject;

function mayDecide({ state, requester, order, decisions }: Kept, person: Person): boolean {
  const decided = decisions.some(({ by }) => isSame(by, person));
  return state === "pending" && !decided && !isSame(requester, person) && person.groups.includes(order.group);
}

function reply(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function bodyOf(request: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const bytes = Buffer.concat(chunks);
  if (bytes.length === 0) return undefined;
  const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
  return JSON.parse(plain.toString("utf8"));
}
