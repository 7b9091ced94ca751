import type { Actor } from "../../protocol/actor.ts";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import type { HeldElevationView } from "../../protocol/approval/heldElevationView.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { personOf } from "../approvals/requester.ts";
import type { ElevatedRight } from "../policy/elevatedRight.ts";
import type { CatalogIndex } from "../sql/postgres/catalogIndex.ts";
import { endedBy, suspended } from "./elevationOver.ts";
import { type ElevationParts, WatchedElevation } from "./watchedElevation.ts";

/** A statement waits at most so long for the first word about an elevation this process has only read of. */
const FIRST_WORD_MS = 3_000;

/**
 * The elevations of the person who is signed in, asked for on this machine: followed as long as they may still be given
 * or used, and in force only while the collector confirms them. Another person, device or connection has none of them,
 * and no program has any.
 */
export class Elevations {
  readonly #parts: ElevationParts;
  readonly #listeners = new Set<(told: HeldElevationView) => void>();
  readonly #watched = new Map<string, WatchedElevation>();
  readonly #leaveIdentity: () => void;
  #person = "";

  constructor(parts: ElevationParts) {
    this.#parts = parts;
    this.#leaveIdentity = parts.identity.onChange(() => this.#look());
  }

  /** Told whenever one stands otherwise than before. */
  onChange(listener: (told: HeldElevationView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Those that may still be given or used, as they are now. */
  get all(): readonly HeldElevationView[] {
    return [...this.#watched.values()].flatMap(({ view }) => view ?? []);
  }

  /** Learns what was asked for here, also by other processes; settles where each was heard of, or not in time. */
  async ready(): Promise<void> {
    if (this.#parts.files.changed()) this.#look();
    const words = [...this.#watched.values()].filter(({ view }) => view === null).map((one) => one.firstWord);
    if (words.length === 0) return;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, FIRST_WORD_MS);
    await Promise.race([Promise.all(words), late]);
    clearTimeout(timer);
  }

  /** What others agreed to for whoever acts, on this connection, by the names of this catalog; in force now. */
  rightsOf(actor: Actor, profile: ConnectionProfile, index: CatalogIndex): readonly ElevatedRight[] {
    if (actor.kind !== "user") return [];
    return [...this.#watched.values()].flatMap((watched) => watched.rightOf(actor, profile, index) ?? []);
  }

  /** Aborts as soon as one of these may not be used any more; the reason is an `ElevationOver`. */
  until(ids: readonly string[]): AbortSignal {
    return AbortSignal.any(ids.map((id) => this.#watched.get(id)?.signal ?? AbortSignal.abort(suspended())));
  }

  /** One that was just asked for: from now on it is followed. */
  async add({ id, requester: { issuer, subject } }: Elevation): Promise<void> {
    const { files, client } = this.#parts;
    files.keep({ id, url: client.url, person: { issuer, subject }, signed: null });
    await this.ready();
  }

  /** Ends its use here at once, whatever the collector says later. */
  drop(id: string, who: string | null): void {
    this.#watched.get(id)?.end(endedBy(who));
    this.#parts.files.forget(id);
  }

  close(): void {
    this.#leaveIdentity();
    this.#listeners.clear();
    this.#leaveAll();
  }

  /** Follows what lies here for the person who is signed in, and nothing else. */
  #look(): void {
    const { files, client, identity } = this.#parts;
    const person = personOf(identity);
    const who = person === null ? "" : JSON.stringify([person.issuer, person.subject]);
    if (who !== this.#person) this.#leaveAll();
    this.#person = who;
    if (person === null) return;
    for (const kept of files.all()) {
      const own = kept.person.issuer === person.issuer && kept.person.subject === person.subject;
      if (!own || kept.url !== client.url || this.#watched.has(kept.id)) continue;
      this.#watched.set(kept.id, new WatchedElevation(kept, this.#parts, (told) => this.#tell(told)));
    }
    for (const watched of [...this.#watched.values()]) if (!files.has(watched.id)) watched.end(endedBy(null));
  }

  #leaveAll(): void {
    const left = [...this.#watched.values()];
    this.#watched.clear();
    for (const watched of left) watched.leave();
  }

  #tell(told: HeldElevationView): void {
    if (told.standing === "over") this.#watched.delete(told.elevation.id);
    for (const listener of this.#listeners) listener(told);
  }
}
