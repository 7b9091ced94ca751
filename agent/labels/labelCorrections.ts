import type { ConnectionProfile } from "../../protocol/connection.ts";
import type { Label } from "../../protocol/label.ts";
import { CorrectionStore } from "../classify/correctionStore.ts";
import type { Correction } from "../classify/corrections.ts";
import { SharedLabels } from "../classify/sharedLabels.ts";
import type { Database, DatabaseCorrections } from "../database.ts";
import type { Rooms } from "../rooms.ts";
import type { ColumnId } from "../sql/facts.ts";
import { adoptShared, correctLabel, type LabelCorrection, takeBackCorrection } from "./correctLabel.ts";

/** Corrections of labels by whoever works now, and those a workspace shares. */
export class LabelCorrections implements DatabaseCorrections {
  readonly store: CorrectionStore;
  readonly shared: SharedLabels;
  readonly #rooms: Rooms;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
    this.store = new CorrectionStore(rooms.home.labels);
    this.shared = new SharedLabels(rooms.workspaceFolders ?? [], () => rooms.inForce?.labels);
  }

  /** @see correctLabel */
  correct(database: Database, wanted: LabelCorrection): Promise<Label> {
    return correctLabel(database, this.#rooms.identity.requireActor(), wanted, this.#parts);
  }

  /** @see takeBackCorrection */
  takeBack(
    database: Database,
    wanted: { readonly column: ColumnId; readonly reason: string },
  ): Promise<Label> {
    return takeBackCorrection(database, this.#rooms.identity.requireActor(), wanted, this.#parts);
  }

  mayLower(connection: ConnectionProfile, column: ColumnId, label: Label): boolean {
    const { identity, policy } = this.#rooms;
    const state = identity.state();
    if (state.kind !== "signed_in") return false;
    return policy.relabelling(state.actor, column, label, connection).verdict === "allow";
  }

  record(database: Database, corrections: readonly Correction[]): Promise<void> {
    return adoptShared(database, this.#rooms.identity.requireActor(), corrections, this.#parts);
  }

  get #parts() {
    const { policy, ledger } = this.#rooms;
    return { policy, ledger, store: this.store };
  }
}
