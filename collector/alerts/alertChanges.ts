import type { Sha256 } from "../../protocol/ids.ts";
import type { Alert, AlertKind, Sighting } from "../store/alert.ts";
import { APART, again, FOLD_MS, isNews, newAlert } from "./foldAlert.ts";

/** Alerts as a transaction finds them. */
export interface AlertReads {
  alert(id: number): Promise<Alert | null>;
  /** The newest of that kind about the chain, and that part of it, that was raised since and nobody has acknowledged. */
  openAlert(chain: Sha256, kind: AlertKind, about: string, since: number): Promise<Alert | null>;
  /** How many of that kind about parts of the chain were raised since. */
  alertParts(chain: Sha256, kind: AlertKind, since: number): Promise<number>;
  /** The newest of that kind about that place. */
  alertAt(chain: Sha256, kind: AlertKind, seq: number): Promise<Alert | null>;
}

/** What one commit changes of alerts. */
export class AlertChanges {
  readonly #kept: AlertReads;
  /** Each holds one alert as this commit leaves it so far. */
  readonly #slots: { alert: Alert }[] = [];

  constructor(kept: AlertReads) {
    this.#kept = kept;
  }

  get all(): readonly Alert[] {
    return this.#slots.map(({ alert }) => alert);
  }

  async alert(id: number): Promise<Alert | null> {
    return (await this.#byId(id))?.alert ?? null;
  }

  async acknowledge(id: number, acknowledged: Alert["acknowledged"]): Promise<void> {
    const slot = await this.#byId(id);
    if (slot !== null) slot.alert = { ...slot.alert, acknowledged };
  }

  /** Closes the open one about that part of the chain, if there is one; that, as it was. */
  async settle(
    chain: Sha256,
    kind: AlertKind,
    about: string,
    acknowledged: Alert["acknowledged"],
  ): Promise<Alert | null> {
    const slot = await this.#open({ chain, kind, about }, 0);
    if (slot === null) return null;
    const before = slot.alert;
    slot.alert = { ...before, acknowledged };
    return before;
  }

  /** Of the collector's own work: told once for a place. Whether it is news. */
  async raiseOnce(sighting: Sighting, at: number): Promise<boolean> {
    const { chain, kind, seq } = sighting;
    const here = this.#slots.some(
      ({ alert }) => alert.kind === kind && alert.chain === chain && alert.seq === seq,
    );
    if (here || (await this.#kept.alertAt(chain, kind, seq)) !== null) return false;
    this.#slots.push({ alert: newAlert(sighting, at) });
    return true;
  }

  /** Of one kind about one chain, or one task of it, it is one alert within a while, until somebody has acknowledged that. Whether it is news. */
  async raise(sighting: Sighting, at: number): Promise<boolean> {
    const slot = await this.#open(sighting, at - FOLD_MS);
    if (slot === null && (sighting.about ?? "") !== "" && (await this.#parts(sighting, at)) >= APART)
      return this.raise({ ...sighting, about: "" }, at);
    if (slot === null) {
      this.#slots.push({ alert: newAlert(sighting, at) });
      return true;
    }
    const before = slot.alert;
    slot.alert = again(before, sighting, at);
    return isNews(before, slot.alert);
  }

  /** Of the chain's parts that have alerts of their own within a while, this commit's included. */
  async #parts({ chain, kind }: Sighting, at: number): Promise<number> {
    const here = this.#slots.filter(
      ({ alert }) =>
        alert.id === null && alert.kind === kind && alert.chain === chain && (alert.about ?? "") !== "",
    );
    return here.length + (await this.#kept.alertParts(chain, kind, at - FOLD_MS));
  }

  async #open({ chain, kind, about = "" }: Pick<Sighting, "chain" | "kind" | "about">, since: number) {
    const here = this.#slots.find(
      ({ alert }) =>
        alert.kind === kind &&
        alert.chain === chain &&
        (alert.about ?? "") === about &&
        alert.acknowledged === null,
    );
    if (here !== undefined) return here;
    const kept = await this.#kept.openAlert(chain, kind, about, since);
    // One that this commit acknowledges is open no more, whatever the store says.
    if (kept === null || this.#slots.some(({ alert }) => alert.id === kept.id)) return null;
    return this.#added(kept);
  }

  async #byId(id: number) {
    const here = this.#slots.find(({ alert }) => alert.id === id);
    if (here !== undefined) return here;
    const kept = await this.#kept.alert(id);
    return kept === null ? null : this.#added(kept);
  }

  #added(alert: Alert) {
    const slot = { alert };
    this.#slots.push(slot);
    return slot;
  }
}
