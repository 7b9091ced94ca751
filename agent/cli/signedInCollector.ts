import type { z } from "zod";
import { ApprovalError } from "../approvals/approvalError.ts";
import { CollectorClient } from "../audit/sync/collectorClient.ts";
import { readCollectorAddress } from "../collectorAddress.ts";
import type { Engine } from "../engine.ts";

/** The collector that is set up here, asked as the person who is signed in. */
export class SignedInCollector {
  readonly #client: CollectorClient;
  readonly #token: () => string;

  /** @throws ApprovalError where there is no collector, IdentityError where nobody is signed in. */
  constructor({ rooms }: Engine, signal: AbortSignal) {
    const address = readCollectorAddress(rooms.home.config, undefined);
    if (address === null) {
      throw new ApprovalError(
        "no-collector",
        "No collector is set up here.",
        "Set collector.url in config.json, or SLUICE_COLLECTOR.",
      );
    }
    rooms.identity.requireActor();
    this.#client = new CollectorClient(address, signal);
    this.#token = () => rooms.identity.proof()?.idToken ?? "";
  }

  get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.#client.ask(path, schema, { token: this.#token() });
  }

  send<T>(method: "PUT" | "POST", path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
    return this.#client.ask(path, schema, { method, token: this.#token(), body });
  }
}
