import type { ClassificationView } from "../../protocol/classification.ts";
import { isSensitive } from "../../protocol/label.ts";
import type { ActivityEntry, Requests } from "../../protocol/messages.ts";
import { baseRelations, isSystemSchema } from "../classify/baseColumns.ts";
import { CORRECTED_TYPES } from "../classify/correctedType.ts";
import { LabelsFileError } from "../classify/labelsFile.ts";
import { shareCorrections } from "../classify/shareCorrections.ts";
import type { Database } from "../database.ts";
import type { Engine } from "../engine.ts";
import { columnKey } from "../sql/facts.ts";
import * as schema from "./requestSchemas.ts";

type LabelRequest = Extract<keyof Requests, `sluice/labels/${string}`>;
type Answers = { readonly [M in LabelRequest]: (params: unknown) => Promise<Requests[M]["result"]> };

/** Answers what an editor asks about labels. `recorded` is told of what that added to the record. */
export function labelAnswers(
  started: () => Promise<Engine>,
  recorded: (entry: ActivityEntry) => void,
): Answers {
  const databaseOf = async (params: unknown): Promise<Database> => {
    const engine = await started();
    engine.rooms.identity.requireActor();
    return engine.open.database(engine.connection(schema.BY_CONNECTION.parse(params).connectionId));
  };
  const tellRecorded = async (): Promise<void> => {
    const [entry] = (await started()).rooms.ledger.listActivity(1);
    if (entry !== undefined) recorded(entry);
  };
  return {
    "sluice/labels/types": async () =>
      CORRECTED_TYPES.map(({ infoType, title, category, level }) => ({ infoType, title, category, level })),
    "sluice/labels/correct": async (params) => {
      const { infoType, level, reason, ...column } = schema.CORRECT.parse(params);
      const { corrections } = await started();
      const label = await corrections.correct(await databaseOf(params), { column, infoType, level, reason });
      await tellRecorded();
      return label;
    },
    "sluice/labels/uncorrect": async (params) => {
      const { reason, ...column } = schema.UNCORRECT.parse(params);
      const { corrections } = await started();
      const label = await corrections.takeBack(await databaseOf(params), { column, reason });
      await tellRecorded();
      return label;
    },
    "sluice/labels/view": async (params) => classificationView(await databaseOf(params)),
    "sluice/labels/rescan": async (params) => {
      await (await databaseOf(params)).rescan();
      return null;
    },
    "sluice/labels/cancelScan": async (params) => {
      await (await databaseOf(params)).cancelScan();
      return null;
    },
    "sluice/labels/share": async (params) => {
      const { text } = schema.SHARE.parse(params);
      const database = await databaseOf(params);
      await database.catalog();
      return shareCorrections(text, database.profile.name, [...database.labelling.own.values()]);
    },
    "sluice/labels/reread": async () => {
      try {
        await (await started()).open.relabel();
        return null;
      } catch (error) {
        if (!(error instanceof LabelsFileError)) throw error;
        const { file, line, column, problem } = error;
        return { file, line, column, problem };
      }
    },
  };
}

/** Columns a person may want to look at: sensitive, corrected, or not classified yet. */
async function classificationView(database: Database): Promise<ClassificationView> {
  const catalog = await database.catalog();
  const labels = database.labels();
  const { own, notices } = database.labelling;
  const columns = baseRelations(catalog)
    .filter((relation) => !isSystemSchema(relation.schema))
    .flatMap(({ schema: of, name: table, columns: all }) =>
      all.flatMap(({ name }) => {
        const key = columnKey({ schema: of, table, column: name });
        const label = labels.get(key);
        const corrected = own.has(key);
        if (label === undefined || !(corrected || isSensitive(label))) return [];
        return [{ schema: of, table, column: name, label, corrected }];
      }),
    );
  return { connectionId: database.profile.id, scan: database.scan, columns, notices };
}
