import type { ReportFigure } from "../../protocol/collector/report.ts";
import { rowsSeen } from "../behaviour/modelsSeen.ts";
import { Values } from "../search/database.ts";
import { overview } from "../search/overview.ts";
import { countRecords } from "../search/placesOf.ts";
import type { Question } from "./definition.ts";
import { addressOf, queryOf, type ReportParts, type ReportPeriod, readable } from "./reportQuery.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MOST = 10_000;

type Answer = Omit<ReportFigure, "name">;

/** A figure, and where anybody may ask for it again. */
export async function answerQuestion(
  parts: ReportParts,
  question: Question,
  period: ReportPeriod,
): Promise<Answer> {
  const { search, store, sequencer, counting } = parts;
  const within = readable(
    new URLSearchParams({
      from: new Date(period.from).toISOString(),
      to: new Date(period.to).toISOString(),
    }),
  );
  switch (question.kind) {
    case "activity": {
      const { totals } = await overview(search, period, { kind: "all" }, await counting.upTo());
      return {
        value: totals[question.count],
        query: `/v1/overview?${within} totals.${question.count}`,
      };
    }
    case "actors": {
      const values = new Values();
      const [row] = await search.all<{ count: number }>(
        `SELECT count(DISTINCT a.name) AS count FROM activity a WHERE a.dimension = 'actor'
         AND a.hour >= ${values.add(Math.floor(period.from / HOUR))} AND a.hour < ${values.add(Math.ceil(period.to / HOUR))}
         AND a.name LIKE ${values.add(`${question.prefix.replaceAll("_", "\\_")}%`)} ESCAPE '\\'`,
        values.list,
      );
      return { value: row?.count ?? 0, query: `/v1/overview?${within} actors` };
    }
    case "rows": {
      const values = new Values();
      const types =
        question.infoTypes.length === 0
          ? "u.info_type <> ''"
          : `u.info_type IN ${values.row(question.infoTypes)}`;
      const [row] = await search.all<{ count: number | null }>(
        `SELECT CAST(sum(u.handed_out) AS bigint) AS count FROM column_use u WHERE ${types}
         AND u.used = ${values.add(question.use)} AND u.day >= ${values.add(Math.floor(period.from / DAY))}
         AND u.day <= ${values.add(Math.floor((period.to - 1) / DAY))}`,
        values.list,
      );
      return { value: row?.count ?? 0, query: `/v1/columns/:column/access?${within} ${question.use}.rows` };
    }
    case "models": {
      const { rows: value, whole } = await rowsSeen(parts, period, question.infoTypes, question.shown);
      const query = `/v1/models?${within} exposures.${question.shown}`;
      return { value, query, ...(whole ? {} : { atLeast: true }) };
    }
    case "records": {
      const query = queryOf(question.filters, period);
      return { value: await countRecords(search, query), query: addressOf(query) };
    }
    case "ended": {
      const values = new Values();
      const [said, how] = [values.add(question.said), values.add(`"how":"${question.how}"`)];
      const [row] = await search.all<{ count: number }>(
        `SELECT count(*) AS count FROM records r WHERE r.kind = ${said} AND r.kind <> 'intent' AND r.kind <> 'outcome'
         AND r.at >= ${values.add(period.from)} AND r.at < ${values.add(period.to)}
         AND ${search.position}(r.canonical, ${how}) > 0`,
        values.list,
      );
      return {
        value: row?.count ?? 0,
        query: `/v1/search?kind=${question.said}&${within} how=${question.how}`,
      };
    }
    case "devices": {
      const value = await store.deviceCount(question.state);
      return { value, query: `/v1/devices state=${question.state}` };
    }
    case "alerts": {
      const alerts = await store.alerts(MOST);
      const value = alerts.filter(
        ({ kind, raisedAt, lastAt }) =>
          (question.alert === null || kind === question.alert) &&
          lastAt >= period.from &&
          raisedAt < period.to,
      ).length;
      return { value, query: `/v1/alerts${question.alert === null ? "" : ` kind=${question.alert}`}` };
    }
    case "unended": {
      const begun = await store.unended(
        question.what,
        Math.min(period.to, parts.now().getTime() - HOUR),
        MOST,
      );
      return { value: begun.length, query: `/v1/silence ${question.what}` };
    }
    case "log":
      return { value: (await sequencer.published()).size, query: "/checkpoint" };
  }
}
