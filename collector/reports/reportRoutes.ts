import { z } from "zod";
import type { Report, ReportList } from "../../protocol/collector/report.ts";
import type { Collector } from "../collector.ts";
import { parsed } from "../http/body.ts";
import { checkQuery } from "../http/checkQuery.ts";
import type { Asked, Route } from "../http/route.ts";
import { Refusal } from "../refusal.ts";
import { readPeriod } from "../search/recordQuery.ts";
import type { ReportDefinition } from "./definition.ts";
import { FEDRAMP } from "./fedramp.ts";
import { GDPR } from "./gdpr.ts";
import { HIPAA } from "./hipaa.ts";
import { makeReport } from "./makeReport.ts";
import { PCI } from "./pci.ts";
import { reportHtml } from "./reportHtml.ts";
import { SOC2 } from "./soc2.ts";

export const REPORTS: readonly ReportDefinition[] = [SOC2, HIPAA, FEDRAMP, PCI, GDPR];

const FORMAT = z.enum(["json", "html"]);
const SUBJECT = z
  .string()
  .min(2)
  .max(200)
  .refine((text) => !text.includes("\0"));
const QUARTER = 90 * 86_400_000;

/** Evidence for auditors. */
export const reportRoutes = (collector: Collector): readonly Route[] => [
  {
    method: "GET",
    path: "/v1/reports",
    access: "auditor",
    handle: async (): Promise<ReportList> => ({
      reports: REPORTS.map(({ id, title, about }) => ({ id, title, about })),
    }),
  },
  {
    method: "GET",
    path: "/v1/reports/:id",
    access: "auditor",
    handle: (asked) => report(collector, asked),
  },
];

async function report(collector: Collector, asked: Asked): Promise<Report | string> {
  const { param, query, reply } = asked;
  checkQuery(asked, ["format", "from", "to", "subject"]);
  const definition = REPORTS.find(({ id }) => id === param("id"));
  if (definition === undefined)
    throw new Refusal("not-found", "There is no such report.", "Choose one of /v1/reports.");
  const format = parsed(FORMAT, query("format") ?? "json", "format");
  const { from, to } = readPeriod(query);
  const end = to ?? collector.now().getTime();
  const begin = from ?? end - QUARTER;
  if (begin >= end)
    throw new Refusal("bad-request", "The period ends before it begins.", "Give `from` before `to`.");
  const subject = query("subject");
  const made = await makeReport(
    collector,
    definition,
    { from: begin, to: end },
    subject === undefined ? null : parsed(SUBJECT, subject, "subject"),
  );
  if (format === "json") return made;
  void reply.type("text/html; charset=utf-8");
  return reportHtml(made);
}
