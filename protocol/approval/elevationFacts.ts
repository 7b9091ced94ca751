import { visibleText } from "../visibleText.ts";
import type { Elevation } from "./elevation.ts";
import { elevationStatus, rightWords } from "./elevationWords.ts";

/** One line of what an approver reads. */
export interface ElevationFact {
  readonly name: string;
  readonly text: string;
}

const LONGEST_LINE = 90;

/**
 * The whole of a request in lines that are short enough to be seen whole. What people wrote is one line of text after
 * the name of the fact, also where it goes on, so that it cannot pass for another fact.
 */
export function elevationFacts(elevation: Elevation, now: Date): readonly ElevationFact[] {
  const { order, requester, decisions } = elevation;
  const { right, connection } = order.subject;
  const { engine, host, port, database, environment } = connection;
  const address = host === "" ? database : `${host}:${port}/${database}`;
  return [
    ...lines("Asked by", `${requester.name} (${requester.subject}), on ${order.device}`),
    ...(right.kind === "write"
      ? [{ name: "To write", text: "every statement that writes, without approval of each" }]
      : right.columns.flatMap((column) => lines("To see", column))),
    ...lines("On", `${order.connectionName} (${environment})`),
    ...lines("Database", `${engine} ${address}`),
    { name: "For", text: `${duration(order.minutes)}, from when it is given` },
    ...lines("Purpose", order.purpose),
    ...lines("State", elevationStatus(elevation, now)),
    ...decisions.flatMap(({ by, decision, reason }) =>
      lines(decision === "approve" ? "Agreed" : "Denied", reason === "" ? by.name : `${by.name}: ${reason}`),
    ),
  ];
}

/** `See shop.people.email and 2 more for 60 min`. */
export function elevationTitle({ order }: Elevation): string {
  const words = rightWords(order.subject.right);
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)} for ${duration(order.minutes)}`;
}

/** Never less than is asked for. */
const duration = (minutes: number): string =>
  minutes >= 120 && minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;

function lines(name: string, text: string): readonly ElevationFact[] {
  const facts: ElevationFact[] = [];
  for (let rest = visibleText(text.replace(/\s+/g, " ").trim()); rest !== ""; ) {
    const space = rest.lastIndexOf(" ", LONGEST_LINE);
    const end = rest.length <= LONGEST_LINE ? rest.length : space > 0 ? space : LONGEST_LINE;
    facts.push({ name, text: rest.slice(0, end) });
    rest = rest.slice(end).trimStart();
  }
  return facts;
}
