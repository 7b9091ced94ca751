import type { Tree } from "../store/store.ts";

/** What the first log of a store is called; later ones have their number behind it. */
export const baseName = ({ log, epoch }: Pick<Tree, "log" | "epoch">): string =>
  epoch === 1 ? log : log.slice(0, -`/${epoch}`.length);

export const numberedName = (base: string, epoch: number): string =>
  epoch === 1 ? base : `${base}/${epoch}`;

/** Number of a log of this store by its name; null where it is none of its logs. */
export function epochOf(tree: Pick<Tree, "log" | "epoch">, log: string): number | null {
  const base = baseName(tree);
  if (log === base) return 1;
  const number = log.startsWith(`${base}/`) ? log.slice(base.length + 1) : "";
  return /^[1-9][0-9]*$/.test(number) ? Number(number) : null;
}
