import type { Adapter, AdapterPayload } from "oidc-provider";

interface Kept {
  readonly payload: AdapterPayload;
  /** Milliseconds since the epoch; infinite where it never ends. */
  readonly until: number;
}

const kept = new Map<string, Kept>();

/** What the demo's provider remembers, in this process alone: everybody signs in anew after a restart. */
export class MemoryAdapter implements Adapter {
  readonly #kind: string;

  constructor(kind: string) {
    this.#kind = kind;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const until = expiresIn > 0 ? Date.now() + expiresIn * 1000 : Number.POSITIVE_INFINITY;
    kept.set(this.#key(id), { payload, until });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const found = kept.get(this.#key(id));
    if (found !== undefined && found.until <= Date.now()) kept.delete(this.#key(id));
    return found !== undefined && found.until > Date.now() ? found.payload : undefined;
  }

  findByUid = async (uid: string): Promise<AdapterPayload | undefined> =>
    this.#first((payload) => payload.uid === uid);

  findByUserCode = async (code: string): Promise<AdapterPayload | undefined> =>
    this.#first((payload) => payload.userCode === code);

  async consume(id: string): Promise<void> {
    const found = kept.get(this.#key(id));
    if (found === undefined) return;
    kept.set(this.#key(id), {
      ...found,
      payload: { ...found.payload, consumed: Math.floor(Date.now() / 1000) },
    });
  }

  async destroy(id: string): Promise<void> {
    kept.delete(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { payload }] of kept) if (payload.grantId === grantId) kept.delete(key);
  }

  #key(id: string): string {
    return `${this.#kind}:${id}`;
  }

  #first(fits: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const [key, { payload, until }] of kept) {
      if (key.startsWith(`${this.#kind}:`) && until > Date.now() && fits(payload)) return payload;
    }
    return undefined;
  }
}
