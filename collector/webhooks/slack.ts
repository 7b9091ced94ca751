import type { ApprovalEvent } from "./event.ts";

/** Longest text of a section. */
const MOST = 2_900;

/** A message as Slack takes it. What people wrote stays plain text: it can neither address anybody nor show a link. */
export function slackMessage(event: ApprovalEvent): {
  readonly text: string;
  readonly blocks: readonly unknown[];
} {
  const { approval, link } = event;
  const { asked, connection, requester } = approval;
  const headline = headlineOf(event);
  const where = `${connection.name} (${connection.environment})`;
  const facts = [
    approval.program?.asks === "person"
      ? `For ${requester.name} alone, in their editor or here: ${where}`
      : `For ${approval.group}, ${approval.needed} of them: ${where}`,
    `Purpose: ${approval.purpose}`,
    ...(asked.kind === "statement"
      ? [`Why it needs approval: ${asked.reason} Risk ${Math.round(asked.risk)} of 100.`]
      : [`For ${asked.minutes} minutes.`]),
    ...(approval.state === "pending" ? [`Can be answered until ${approval.expiresAt}.`] : []),
    ...(approval.state === "granted" && approval.notAfter !== null
      ? [`Good until ${approval.notAfter}.`]
      : []),
  ].join("\n");
  return {
    text: escaped(`${headline} ${requester.name}: ${where}${link === null ? "" : ` ${link}`}`),
    blocks: [
      { type: "section", text: plain(headline) },
      {
        type: "rich_text",
        elements: [
          {
            type: "rich_text_preformatted",
            elements: [{ type: "text", text: asked.kind === "statement" ? asked.statement : asked.right }],
          },
        ],
      },
      { type: "section", text: plain(facts) },
      ...(link === null
        ? []
        : [{ type: "rich_text", elements: [{ type: "rich_text_section", elements: [linkTo(link)] }] }]),
    ],
  };
}

function headlineOf({ event, by, approval }: ApprovalEvent): string {
  const { requester, asked, program } = approval;
  const asker = program === null ? requester.name : `${program.agent}, an AI agent of ${requester.name},`;
  const what =
    asked.kind === "statement"
      ? `${article(asked.statementKind)} ${asked.statementKind} statement`
      : "a right for a while";
  const [, step = ""] = event.split(".");
  if (step === "opened") return `${asker} asks for approval of ${what}.`;
  const request = `The request of ${program === null ? "" : `${program.agent} for `}${requester.name} for ${what}`;
  const who = by === null ? "" : ` by ${by.name}`;
  if (step === "answered") return `${request} was approved${who}; others still have to.`;
  return step === "expired" ? `${request} expired.` : `${request} was ${step.replace("_", " ")}${who}.`;
}

const article = (word: string): string => (/^[aeiou]/i.test(word) ? "an" : "a");

const linkTo = (url: string) => ({ type: "link", url, text: "Open the request" });

const plain = (text: string) => ({
  type: "plain_text",
  text: text.length <= MOST ? text : `${text.slice(0, MOST).toWellFormed()}…`,
  emoji: false,
});

/** The fallback is read as markup. */
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
