import type { Actor } from "../../protocol/actor.ts";
import {
  ELEVATION,
  ELEVATIONS,
  type Elevation,
  type ElevationOrder,
} from "../../protocol/approval/elevation.ts";
import { whyNotDecideElevation } from "../../protocol/approval/elevationWords.ts";
import { shownElevationHash } from "../../protocol/approval/shownHash.ts";
import type { RecordBody, RecordedConnection } from "../../protocol/audit/record.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import { ApprovalError, changedOnTheWay } from "../approvals/approvalError.ts";
import { chainOf, personOf, tokenOf } from "../approvals/requester.ts";
import { requestPages } from "../approvals/requestPages.ts";
import type { Ledger } from "../audit/ledger.ts";
import type { CollectorClient } from "../audit/sync/collectorClient.ts";
import type { Identity } from "../identity/identity.ts";
import type { Elevations } from "./elevations.ts";

type Decision = Extract<RecordBody, { kind: "elevation_decided" }>["decision"];

/** `active` are those in force that this person may end. */
export type ElevationBox = "mine" | "decide" | "active";

/** A follower is answered after so long even where nothing changed. */
const WAIT_SECONDS = 25;

/** Asking others for a right for a while, and answering them. What is asked and answered here is in the ledger. */
export class ElevationRequests {
  readonly #client: CollectorClient;
  readonly #ledger: Ledger;
  readonly #identity: Identity;
  readonly #elevations: Elevations;

  constructor(client: CollectorClient, ledger: Ledger, identity: Identity, elevations: Elevations) {
    this.#client = client;
    this.#ledger = ledger;
    this.#identity = identity;
    this.#elevations = elevations;
  }

  /** @throws ApprovalError where nothing was ever recorded here. */
  get chain(): Sha256 {
    return chainOf(this.#ledger);
  }

  /** Asks, and follows what comes of it. @throws CollectorError, LedgerError, ApprovalError */
  async ask(order: ElevationOrder, actor: Actor, connection: RecordedConnection): Promise<Elevation> {
    const shown = shownElevationHash(order, nodeVerifier);
    const elevation = await this.#post("", order);
    const { right } = order.subject;
    await this.#ledger.append({
      kind: "elevation_requested",
      actor,
      connection,
      purpose: order.purpose,
      right: right.kind,
      columns: right.kind === "reveal" ? [...right.columns] : [],
      minutes: order.minutes,
      group: order.group,
      elevation: elevation.id,
      shown,
    });
    if (shownElevationHash(elevation.order, nodeVerifier) !== shown) throw changedOnTheWay();
    await this.#elevations.add(elevation);
    return elevation;
  }

  /** Newest first. */
  async list(box: ElevationBox): Promise<readonly Elevation[]> {
    const token = tokenOf(this.#identity);
    return requestPages(box, async (query) => {
      const { elevations, next } = await this.#client.ask(`/v1/elevations?${query}`, ELEVATIONS, { token });
      return { items: elevations, next };
    });
  }

  find(id: string): Promise<Elevation> {
    return this.#client.ask(`/v1/elevations/${id}`, ELEVATION, { token: tokenOf(this.#identity) });
  }

  /** Answers when it is another version than `version`; at the latest after half a minute. */
  follow(id: string, version: number, signal?: AbortSignal): Promise<Elevation> {
    return this.#client.ask(`/v1/elevations/${id}?version=${version}&wait=${WAIT_SECONDS}`, ELEVATION, {
      token: tokenOf(this.#identity),
      timeout: (WAIT_SECONDS + 10) * 1000,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /** On record before the collector hears it. @throws ApprovalError where it is not this person's to decide. */
  async decide(elevation: Elevation, decision: "approve" | "deny", reason: string): Promise<Elevation> {
    const why = whyNotDecideElevation(elevation, personOf(this.#identity));
    if (why !== null) throw new ApprovalError("approval-not-yours", why, "Nothing was decided.");
    if (decision === "deny" && reason.trim() === "") {
      throw new ApprovalError(
        "approval-reason",
        "Whoever asked has to know why it is denied.",
        "Give a reason.",
      );
    }
    await this.#record(elevation.id, decision, reason);
    return this.#post(`/${elevation.id}/decision`, { decision, reason });
  }

  async withdraw({ id }: Elevation): Promise<Elevation> {
    await this.#record(id, "withdraw", "");
    const withdrawn = await this.#post(`/${id}/withdraw`, {});
    this.#elevations.drop(id, withdrawn.requester.name);
    return withdrawn;
  }

  /** One's own is not used here any more from this moment, also where the collector cannot be told. */
  async end(id: string): Promise<Elevation> {
    const person = this.#identity.requireActor();
    this.#elevations.drop(id, "name" in person ? person.name : null);
    await this.#record(id, "end", "");
    return this.#post(`/${id}/end`, {});
  }

  #post(rest: string, body: unknown): Promise<Elevation> {
    return this.#client.ask(`/v1/elevations${rest}`, ELEVATION, {
      method: "POST",
      token: tokenOf(this.#identity),
      body,
    });
  }

  async #record(elevation: string, decision: Decision, reason: string): Promise<void> {
    const actor = this.#identity.requireActor();
    await this.#ledger.append({ kind: "elevation_decided", actor, elevation, decision, reason });
  }
}
