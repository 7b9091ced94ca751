import type {
  Report,
  ReportControl,
  ReportException,
  ReportFigure,
} from "../../protocol/collector/report.ts";
import { sha256 } from "../../protocol/ids.ts";
import { textsDroppedTo } from "../search/droppedTexts.ts";
import { findRecords } from "../search/findRecords.ts";
import { countRecords } from "../search/placesOf.ts";
import { answerQuestion } from "./answerQuestion.ts";
import type { ExceptionDefinition, FigureDefinition, ReportDefinition } from "./definition.ts";
import { addressOf, queryOf, type ReportParts, type ReportPeriod } from "./reportQuery.ts";

/** Asks every question of a report. Everything in it can be asked for again, and each record listed can be proven. */
export async function makeReport(
  parts: ReportParts,
  definition: ReportDefinition,
  period: ReportPeriod,
  subject: string | null,
): Promise<Report> {
  await parts.counting.upTo();
  const tree = await parts.sequencer.published();
  const controls: ReportControl[] = [];
  // One after the other: a report may wait, searches beside it should not.
  for (const { id, title, how, figures, exceptions } of definition.controls)
    controls.push({
      id,
      title,
      how,
      figures: await each(figures, (figure) => figureOf(parts, figure, period)),
      exceptions: await each(
        exceptions.filter(({ ofSubject }) => ofSubject === undefined || subject !== null),
        (exception) => exceptionOf(parts, exception, period, subject),
      ),
    });
  const { id, title, about } = definition;
  const goneTo = await textsDroppedTo(parts.search);
  return {
    id,
    title,
    about,
    from: new Date(period.from).toISOString(),
    to: new Date(period.to).toISOString(),
    madeAt: parts.now().toISOString(),
    log: parts.log,
    size: tree.size,
    checkpoint: tree.checkpoint,
    needsSubject: definition.needsSubject === true,
    textsDroppedTo: goneTo !== null && Date.parse(goneTo) >= period.from ? goneTo : null,
    controls,
  };
}

async function figureOf(
  parts: ReportParts,
  { name, question }: FigureDefinition,
  period: ReportPeriod,
): Promise<ReportFigure> {
  return { name, ...(await answerQuestion(parts, question, period)) };
}

async function exceptionOf(
  { search, store }: ReportParts,
  { name, filters, minRisk, ofSubject }: ExceptionDefinition,
  period: ReportPeriod,
  subject: string | null,
): Promise<ReportException> {
  const query = queryOf(filters, period, {
    minRisk: minRisk ?? null,
    text: ofSubject === true ? subject : null,
  });
  const [found, count] = await Promise.all([
    findRecords(search, query, { kind: "all" }),
    countRecords(search, query),
  ]);
  const records = await each(found.records, async (hit) => {
    const [placed] = await store.placed(sha256(hit.chain), hit.seq, hit.seq);
    return { hit, hash: placed?.hash ?? "", leaf: placed?.leafIndex ?? -1 };
  });
  return { name, query: addressOf(query), count, records };
}

async function each<From, To>(
  all: readonly From[],
  work: (one: From) => Promise<To>,
): Promise<readonly To[]> {
  const done: To[] = [];
  for (const one of all) done.push(await work(one));
  return done;
}
