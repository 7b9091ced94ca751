import type { Signal } from "../../../protocol/behaviour/signal.ts";

const KINDS = 3;
const POINTS = 40;

/** Many small things at once are a large one. */
export function together(signals: readonly Signal[]): readonly Signal[] {
  if (signals.some(({ weight }) => weight === "alarming")) return signals;
  const kinds = new Set(signals.map(({ rule }) => rule));
  const points = [...kinds].reduce(
    (sum, kind) => sum + Math.max(...signals.filter(({ rule }) => rule === kind).map((one) => one.points)),
    0,
  );
  if (kinds.size < KINDS || points < POINTS) return signals;
  const words = `${kinds.size} kinds of unusual behaviour at once`;
  return [...signals, { rule: "unusual-behaviour", weight: "alarming", points: 5, words }];
}
