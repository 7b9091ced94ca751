import * as vscode from "vscode";
import type { HeldElevationView } from "../../protocol/approval/heldElevationView.ts";
import type { AgentClient } from "../agentClient.ts";
import type { CollectorState } from "../audit/collectorState.ts";
import type { Identity } from "../signIn/identity.ts";

/** An elevation as the agent last told of it, and when that was. */
export interface ToldElevation {
  readonly view: HeldElevationView;
  readonly at: number;
}

/** What changed about one: `before` is null where it is new to this window. */
export interface ElevationTurn {
  readonly before: HeldElevationView | null;
  readonly after: HeldElevationView;
}

/** Rights this person asked for here for a while, as the agent last told. */
export class ElevationList implements vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #turned = new vscode.EventEmitter<ElevationTurn>();
  readonly onTurn = this.#turned.event;
  readonly #known = new Map<string, ToldElevation>();
  readonly #subscriptions: vscode.Disposable;

  constructor(agent: AgentClient, identity: Identity, collector: CollectorState) {
    this.#agent = agent;
    const read = (): void => void this.#read().catch(() => {});
    this.#subscriptions = vscode.Disposable.from(
      agent.on("sluice/elevationChanged", (view) => this.#hear(view)),
      identity.onChange(() => collector.isSet && read()),
      collector.onChange(() => collector.isSet && read()),
    );
  }

  /** Those that may still be given or used, the one that ends first leading. */
  get all(): readonly ToldElevation[] {
    return [...this.#known.values()].toSorted((one, other) => leftOf(one) - leftOf(other));
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#turned.dispose();
  }

  async #read(): Promise<void> {
    for (const view of await this.#agent.request("sluice/elevations/list", {})) this.#hear(view);
  }

  #hear(after: HeldElevationView): void {
    const { id } = after.elevation;
    const before = this.#known.get(id)?.view ?? null;
    if (after.standing === "over") this.#known.delete(id);
    else this.#known.set(id, { view: after, at: Date.now() });
    this.#turned.fire({ before, after });
  }
}

/** Milliseconds left of one by now. */
export const leftOf = ({ view, at }: ToldElevation): number => Math.max(0, view.leftMs - (Date.now() - at));
