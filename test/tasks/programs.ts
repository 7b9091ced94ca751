import type { Engine } from "../../agent/engine.ts";
import type { Actor } from "../../protocol/actor.ts";
import type { ConnectionProfile } from "../../protocol/connection.ts";
import { sessionId } from "../../protocol/ids.ts";
import type { Cell } from "../../protocol/messages.ts";

/** What one statement of a program came to. */
export interface ProgramSaw {
  readonly kind: string;
  readonly verdict: string;
  readonly reason: string;
  readonly rules: readonly string[];
  readonly personAgrees: boolean;
  readonly approvers: string | undefined;
  readonly rows: readonly (readonly Cell[])[];
  readonly affected: number | null;
  readonly problem: string | null;
  readonly task: string | undefined;
}

/** Runs the one statement of a text as a program, to its last row. */
export async function programAsks(
  engine: Engine,
  connection: ConnectionProfile,
  text: string,
  actor: Actor,
  more: {
    readonly purpose?: string | undefined;
    readonly task?: string | undefined;
    readonly approval?: string | undefined;
  } = {},
): Promise<ProgramSaw> {
  const run = engine.run({
    sessionId: sessionId(`program:${connection.id}`),
    connection,
    text,
    client: { kind: "mcp", session: "program" },
    purpose: more.purpose ?? "a test",
    pageRows: 1_000,
    maxCellLength: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
    keepGoing: false,
    actor,
    ...(more.task === undefined ? {} : { task: more.task }),
    ...(more.approval === undefined ? {} : { approval: more.approval }),
  });
  for await (const { governed, task } of run) {
    const { decision } = governed.report;
    const rows = governed.kind === "rows" ? [...governed.first.rows] : [];
    if (governed.kind === "rows") {
      let page = governed.first;
      while (!page.done) {
        page = await governed.rest.next(1_000);
        rows.push(...page.rows);
      }
    }
    return {
      kind: governed.kind,
      verdict: decision.verdict,
      reason: decision.reason,
      rules: decision.findings.map(({ rule }) => rule),
      personAgrees: decision.personAgrees === true,
      approvers: decision.approvers,
      rows,
      affected: governed.kind === "done" ? governed.affected : null,
      problem:
        governed.kind === "failed"
          ? governed.problem.code
          : governed.kind === "blocked"
            ? (governed.problem?.message ?? null)
            : null,
      task,
    };
  }
  throw new Error(`No statement in: ${text}`);
}
