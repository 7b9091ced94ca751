import { actorName } from "../actor.ts";
import type { PlacedBody } from "../audit/export/statementJoin.ts";
import type { RecordBody, RecordRef } from "../audit/record.ts";

/** A suggestion of a model, what people made of it, and what it came to in the data. */
export interface Influence {
  readonly suggestion: string;
  readonly model: string;
  readonly how: string;
  readonly task: string | null;
  readonly statement: string;
  readonly made: RecordRef & { readonly at: string };
  readonly decided: {
    readonly by: string;
    readonly decision: string;
    readonly reason: string | null;
    /** The statement that ran is not the one that was suggested. */
    readonly changed: boolean;
  } | null;
  readonly runs: readonly {
    readonly record: RecordRef & { readonly at: string };
    readonly connection: string;
    readonly environment: string;
    readonly writes: readonly string[];
    readonly outcome: string | null;
    readonly rows: number | null;
    readonly affected: number | null;
  }[];
}

type Run = Influence["runs"][number];

/** Follows suggestions from the model to the data, through the records in their order. */
export class Influences {
  readonly #found = new Map<string, { influence: Influence; readonly runs: Run[] }>();
  readonly #intents = new Map<string, { readonly runs: Run[]; readonly place: number }>();

  take({ seq, hash, at, body }: PlacedBody, chain: string | null = null): void {
    switch (body.kind) {
      case "suggestion_made": {
        const { suggestion, model, how, task, statement } = body;
        const runs: Run[] = [];
        const influence = {
          suggestion,
          model,
          how,
          task,
          statement,
          made: { seq, hash, at },
          decided: null,
          runs,
        };
        this.#found.set(suggestion, { influence, runs });
        return;
      }
      case "suggestion_decided": {
        const found = this.#found.get(body.suggestion);
        if (found === undefined) return;
        const { decision, reason, difference, actor } = body;
        const decided = { by: actorName(actor), decision, reason, changed: difference !== null };
        found.influence = { ...found.influence, decided };
        return;
      }
      case "intent": {
        const found = body.suggestion === null ? undefined : this.#found.get(body.suggestion);
        if (found === undefined) return;
        this.#intents.set(`${chain ?? ""}:${seq}`, { runs: found.runs, place: found.runs.length });
        found.runs.push({
          record: { seq, hash, at },
          connection: body.connection.name,
          environment: body.connection.environment,
          writes: body.writes,
          outcome: null,
          rows: null,
          affected: null,
        });
        return;
      }
      case "outcome":
        this.#end(`${chain ?? ""}:${body.intent}`, body);
        return;
      default:
        return;
    }
  }

  /** In the order they were made. */
  list(): readonly Influence[] {
    return [...this.#found.values()].map(({ influence }) => influence);
  }

  #end(key: string, { outcome, rows, affected }: Extract<RecordBody, { kind: "outcome" }>): void {
    const intent = this.#intents.get(key);
    const run = intent?.runs[intent.place];
    if (intent === undefined || run === undefined) return;
    this.#intents.delete(key);
    intent.runs[intent.place] = { ...run, outcome, rows, affected };
  }
}
