import type { Approval } from "../../protocol/approval/approval.ts";
import { askerName } from "../../protocol/approval/approvalWords.ts";
import type { Elevation } from "../../protocol/approval/elevation.ts";
import { visibleText } from "../../protocol/visibleText.ts";
import { element } from "../element.ts";
import { environmentMark, link, statementLine, table } from "./parts.ts";
import { timeText } from "./words.ts";

interface Listed {
  readonly createdAt: string;
  readonly cells: readonly (Node | string | null)[];
}

/** Requests of both kinds, newest first, each with its page and with its records. */
export function requestTable(
  caption: string,
  approvals: readonly Approval[],
  elevations: readonly Elevation[],
  empty: string,
): HTMLElement {
  const rows = [...approvals.map(approvalRow), ...elevations.map(elevationRow)].toSorted((one, other) =>
    other.createdAt.localeCompare(one.createdAt),
  );
  return table(
    caption,
    ["Asked", "By", "Where", "What", "State", "Answers", "Records"],
    rows.map(({ cells }) => cells),
    empty,
  );
}

function approvalRow(approval: Approval): Listed {
  const { id, order } = approval;
  return row(approval, {
    at: ["approvals", id],
    by: askerName(approval),
    what: statementLine(order.statement),
    records: link("records", ["search"], { approval: id }),
  });
}

function elevationRow(elevation: Elevation): Listed {
  const { id, order } = elevation;
  const { right } = order.subject;
  const words = right.kind === "write" ? "to write" : `to see ${right.columns.join(", ")}`;
  return row(elevation, {
    at: ["elevations", id],
    by: elevation.requester.name,
    what: `${words}, for ${order.minutes} minutes`,
    records: link("records", ["search"], { elevation: id }),
  });
}

function row(
  { createdAt, order, state, decisions }: Approval | Elevation,
  {
    at,
    by,
    what,
    records,
  }: {
    readonly at: readonly string[];
    readonly by: string;
    readonly what: Node | string;
    readonly records: Node;
  },
): Listed {
  const { environment } = order.subject.connection;
  const answers = decisions.map(
    ({ by, decision }) => `${by.name} ${decision === "approve" ? "agreed" : "denied"}`,
  );
  return {
    createdAt,
    cells: [
      link(timeText(createdAt), at),
      by,
      element("span", {}, visibleText(order.connectionName), " ", environmentMark(environment)),
      what,
      state,
      answers.join(", "),
      records,
    ],
  };
}
