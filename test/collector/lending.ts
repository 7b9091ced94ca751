import type { RunningCollector } from "../../collector/start.ts";
import type { CollectorRefusal } from "../../protocol/collector/ingest.ts";
import type {
  CentralDefinition,
  CentralLogin,
  CentralOrder,
} from "../../protocol/lease/centralConnection.ts";
import {
  type LeaseAnswer,
  type LeaseOrder,
  type LeaseView,
  leaseContext,
  leaseText,
} from "../../protocol/lease/lease.ts";
import { newSealingKey, type SealingKey } from "../../protocol/node/sealedBox.ts";
import { type Answer, call, type TestDevice } from "./device.ts";

/** Somebody with a token and a device, who is lent logins. */
export class Borrower {
  readonly #collector: () => Pick<RunningCollector, "url" | "log">;
  readonly token: string;
  readonly device: TestDevice;

  constructor(collector: () => Pick<RunningCollector, "url" | "log">, token: string, device: TestDevice) {
    this.#collector = collector;
    this.token = token;
    this.device = device;
  }

  /** What the device signs, as it is or with changes. */
  order(of: string, key: SealingKey, changes: Partial<LeaseOrder> = {}): LeaseOrder {
    const { chain, signer } = this.device;
    const text = leaseText(this.#collector().log, of, chain, key.publicKey);
    return { chain, key: signer.keyId, sealTo: key.publicKey, signature: signer.sign(text), ...changes };
  }

  send(path: string, order: unknown): Promise<Answer<LeaseAnswer & CollectorRefusal>> {
    return call("POST", `${this.#collector().url}${path}`, this.token, order);
  }

  async lease(id: string): Promise<Loan> {
    const key = newSealingKey();
    return loan(await this.send(`/v1/connections/${id}/lease`, this.order(id, key)), key);
  }

  /** Asks as an agent does, by a key of the caller's, as often as they like. */
  sendOrder(id: string, key: SealingKey, changes: Partial<LeaseOrder> = {}) {
    return this.send(`/v1/connections/${id}/lease`, this.order(id, key, changes));
  }

  async renew(lease: string): Promise<Loan> {
    const key = newSealingKey();
    return loan(await this.send(`/v1/leases/${lease}/renew`, this.order(lease, key)), key);
  }

  /** The status it was refused with. */
  async refusal(id: string): Promise<Answer<CollectorRefusal>> {
    const answer = await this.send(`/v1/connections/${id}/lease`, this.order(id, newSealingKey()));
    if (answer.status === 200) throw new Error("It was lent.");
    return answer;
  }

  end(
    lease: string,
    token = this.token,
    url = this.#collector().url,
  ): Promise<Answer<LeaseView & CollectorRefusal>> {
    return call("POST", `${url}/v1/leases/${lease}/end`, token, { reason: "a test" });
  }

  signOut(): Promise<Answer> {
    return call("POST", `${this.#collector().url}/v1/leases/end`, this.token, { chain: this.device.chain });
  }
}

export interface Loan {
  readonly id: string;
  readonly login: CentralLogin;
  readonly answer: LeaseAnswer;
}

function loan({ status, body }: Answer<LeaseAnswer & CollectorRefusal>, key: SealingKey): Loan {
  if (status !== 200) throw new Error(`Nothing was lent: ${JSON.stringify(body)}`);
  const login: CentralLogin = JSON.parse(key.open(body.login, leaseContext(body.lease, key.publicKey)));
  return { id: body.lease, login, answer: body };
}

export const define = (
  { url }: Pick<RunningCollector, "url">,
  token: string,
  id: string,
  order: CentralOrder | unknown,
) => call<CollectorRefusal & { version: number }>("PUT", `${url}/v1/connections/${id}`, token, order);

export const leasesOf = async (
  { url }: Pick<RunningCollector, "url">,
  token: string,
  box = "all",
): Promise<readonly LeaseView[]> => {
  const { body } = await call<{ leases: readonly LeaseView[] }>("GET", `${url}/v1/leases?box=${box}`, token);
  return body.leases;
};

/** A definition that lends roles of this server. */
export const roleDefinition = (
  server: { readonly host: string; readonly port: number; readonly database: string },
  changes: Partial<CentralDefinition> = {},
): CentralDefinition => ({
  target: {
    name: "Shop",
    engine: "postgres",
    host: server.host,
    port: server.port,
    database: server.database,
    environment: "production",
    tls: "disable",
  },
  groups: ["developers"],
  lending: { kind: "postgres_role", roles: ["shop reader"], mostConnections: 5 },
  minutes: 15,
  ...changes,
});
