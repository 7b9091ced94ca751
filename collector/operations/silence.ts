import type { Beginning, Store } from "../store/store.ts";

const MINUTE = 60_000;

/** After how long something begun and not ended is worth a look. */
export const SILENCE = {
  statementMs: 15 * MINUTE,
  reportMs: 60 * MINUTE,
  sessionMs: 24 * 60 * MINUTE,
} as const;
const MOST = 1_000;

export interface Silence {
  /** Devices whose session is open and of which nothing has come for a while. */
  readonly devices: readonly { readonly chain: string; readonly name: string; readonly since: string }[];
  /** Sessions that have been open for long. */
  readonly sessions: readonly Unended[];
  /** Statements that were sent, and nobody knows what came of them. */
  readonly statements: readonly Unended[];
}

interface Unended {
  readonly chain: string;
  readonly seq: number;
  readonly since: string;
}

/** What ought to have been heard and was not. */
export async function silence(store: Store, now: Date): Promise<Silence> {
  const before = (milliseconds: number): number => now.getTime() - milliseconds;
  const [open, statements] = await Promise.all([
    store.unended("session", before(SILENCE.reportMs), MOST),
    store.unended("intent", before(SILENCE.statementMs), MOST),
  ]);
  const writers = await Promise.all(
    [...new Set(open.map(({ chain }) => chain))].map((chain) => store.device(chain)),
  );
  return {
    devices: writers.flatMap((device) =>
      device === null || device.receivedAt === null || device.receivedAt >= before(SILENCE.reportMs)
        ? []
        : [{ chain: device.chain, name: device.name, since: new Date(device.receivedAt).toISOString() }],
    ),
    sessions: open.filter(({ receivedAt }) => receivedAt < before(SILENCE.sessionMs)).map(unended),
    statements: statements.map(unended),
  };
}

const unended = ({ chain, seq, receivedAt }: Beginning): Unended => ({
  chain,
  seq,
  since: new Date(receivedAt).toISOString(),
});
