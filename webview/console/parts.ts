import { decisionText } from "../../protocol/collector/decisionWords.ts";
import type { NamedActor, RecordDecision, RecordHit, UpTo } from "../../protocol/collector/search.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element } from "../element.ts";
import { placeHash } from "./place.ts";
import { findingText, kindText, numberText, timeText } from "./words.ts";

type Child = Node | string | null;

/** Whatever devices and programs wrote passes for nothing else: what is not seen in it is named. */
const shownAs = (child: Child): Child => (typeof child === "string" ? visibleText(child) : child);

export const link = (words: string, path: readonly string[], query: Readonly<Record<string, string>> = {}) =>
  element("a", { href: placeHash(path, query) }, visibleText(words));

export const actorLink = (actor: NamedActor): HTMLElement =>
  element(
    "a",
    { href: placeHash(["actors", actor.id]), title: visibleText(actor.id) },
    visibleText(actor.name),
  );

export const columnLink = (column: string): HTMLElement => link(column, ["columns", column]);

/** A section with its heading. */
export const section = (heading: string, ...children: readonly Child[]): HTMLElement =>
  element("section", {}, element("h2", {}, visibleText(heading)), ...children);

const COLOURS: Readonly<Record<RecordDecision["kind"], string>> = {
  allowed: "allow",
  approved: "approved",
  held: "approve",
  blocked: "deny",
  unapproved: "deny",
};

export const decisionMark = (decision: RecordDecision): HTMLElement =>
  element("span", { class: `verdict ${COLOURS[decision.kind]}` }, decisionText(decision));

/** What a rule asks for. */
export const findingMark = (verdict: string): HTMLElement =>
  element("span", { class: `verdict ${verdict === "allow" ? "warn" : verdict}` }, findingText(verdict));

export const environmentMark = (environment: string): HTMLElement =>
  element("span", { "data-environment": environment }, visibleText(environment));

/** A table whose first row names its columns; says so where it is empty. */
export function table(
  caption: string,
  headings: readonly string[],
  rows: readonly (readonly Child[])[],
  empty = "Nothing.",
): HTMLElement {
  if (rows.length === 0) return element("p", { class: "note" }, empty);
  return element(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    element(
      "table",
      {},
      element("caption", {}, caption),
      element(
        "thead",
        {},
        element("tr", {}, ...headings.map((name) => element("th", { scope: "col" }, name))),
      ),
      element(
        "tbody",
        {},
        ...rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, shownAs(cell))))),
      ),
    ),
  );
}

const LATE_MS = 24 * 60 * 60 * 1000;

/** Records as a list, each with a link to its page. */
export const recordTable = (caption: string, records: readonly RecordHit[], empty?: string): HTMLElement =>
  table(
    caption,
    ["Time", "Who", "Where", "What", "Decision", "Risk"],
    records.map((hit) => [
      link(timesOf(hit), ["records", hit.chain, String(hit.seq)]),
      hit.actor === null ? element("span", { class: "note" }, visibleText(hit.device)) : actorLink(hit.actor),
      hit.connection === null
        ? null
        : element("span", {}, visibleText(hit.connection), " ", environmentMark(hit.environment ?? "")),
      whatOf(hit),
      hit.decision === null ? null : decisionMark(hit.decision),
      hit.risk === null ? null : String(hit.risk),
    ]),
    empty ?? "No record matches.",
  );

/** The device's own time, and the collector's where the record came days later. */
const timesOf = ({ at, receivedAt }: RecordHit): string =>
  Date.parse(receivedAt) - Date.parse(at) > LATE_MS
    ? `${timeText(at)}, came ${timeText(receivedAt)}`
    : timeText(at);

/** A statement within a line of others. */
export const statementLine = (statement: string): HTMLElement =>
  element("code", { class: "statement", title: visibleText(statement) }, visibleText(statement));

function whatOf({ kind, summary, verdict }: RecordHit): HTMLElement {
  if (summary === null) return element("span", { class: "note" }, `${kindText(kind)}; its body was dropped`);
  if (verdict !== null || kind === "approval_requested" || kind === "approval_opened")
    return statementLine(summary);
  return element("span", { class: "note" }, visibleText(summary));
}

/** Names and values, one under the other. */
export const facts = (...pairs: readonly (readonly [string, Child])[]): HTMLElement =>
  element(
    "dl",
    { class: "facts" },
    ...pairs.flatMap(([name, value]) =>
      value === null ? [] : [element("dt", {}, visibleText(name)), element("dd", {}, shownAs(value))],
    ),
  );

/** Says so where the counts are behind the log. */
export const behindNote = ({ counted, size }: UpTo): HTMLElement | null =>
  counted >= size
    ? null
    : element(
        "p",
        { class: "note", role: "status" },
        `Counted so far: ${numberText(counted)} of ${numberText(size)} records. Reload in a moment for more.`,
      );

/** A tile with one number. */
export const figure = (words: string, number: number, kind = ""): HTMLElement =>
  element(
    "div",
    { class: `figure ${kind}` },
    element("span", { class: "number" }, numberText(number)),
    element("span", {}, words),
  );
