import type { Actor } from "../../protocol/actor.ts";
import { SIGNED_GRANT } from "../../protocol/approval/approval.ts";
import { ELEVATION, type Elevation } from "../../protocol/approval/elevation.ts";
import type { HeldElevationView } from "../../protocol/approval/heldElevationView.ts";
import { verifyElevation } from "../../protocol/approval/verifyElevation.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { verifyBytes } from "../../protocol/node/crypto.ts";
import { chainOf, tokenOf } from "../approvals/requester.ts";
import type { Ledger } from "../audit/ledger.ts";
import type { CollectorClient } from "../audit/sync/collectorClient.ts";
import { keyOf } from "../audit/sync/logWitness.ts";
import { type Clocks, type Moment, momentOf } from "../clocks.ts";
import type { Identity } from "../identity/identity.ts";
import type { ElevatedRight } from "../policy/elevatedRight.ts";
import type { CatalogIndex } from "../sql/postgres/catalogIndex.ts";
import { AgreedRight } from "./agreedRight.ts";
import type { ElevationFiles, KeptElevation } from "./elevationFiles.ts";
import { followElevation } from "./elevationFollower.ts";
import { type ElevationOver, endedBy, refused, suspended, timeIsOver } from "./elevationOver.ts";
import { HeldElevation } from "./heldElevation.ts";

export interface ElevationParts {
  readonly client: CollectorClient;
  readonly ledger: Ledger;
  readonly identity: Identity;
  readonly files: ElevationFiles;
  readonly clocks: Clocks;
}

interface Held {
  readonly elevation: HeldElevation;
  readonly right: AgreedRight;
}

/** One elevation that was asked for here, followed until it is over. */
export class WatchedElevation {
  readonly #kept: KeptElevation;
  readonly #parts: ElevationParts;
  readonly #changed: (told: HeldElevationView) => void;
  readonly #stop = new AbortController();
  readonly #firstWord = Promise.withResolvers<void>();
  #elevation: Elevation | null = null;
  #held: Held | null = null;
  #over: ElevationOver | null = null;

  /** `changed` is called whenever it stands otherwise than before. */
  constructor(kept: KeptElevation, parts: ElevationParts, changed: (told: HeldElevationView) => void) {
    this.#kept = kept;
    this.#parts = parts;
    this.#changed = changed;
    void this.#follow();
  }

  get id(): string {
    return this.#kept.id;
  }

  get isOver(): boolean {
    return this.#over !== null;
  }

  /** Settles once the collector was heard, or could not be. */
  get firstWord(): Promise<void> {
    return this.#firstWord.promise;
  }

  /** Null before the collector was heard of it. */
  get view(): HeldElevationView | null {
    const elevation = this.#elevation;
    if (elevation === null) return null;
    if (this.#over !== null) return { elevation, standing: "over", leftMs: 0, why: this.#over.message };
    const held = this.#held?.elevation;
    if (held === undefined) return { elevation, standing: "pending", leftMs: 0, why: null };
    const standing = held.standing.kind;
    const why = standing === "suspended" ? suspended().message : null;
    return { elevation, standing, leftMs: held.leftMs, why };
  }

  /** What it allows here and now; null where it allows nothing. */
  rightOf(actor: Actor, profile: ConnectionProfile, index: CatalogIndex): ElevatedRight | null {
    const held = this.#held;
    if (held === null || held.elevation.standing.kind !== "in_force") return null;
    return held.right.isFor(actor, profile) ? held.right.by(index) : null;
  }

  /** Aborts as soon as it may not be used any more; the reason is an `ElevationOver`. */
  get signal(): AbortSignal {
    const held = this.#held?.elevation;
    return held?.standing.kind === "in_force" ? held.signal : AbortSignal.abort(suspended());
  }

  /** Not to be used by this process any more; it may be elsewhere. */
  leave(): void {
    this.#stop.abort();
    this.#firstWord.resolve();
    this.#held?.elevation.suspend();
  }

  /** Over for good, whatever the collector says later. */
  end(why: ElevationOver): void {
    if (this.#over !== null) return;
    this.#over = why;
    this.#stop.abort();
    this.#firstWord.resolve();
    this.#parts.files.forget(this.id);
    this.#held?.elevation.end(why);
    this.#tell();
  }

  async #follow(): Promise<void> {
    const { client, clocks, files, identity } = this.#parts;
    const { signal } = this.#stop;
    let asked: Moment = momentOf(clocks);
    await followElevation(
      {
        ask: (version, wait) => {
          asked = momentOf(clocks);
          return client.ask(`/v1/elevations/${this.id}?version=${version}&wait=${wait}`, ELEVATION, {
            token: tokenOf(identity),
            signal,
            timeout: (wait + 5) * 1000,
          });
        },
        heard: async (elevation, atOnce) => {
          if (!files.has(this.id)) this.end(endedBy(null));
          else await this.#hear(elevation, asked, atOnce);
          return this.#over === null;
        },
        failed: () => this.#firstWord.resolve(),
        gone: () => this.end(endedBy(null)),
      },
      signal,
    );
  }

  async #hear(elevation: Elevation, asked: Moment, atOnce: boolean): Promise<void> {
    const before = this.#elevation;
    this.#elevation = elevation;
    if (elevation.state === "granted") {
      // A grant is fetched after the answer, so what that says of the time left is exact only where it came at once.
      this.#held ??= await this.#hold(elevation);
      if (this.#over !== null || this.#held === null) return;
      this.#held.elevation.confirm(asked, atOnce ? elevation.leftMs : null);
    } else if (elevation.state !== "pending") {
      this.end(elevation.endedBy === null ? timeIsOver() : endedBy(elevation.endedBy.name));
    }
    this.#firstWord.resolve();
    if (before?.version !== elevation.version) this.#tell();
  }

  /** The signed grant, kept or fetched, where it is for exactly what was asked: by this person, on this device. */
  async #hold(elevation: Elevation): Promise<Held | null> {
    const { client, ledger, identity, files, clocks } = this.#parts;
    const signed =
      this.#kept.signed ??
      (await client.ask(`/v1/elevations/${this.id}/grant`, SIGNED_GRANT, { token: tokenOf(identity) }));
    const known = ledger.collectors.find(client.url);
    // The collector's key is pinned with the first records that are sent; until then nothing can be checked.
    if (known === null) return null;
    const { subject, group, needed } = elevation.order;
    const asked = ledger.asked.find(this.id);
    if (asked === null) {
      this.end(refused("this machine has no record of what it asked for under it"));
      return null;
    }
    const expected = {
      shown: asked.shown,
      subject: { ...subject, requester: this.#kept.person, chain: chainOf(ledger) },
      group,
      needed,
      now: new Date(clocks.wall()),
    };
    const check = verifyElevation(signed, expected, keyOf(known.info), verifyBytes);
    if (check.kind === "invalid" || check.grant.id !== this.id) {
      this.end(refused(check.kind === "invalid" ? check.why : "it is another one"));
      return null;
    }
    if (this.#kept.signed === null) files.keep({ ...this.#kept, signed });
    const held = new HeldElevation(check.grant, clocks, () => this.#turned());
    return { elevation: held, right: new AgreedRight(check.grant) };
  }

  #turned(): void {
    const standing = this.#held?.elevation.standing;
    if (standing?.kind === "over") this.end(standing.why);
    else this.#tell();
  }

  #tell(): void {
    const { view } = this;
    if (view !== null) this.#changed(view);
  }
}
