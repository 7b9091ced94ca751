import { type Actor, actorName } from "../../protocol/actor.ts";
import type { AuditRecord, IntentBody, OutcomeBody } from "../../protocol/audit/record.ts";
import type { RecordAlert, RecordApproval, RecordDetail } from "../../protocol/collector/search.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element, icon } from "../element.ts";
import { seenText } from "../seenText.ts";
import { alertName } from "./alertsView.ts";
import { actorHoldLink } from "./holdLink.ts";
import {
  actorLink,
  columnLink,
  decisionMark,
  environmentMark,
  facts,
  findingMark,
  link,
  recordTable,
  section,
  table,
} from "./parts.ts";
import { remember, remembered, seenNote } from "./seenLog.ts";
import { type ProofCheck, verifyRecord } from "./verifyRecord.ts";
import type { View, ViewContext } from "./view.ts";
import { kindText, numberText, timeText } from "./words.ts";

/** That the text is gone, and where the collector says so. */
const droppedNote = ({ dropped }: RecordDetail): HTMLElement =>
  dropped === null
    ? element("p", { class: "failed" }, "Its text is not here, and nothing says that it was dropped.")
    : element(
        "p",
        { class: "note" },
        "Its text was dropped by retention on ",
        link(timeText(dropped.at), ["records", dropped.chain, String(dropped.seq)]),
        "; its hash is kept.",
      );

/** One record: what it says, and the proof of it, worked out here. */
export async function recordView({ api, me, place, settings }: ViewContext): Promise<View> {
  const [, chain = "", seq = ""] = place.path;
  const detail = await api.get<RecordDetail>(
    `/v1/records/${encodeURIComponent(chain)}/${encodeURIComponent(seq)}`,
  );
  const { hit, device } = detail;
  const record: AuditRecord | null = detail.canonical === null ? null : JSON.parse(detail.canonical);
  const proof = element(
    "div",
    { class: "proof", role: "status" },
    element("p", { class: "note" }, "Checking…"),
  );
  void prove(proof);
  const body = element(
    "div",
    {},
    facts(
      ["When", timeText(hit.at)],
      ["Who", hit.actor === null ? null : actorLink(hit.actor)],
      [
        "Where",
        hit.connection === null
          ? null
          : element("span", {}, visibleText(hit.connection), " ", environmentMark(hit.environment ?? "")),
      ],
      ["Decision", hit.decision === null ? null : decisionMark(hit.decision)],
      ...detail.approvals.map((each) => ["Approval", approvalLink(each)] as const),
      ["Risk", hit.risk === null ? null : `${hit.risk} of 100`],
      [
        "Device",
        element(
          "span",
          {},
          link(device.name, ["devices", chain], { from: seq }),
          visibleText(` of ${device.owner ?? "the collector"}, ${device.state}`),
        ),
      ],
      ["Received", timeText(hit.receivedAt)],
      ["Hold", actorHoldLink(me, hit)],
    ),
    detail.alerts.length === 0
      ? null
      : section(
          "Alerts about this record",
          element("ul", { class: "plain" }, ...detail.alerts.map(alertLine)),
          link("All alerts", ["alerts"]),
        ),
    section("Proof, checked in this browser", proof),
    record === null ? droppedNote(detail) : said(record),
    detail.related.length === 0
      ? null
      : section("Belongs to it", recordTable("Belongs to it", detail.related)),
    detail.canonical === null
      ? null
      : element(
          "details",
          {},
          element("summary", {}, "The signed text"),
          element("pre", { tabindex: "0" }, ...seenText(JSON.stringify(record, null, 2))),
          facts(["SHA-256", detail.hash], ["Signature", detail.signature], ["Key", detail.publicKey]),
        ),
  );
  return { title: `${kindText(hit.kind)} ${seq}`, body };

  async function prove(shown: HTMLElement): Promise<void> {
    try {
      const { checks, remember: seen } = await verifyRecord(
        detail,
        settings.logKey,
        remembered(settings.log),
        async (from, to) => {
          const answer = await api.get<{ proof: readonly string[] }>("/v1/proof/consistency", {
            from: String(from),
            to: String(to),
          });
          return answer.proof;
        },
      );
      if (seen !== null) remember(settings.log, seen);
      shown.replaceChildren(
        verdictOf(checks),
        element("ul", { class: "plain" }, ...checks.map(checkLine)),
        seenNote(settings.log) ?? "",
      );
    } catch (error) {
      shown.replaceChildren(
        element(
          "p",
          { class: "failed" },
          `The proof could not be checked: ${error instanceof Error ? error.message : error}`,
        ),
      );
    }
  }
}

function verdictOf(checks: readonly ProofCheck[]): HTMLElement {
  if (checks.some(({ state }) => state === "fails"))
    return element(
      "p",
      { class: "failed" },
      icon("error"),
      " This record is not proven. Keep it, and tell your security team.",
    );
  const open = checks.filter(({ state }) => state === "unknown").length;
  return element(
    "p",
    { class: "holds" },
    icon("verified-filled"),
    open === 0 ? " Proven." : " No check fails, and not all could be made.",
  );
}

/** What is said against the record, and whether somebody has looked at that. */
function alertLine({ kind, what, certain, acknowledgedBy, raisedAt }: RecordAlert): HTMLElement {
  const about = certain ? "" : " It stands for several records of this device, maybe for this one.";
  const looked = acknowledgedBy === null ? "" : ` Acknowledged by ${acknowledgedBy}.`;
  return element(
    "li",
    { class: acknowledgedBy === null ? "failed" : "note" },
    icon("warning"),
    ` ${alertName(kind)}: ${what}, ${timeText(raisedAt)}.${about}${looked}`,
  );
}

/** To the request, where it is kept; to the records of it, wherever it was answered. */
function approvalLink({ id, kind, state }: RecordApproval): HTMLElement {
  const filter = kind === "elevation" ? "elevation" : "approval";
  const records = link("its records", ["search"], { [filter]: id });
  if (kind === "here") return element("span", {}, "Answered on the person's own machine; ", records);
  if (state === null) return element("span", {}, `${id}; `, records);
  const words = kind === "elevation" ? `A right for a while, ${state}` : `A request, ${state}`;
  return element(
    "span",
    {},
    link(words, [kind === "elevation" ? "elevations" : "approvals", id]),
    "; ",
    records,
  );
}

const ICONS = { holds: "check", fails: "error", unknown: "question" } as const;
const STATES = { holds: "holds", fails: "fails", unknown: "not checked" } as const;

const checkLine = ({ name, state, words }: ProofCheck): HTMLElement =>
  element(
    "li",
    { class: state === "fails" ? "failed" : state },
    icon(ICONS[state]),
    ` ${name} ${STATES[state]}: ${words}`,
  );

/** What a record says beyond its head, by its kind. */
function said({ body }: AuditRecord): HTMLElement {
  if (body.kind === "intent" || body.kind === "refused") return judged(body);
  if (body.kind === "outcome") return cameOf(body);
  const { kind: _, ...rest } = body;
  return facts(
    ...Object.entries(rest).map(([name, value]) => [name, shownValue(body, name, value)] as const),
  );
}

/** A value of a record's body; what has a page of its own leads there. */
function shownValue(body: AuditRecord["body"], name: string, value: unknown): HTMLElement | string {
  if (name === "task" && typeof value === "string") return link(value, ["tasks", value]);
  if (typeof value === "string") return value;
  const actor = name === "actor" && "actor" in body ? body.actor : null;
  return actor === null ? JSON.stringify(value) : actorText(actor);
}

/** An AI agent with its model and host, a person as the provider knows them. */
function actorText(actor: Actor): string {
  const of = actor.kind === "ai_agent" ? actor.onBehalfOf : actor;
  const names = actor.kind === "ai_agent" ? [actor.model, actor.host] : [];
  const known = of.kind === "local_user" ? [] : [of.subject, of.issuer];
  return visibleText(`${actorName(actor)} (${[...names, ...known].join(", ")})`.replace(" ()", ""));
}

function judged(body: Omit<IntentBody, "kind">): HTMLElement {
  const labelOf = new Map(
    body.labels.map(({ column, infoType, level }) => [column, `${infoType}, ${level}`]),
  );
  return element(
    "div",
    {},
    section("Statement", element("pre", { class: "sql", tabindex: "0" }, ...seenText(body.statement))),
    facts(
      ["Reason", body.reason],
      ["Purpose", body.purpose],
      ["Kind", `${body.statementKind} (${body.effect})`],
      ["Client", body.client.kind],
      ["Policy", body.policyVersion],
      [
        "Masked by",
        body.masks.at === "source" ? "the database" : body.masks.at === "agent" ? "the agent" : null,
      ],
      ["Task", body.task === null ? null : link(body.task, ["tasks", body.task])],
      [
        "Suggestion",
        body.suggestion === null ? null : link(body.suggestion, ["search"], { suggestion: body.suggestion }),
      ],
    ),
    body.findings.length === 0
      ? null
      : section(
          "Rules",
          table(
            "Rules that spoke up",
            ["Rule", "Decision"],
            body.findings.map(({ rule, verdict }) => [
              link(rule, ["search"], { rule }),
              findingMark(verdict),
            ]),
          ),
        ),
    body.outputs.length === 0
      ? null
      : section(
          "Shown",
          table(
            "Columns of the result",
            ["Column", "From", "What it is", "Mask"],
            body.outputs.map(({ name, mask, sources }) => [
              name,
              element(
                "span",
                {},
                ...sources.flatMap((column, place) => [place === 0 ? "" : ", ", columnLink(column)]),
              ),
              sources.flatMap((column) => labelOf.get(column) ?? []).join("; ") || "—",
              mask ?? "shown as it is",
            ]),
          ),
        ),
    section(
      "Touched",
      table(
        "Columns the statement touches",
        ["Column", "Use"],
        [
          ...body.reads.map(({ column, role }) => [columnLink(column), role.replaceAll("_", " ")]),
          ...body.writes.map((column) => [columnLink(column), "written"]),
        ],
        "No column.",
      ),
    ),
  );
}

const cameOf = (body: OutcomeBody): HTMLElement =>
  facts(
    ["Outcome", body.outcome.replaceAll("_", " ")],
    ["Handed out", body.rows === null ? null : numberText(body.rows)],
    [
      body.outcome === "done" ? "Changed" : "Would have changed",
      body.affected === null ? null : numberText(body.affected),
    ],
    ["Cells masked", numberText(body.maskedCells)],
    ["Took", `${numberText(body.milliseconds)} ms`],
    ["Error class", body.errorClass],
  );
