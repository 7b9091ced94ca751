import type { Signal } from "../../../protocol/behaviour/signal.ts";
import { isProgram } from "../../../protocol/task.ts";
import type { ActorHistory } from "../actorHistory.ts";
import { type AskedStatement, actorWord, shownTable } from "../askedStatement.ts";
import { isEstablished, knownBefore } from "../established.ts";
import { restrictedKey } from "../learn.ts";
import { programName } from "../statementProfile.ts";

/** Tables a day that an actor never read before, before somebody has to look. */
const LOOKS_AROUND = { unusual: 12, alarming: { programs: 25, people: 60 }, unknown: 100 } as const;

/** What this actor never did before. Restricted data counts from the first day on; the rest once the actor is known. */
export function noveltySignals(history: ActorHistory | undefined, asked: AskedStatement): readonly Signal[] {
  const { actor, profile, now } = asked;
  const established = history !== undefined && isEstablished(history, now);
  const who = actorWord(actor);
  const program = programName(actor);
  const signals: Signal[] = [];
  const restricted = profile.restricted.filter(
    (table) => !knownBefore(history, "restricted", restrictedKey(program, table), now),
  );
  for (const table of restricted) {
    // Told once and not all day: it stays in the risk until the day is over.
    const again = history?.today.met.restricted.has(restrictedKey(program, table)) === true;
    signals.push({
      rule: "first-restricted-use",
      weight: again ? "noted" : "unusual",
      points: (established ? 20 : 12) / (again ? 2 : 1),
      words: `${again ? `since today this ${who} uses` : `first time this ${who} uses`} restricted data of ${shownTable(table)}`,
      table: shownTable(table),
    });
  }
  if (established && program !== null && !knownBefore(history, "programs", program, now))
    signals.push({
      rule: "new-program",
      weight: "noted",
      points: 5,
      words: `first time an agent works as ${program}`,
    });
  const first = profile.tables.filter((table) => !knownBefore(history, "tables", table, now));
  const silent = new Set(restricted);
  if (established)
    for (const table of first.filter((one) => !silent.has(one)))
      signals.push({
        rule: "first-table-use",
        weight: "noted",
        points: profile.columns.some((column) => column.startsWith(`${table}.`)) ? 8 : 4,
        words: `first time this ${who} uses ${shownTable(table)}`,
        table: shownTable(table),
      });
  const around = looksAround(history, asked, first, established);
  return around === null ? signals : [...signals, around];
}

function looksAround(
  history: ActorHistory | undefined,
  { actor, now }: AskedStatement,
  first: readonly string[],
  established: boolean,
): Signal | null {
  if (history === undefined || first.length === 0) return null;
  const today = history.today.met.tables
    .names()
    .filter((table) => !knownBefore(history, "tables", table, now) && !first.includes(table));
  const count = today.length + first.length;
  const { unusual, alarming, unknown } = LOOKS_AROUND;
  const most = !established ? unknown : isProgram(actor) ? alarming.programs : alarming.people;
  if (count < (established ? unusual : unknown)) return null;
  return {
    rule: "many-first-tables",
    weight: count >= most ? "alarming" : "unusual",
    points: count >= most ? 30 : 10,
    words: `${count} tables today that this ${actorWord(actor)} never used before`,
  };
}
