import type { CentralConnectionView, Lending } from "../../protocol/lease/centralConnection.ts";
import type { LeaseView } from "../../protocol/lease/lease.ts";
import { element } from "../element.ts";
import type { Api } from "./api.ts";
import { connectionForm } from "./connectionForm.ts";
import { reasonBar } from "./decision.ts";
import { leaseTable } from "./leaseTable.ts";
import { environmentMark, facts, section } from "./parts.ts";
import type { View, ViewContext } from "./view.ts";
import { timeText } from "./words.ts";

/** The connections the collector keeps, and the logins it has lent. Who may change them is the collector's to say. */
export async function connectionsView({ api, me }: Pick<ViewContext, "api" | "me">): Promise<View> {
  const [{ connections }, { leases }] = await Promise.all([
    api.get<{ connections: readonly CentralConnectionView[] }>("/v1/connections/all"),
    api.get<{ leases: readonly LeaseView[] }>("/v1/leases", { box: "all" }),
  ]);
  const admin = me.roles.includes("admin");
  const body = element("div", {});
  const again = async (): Promise<void> => {
    const { body: next } = await connectionsView({ api, me });
    body.replaceWith(next);
  };
  body.append(
    section(
      "Connections",
      ...(connections.length === 0
        ? [element("p", { class: "note" }, "None is defined.")]
        : connections.map((each) => connectionCard(each, admin ? api : null, again))),
    ),
  );
  if (admin)
    body.append(
      section(
        "Define a connection",
        element(
          "details",
          {},
          element("summary", {}, "A database people are lent logins for"),
          connectionForm(api, null, again),
        ),
      ),
    );
  body.append(section("Logins lent", leaseTable(leases, admin ? api : null)));
  return { title: "Connections", body };
}

function connectionCard(
  connection: CentralConnectionView,
  api: Api | null,
  again: () => Promise<void>,
): HTMLElement {
  const { id, target, groups, lending, minutes, user, version, changedBy, changedAt } = connection;
  const card = element(
    "article",
    { class: "approval", "aria-label": target.name },
    element("p", {}, element("b", {}, target.name), ` (${id}) `, environmentMark(target.environment)),
    facts(
      ["Database", `${target.engine} ${target.host}:${target.port}/${target.database}, TLS ${target.tls}`],
      ["For", groups.join(", ")],
      ["Lends", lendingText(lending)],
      ["Minutes", String(minutes)],
      ["Devices", connection.devices === "known" ? "those an administrator has confirmed" : "any"],
      ["Its own login", user],
      ["Changed", `${timeText(changedAt)} by ${changedBy}, version ${version}`],
    ),
  );
  if (api === null) return card;
  card.append(
    element("details", {}, element("summary", {}, "Change"), connectionForm(api, connection, again)),
    reasonBar("Remove", async (reason) => {
      await api.send("POST", `/v1/connections/${id}/remove`, { reason });
      await again();
    }),
  );
  return card;
}

function lendingText(lending: Lending): string {
  switch (lending.kind) {
    case "postgres_role":
      return `a role of its own in ${lending.roles.join(", ")}`;
    case "mysql_user":
      return `an account of its own with ${[...lending.privileges, ...(lending.role === null ? [] : [`the role ${lending.role}`])].join(", ")}`;
    case "static":
      return "one login for everybody, which does not end";
  }
}
