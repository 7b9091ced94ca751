import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { CENTRAL_LIST, type CentralListed, centralProfile } from "../../protocol/lease/centralConnection.ts";
import type { CollectorClient } from "../audit/sync/collectorClient.ts";
import { CollectorError } from "../audit/sync/collectorError.ts";

/** Whoever looks at the list waits at most so long for a collector that is away. */
const TIMEOUT_MS = 4_000;
const CACHED = z.object({ url: z.string(), issuer: z.string(), subject: z.string(), ...CENTRAL_LIST.shape });

/** Who is, or was until a moment ago, signed in with the provider. */
export interface SignedInPerson {
  readonly issuer: string;
  readonly subject: string;
  /** Null where the session has ended. */
  readonly idToken: string | null;
}

/**
 * The collector's connections that the signed-in person may use. Their descriptions are kept for when the collector is
 * away; there is nothing secret in them, and nothing runs by them alone: each login comes with the description again.
 */
export class CentralConnections {
  readonly #client: CollectorClient;
  readonly #file: string;
  readonly #person: () => SignedInPerson | null;
  #heard: z.infer<typeof CACHED> | null = null;

  constructor(client: CollectorClient, folder: string, person: () => SignedInPerson | null) {
    this.#client = client;
    this.#file = path.join(folder, "connections.json");
    this.#person = person;
    this.#heard = this.#read();
  }

  /** As last heard; none while nobody is signed in. */
  get known(): readonly ConnectionProfile[] {
    const [heard, person] = [this.#heard, this.#person()];
    const mine =
      heard?.url === this.#client.url && heard.issuer === person?.issuer && heard.subject === person.subject;
    return mine ? heard.connections.map(centralProfile) : [];
  }

  /** By id, or by name as a person types it. */
  find(idOrName: string): ConnectionProfile | undefined {
    return (
      this.known.find(({ id }) => id === idOrName) ??
      this.known.find(({ name }) => name.toLowerCase() === idOrName.toLowerCase())
    );
  }

  /** Asks the collector; where it is away, what was last heard stays. One that refuses has no connections for anybody. */
  async refresh(): Promise<readonly ConnectionProfile[]> {
    const person = this.#person();
    if (person === null || person.idToken === null) return this.known;
    try {
      const { connections } = await this.#client.ask("/v1/connections", CENTRAL_LIST, {
        token: person.idToken,
        timeout: TIMEOUT_MS,
      });
      this.#keep(person, connections);
    } catch (error) {
      if (!(error instanceof CollectorError)) throw error;
      if (error.failure.kind !== "unreachable") this.forget();
    }
    return this.known;
  }

  forget(): void {
    this.#heard = null;
    fs.rmSync(this.#file, { force: true });
  }

  #keep({ issuer, subject }: SignedInPerson, connections: readonly CentralListed[]): void {
    const heard = { url: this.#client.url, issuer, subject, connections };
    if (JSON.stringify(heard) === JSON.stringify(this.#heard)) return;
    this.#heard = heard;
    fs.mkdirSync(path.dirname(this.#file), { recursive: true, mode: 0o700 });
    const written = `${this.#file}.${process.pid}`;
    fs.writeFileSync(written, JSON.stringify(heard), { mode: 0o600 });
    fs.renameSync(written, this.#file);
  }

  #read(): z.infer<typeof CACHED> | null {
    try {
      return CACHED.parse(JSON.parse(fs.readFileSync(this.#file, "utf8")));
    } catch {
      // None, or a damaged one: the collector is asked again.
      return null;
    }
  }
}
