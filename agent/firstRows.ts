import type { ConnectionProfile } from "../protocol/connection.ts";
import { sessionId } from "../protocol/ids.ts";
import type { GovernedStatement, RunRequest } from "./runRequest.ts";

const MOST_ROWS = 200;
const LONGEST_CELL = 2_000;
const LONGEST_MS = 10_000;

/** The first rows of a statement that the agent asks for a person, by the one way there is (`run`). */
export async function firstRows(
  run: (request: RunRequest) => AsyncIterable<GovernedStatement>,
  connection: ConnectionProfile,
  text: string,
): Promise<readonly (readonly string[])[]> {
  const id = sessionId(`suggest:${connection.id}`);
  const ran = run({
    sessionId: id,
    connection,
    text,
    client: { kind: "editor", session: id },
    purpose: undefined,
    pageRows: MOST_ROWS,
    maxCellLength: LONGEST_CELL,
    signal: AbortSignal.timeout(LONGEST_MS),
    keepGoing: false,
  });
  for await (const { governed } of ran) {
    if (governed.kind !== "rows") return [];
    await governed.rest.close("No more is needed.");
    return governed.first.rows.map((cells) => cells.map((cell) => (typeof cell === "string" ? cell : "")));
  }
  return [];
}
