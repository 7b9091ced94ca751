import type { ConnectionProfile } from "../protocol/connection.ts";
import { sessionId } from "../protocol/ids.ts";
import type { GovernedStatement, RunRequest } from "./runRequest.ts";

const MOST_ROWS = 200;
const LONGEST_CELL = 2_000;

/** For whom, and how long it may take. */
export interface FirstRowsFor extends Pick<RunRequest, "actor" | "task" | "purpose"> {
  /** A session of its own, which nothing but these statements changes. */
  readonly session: string;
  readonly longestMs: number;
}

/** The first rows of a statement that the agent asks for somebody, by the one way there is (`run`). */
export async function firstRows(
  run: (request: RunRequest) => AsyncIterable<GovernedStatement>,
  connection: ConnectionProfile,
  text: string,
  { session, longestMs, purpose, ...who }: FirstRowsFor,
): Promise<readonly (readonly string[])[]> {
  const id = sessionId(`${session}:${connection.id}`);
  const ran = run({
    sessionId: id,
    connection,
    text,
    client: { kind: "editor", session: id },
    purpose,
    ...who,
    pageRows: MOST_ROWS,
    maxCellLength: LONGEST_CELL,
    signal: AbortSignal.timeout(longestMs),
    keepGoing: false,
  });
  for await (const { governed } of ran) {
    if (governed.kind !== "rows") return [];
    await governed.rest.close("No more is needed.");
    return governed.first.rows.map((cells) => cells.map((cell) => (typeof cell === "string" ? cell : "")));
  }
  return [];
}
