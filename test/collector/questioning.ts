import { randomBytes } from "node:crypto";
import type { RunningCollector } from "../../collector/start.ts";
import type { ApprovalOrder, ApprovalSubject, AskingProgram } from "../../protocol/approval/approval.ts";
import type { QuestionStanding } from "../../protocol/approval/question.ts";
import type { CollectorRefusal } from "../../protocol/collector/ingest.ts";
import type { DemoProvider } from "../../scripts/demo/provider.ts";
import { NONCE, orderOf, redemptionOf } from "./approving.ts";
import { type Answer, proofOf, type TestDevice } from "./device.ts";

export const PROGRAM = {
  agent: "helper",
  model: "some-model",
  host: "some-host 1.0",
  task: "0123456789abcdef",
  asks: "person",
} as const satisfies AskingProgram;

/** What a program asks the person its order names, by default `ada`. */
export const questionOf = (
  provider: DemoProvider,
  device: TestDevice,
  changes: Partial<ApprovalOrder> = {},
  subject: Partial<ApprovalSubject> = {},
): ApprovalOrder => orderOf(provider, device, { group: "person", program: PROGRAM, ...changes }, subject);

export const newId = (): string => randomBytes(16).toString("hex");

type Told = QuestionStanding & CollectorRefusal & { readonly canonical: string; readonly signature: string };

/** What a device says about its programs' questions. */
export class Questioner {
  readonly #collector: () => Pick<RunningCollector, "url" | "log">;
  readonly #device: () => TestDevice;

  constructor(collector: () => Pick<RunningCollector, "url" | "log">, device: () => TestDevice) {
    this.#collector = collector;
    this.#device = device;
  }

  ask(order: unknown, id = newId(), changes: Readonly<Record<string, unknown>> = {}) {
    const expiresAt = new Date(Date.now() + 30 * 60_000).toISOString();
    const { log } = this.#collector();
    return this.send({ what: "ask", log, id, name: "Ada", order, expiresAt, ...changes });
  }
  look(id: string, version = 0, wait = 0) {
    return this.send({ what: "look", log: this.#collector().log, id, version, wait });
  }
  close(id: string) {
    return this.send({ what: "close", log: this.#collector().log, id });
  }
  redeem(id: string, nonce = NONCE, signer = this.#device().signer) {
    const body = redemptionOf(this.#device(), this.#collector().log, id, nonce, signer);
    return this.send(body, `/${id}/redeem`);
  }

  /** `signer` null sends it unsigned. */
  async send(
    body: unknown,
    rest = "",
    signer: TestDevice["signer"] | null = this.#device().signer,
  ): Promise<Answer<Told>> {
    const { chain } = this.#device();
    const sent = new TextEncoder().encode(JSON.stringify(body));
    const response = await fetch(`${this.#collector().url}/v1/devices/${chain}/questions${rest}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(signer === null ? {} : proofOf(chain, sent, signer)),
      },
      body: sent,
    });
    return { status: response.status, body: await response.json() };
  }
}
