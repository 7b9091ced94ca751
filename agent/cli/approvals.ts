import { parseArgs } from "node:util";
import { isAnsweredHere } from "../../protocol/approval/answeredHere.ts";
import type { Approval } from "../../protocol/approval/approval.ts";
import {
  agentText,
  approvalRows,
  approvalStatus,
  approvalTitle,
  askerName,
  placeText,
} from "../../protocol/approval/approvalWords.ts";
import { letsGoOn } from "../../protocol/approval/stoppedTask.ts";
import { ApprovalError } from "../approvals/approvalError.ts";
import type { Approvals } from "../approvals/approvals.ts";
import { type Command, EXIT, type Io, UsageError } from "./command.ts";
import { withEngine } from "./target.ts";
import { printable, table, underlined } from "./text.ts";

/** `sluice approvals list | show | approve | deny | withdraw | take-back`: what others ask of this person, and the other way round. */
export const approvals: Command = (argv, io) => {
  const { values, positionals } = parse(argv);
  const [what = "list", id, ...rest] = positionals;
  const json = values.json === true;
  if (rest.length > 0 || (what === "list" && id !== undefined))
    throw new UsageError(`sluice approvals ${what} takes no "${rest[0] ?? id}".`);
  if (what === "deny" && (values.reason ?? "").trim() === "") throw new UsageError("Say why: --reason TEXT.");
  const act = ACTS.get(what);
  if (act === undefined && what !== "list")
    throw new UsageError(
      `sluice approvals takes list, show, approve, deny, withdraw or take-back, not "${what}".`,
    );
  if (act !== undefined && isAnsweredHere(id ?? ""))
    throw new UsageError(
      "What an AI agent of yours waits for is answered in the editor, on the page that shows it.",
    );
  if (act !== undefined && !/^[0-9a-f]{32}$/.test(id ?? ""))
    throw new UsageError(
      `sluice approvals ${what} takes the id of an approval: 32 digits and letters a to f.`,
    );
  return withEngine(io, async (engine) => {
    const room = engine.approvals;
    if (act === undefined) {
      await list(room, json, io);
      return EXIT.done;
    }
    try {
      const approval = await act(room, await room.find(id ?? ""), values.reason ?? "");
      if (json) io.out(`${JSON.stringify(approval)}\n`);
      else if (what === "show") show(approval, io);
      else io.out(`${printable(approvalStatus(approval, new Date()))}\n`);
      return EXIT.done;
    } catch (error) {
      if (!(error instanceof ApprovalError) || error.problem.code !== "approval-not-yours") throw error;
      io.err(`${error.problem.message}\n${error.problem.action}\n`);
      return EXIT.denied;
    }
  });
};

type Act = (approvals: Approvals, approval: Approval, reason: string) => Promise<Approval>;
const ACTS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ["show", async (_approvals, approval) => approval],
  ["approve", (approvals, approval, reason) => approvals.decide(approval, "approve", reason)],
  ["deny", (approvals, approval, reason) => approvals.decide(approval, "deny", reason)],
  ["withdraw", (approvals, approval) => approvals.withdraw(approval)],
  ["take-back", (approvals, approval, reason) => approvals.takeBack(approval, reason)],
]);

async function list(approvals: Approvals, json: boolean, io: Io): Promise<void> {
  const [decide, active, mine] = [
    await approvals.list("decide"),
    await approvals.list("active"),
    await approvals.list("mine"),
  ];
  const own = new Set(mine.map(({ id }) => id));
  const boxed = [
    ...decide.map((approval) => ({ box: "decide", approval })),
    ...active.flatMap((approval) => (own.has(approval.id) ? [] : [{ box: "active", approval }])),
    ...mine.map((approval) => ({ box: "mine", approval })),
  ];
  if (json) {
    for (const { box, approval } of boxed) io.out(`${JSON.stringify({ box, ...approval })}\n`);
    return;
  }
  io.out(
    table(
      ["id", "for", "requester", "connection", "status", "statement"],
      boxed.map(({ box, approval }) => [
        approval.id,
        box === "mine" ? "others" : "you",
        askerName(approval),
        `${approval.order.connectionName} (${approval.order.subject.connection.environment})`,
        approvalStatus(approval, new Date()),
        approvalTitle(approval),
      ]),
    ),
  );
}

/** Everything an approver has to know. What is in it came from another machine. */
function show(approval: Approval, io: Io): void {
  const { order, decisions } = approval;
  const { connection } = order.subject;
  const line = (name: string, text: string): void => {
    if (text !== "") io.out(`${name.padEnd(12)}${printable(text.replace(/\s+/g, " "))}\n`);
  };
  line("Status", approvalStatus(approval, new Date()));
  line("Requester", `${askerName(approval)}, on ${order.device}`);
  line("AI agent", agentText(order));
  line("Purpose", order.purpose);
  const place = connection.host === "" ? "" : `${connection.host}:${connection.port}/`;
  const target = letsGoOn(order) ? "" : `, ${connection.engine}, ${place}${connection.database}`;
  line("Connection", `${placeText(order)}${target}`);
  line("Reads", order.reads.join(", "));
  line("Writes", order.writes.join(", "));
  line("Rows", approvalRows(order));
  for (const { name, infoType, level, mask } of order.columns.filter((column) => column.infoType !== null))
    line("Column", `${name}: ${infoType} (${level}), ${mask === null ? "shown" : `masked (${mask})`}`);
  const factors = order.risk.factors.map(({ name, points }) => `${name} +${points}`).join(", ");
  line("Risk", `${order.risk.score}${factors === "" ? "" : ` (${factors})`}`);
  line("Why", order.reason);
  for (const { by, decision, reason, at } of decisions)
    line("Decision", `${by.name} ${decision === "approve" ? "approved" : "denied"} ${at} ${reason}`);
  io.out(`\n${printable(order.statement)}\n`);
  for (const { rule, message, start, end } of order.findings)
    io.out(
      `\n  ${printable(`${rule}: ${message}`)}\n${start < end ? underlined(order.statement, start, end) : ""}`,
    );
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { reason: { type: "string" }, json: { type: "boolean" } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
