import type { CentralConnectionView } from "../../protocol/lease/centralConnection.ts";
import { button, element } from "../element.ts";
import type { Api } from "./api.ts";

interface Field {
  readonly shown: HTMLElement;
  readonly value: () => string;
}

const ENVIRONMENTS = ["production", "staging", "development"];
const TLS = ["verify", "require", "disable"];
const ENGINES = ["postgres", "mysql"];
const LENDINGS: Readonly<Record<string, string>> = {
  postgres_role: "PostgreSQL: a role of its own for each lease",
  mysql_user: "MySQL, MariaDB: an account of its own for each lease",
  static: "One login for everybody, which does not end",
};

const DEVICES = { any: "any of the person's", known: "those an administrator has confirmed" };

/** Fields of a connection; what they say is checked by the collector. A password is sent and never comes back. */
export function connectionForm(
  api: Api,
  before: CentralConnectionView | null,
  after: () => Promise<void>,
): HTMLElement {
  const { target, lending } = before ?? {};
  const id = text("Id, like orders-production", before?.id ?? "");
  const name = text("Name", target?.name ?? "");
  const engine = choice("Engine", ENGINES, target?.engine);
  const host = text("Host", target?.host ?? "");
  const port = text("Port", String(target?.port ?? 5432));
  const database = text("Database", target?.database ?? "");
  const environment = choice("Environment", ENVIRONMENTS, target?.environment);
  const tls = choice("TLS", TLS, target?.tls);
  const groups = text("Groups, with commas", before?.groups.join(", ") ?? "");
  const kind = choice("What is lent", Object.keys(LENDINGS), lending?.kind, LENDINGS);
  const roles = text(
    "Roles it is in (MySQL: one at most)",
    lending?.kind === "postgres_role"
      ? lending.roles.join(", ")
      : lending?.kind === "mysql_user"
        ? (lending.role ?? "")
        : "",
  );
  const privileges = text(
    "Privileges on the database (MySQL)",
    lending?.kind === "mysql_user" ? lending.privileges.join(", ") : "",
  );
  const minutes = text("Minutes", String(before?.minutes ?? 15));
  const devices = choice("To which devices", Object.keys(DEVICES), before?.devices ?? "any", DEVICES);
  const user = text("User of the collector's own login", before?.user ?? "");
  const password = text(before === null ? "Its password" : "Its password, where it changes", "", true);
  const told = element("span", { class: "failed", role: "alert" });
  const lendingOf = (): unknown => {
    if (kind.value() === "postgres_role")
      return { kind: kind.value(), roles: listOf(roles), mostConnections: mostOf(before) };
    if (kind.value() !== "mysql_user") return { kind: kind.value() };
    const [role = null] = listOf(roles);
    return {
      kind: kind.value(),
      privileges: listOf(privileges).map((each) => each.toUpperCase()),
      role,
      mostConnections: mostOf(before),
    };
  };
  const save = async (): Promise<void> => {
    told.textContent = "";
    const order = {
      after: before?.version ?? 0,
      definition: {
        target: {
          name: name.value(),
          engine: engine.value(),
          host: host.value(),
          port: Number(port.value()),
          database: database.value(),
          environment: environment.value(),
          tls: tls.value(),
        },
        groups: listOf(groups),
        lending: lendingOf(),
        minutes: Number(minutes.value()),
        ...(devices.value() === "known" ? { devices: "known" } : {}),
      },
      ...(password.value() === "" ? {} : { login: { user: user.value(), password: password.value() } }),
    };
    try {
      await api.send("PUT", `/v1/connections/${encodeURIComponent(id.value())}`, order);
      await after();
    } catch (error) {
      told.textContent = error instanceof Error ? error.message : String(error);
    }
  };
  const fields = [
    ...(before === null ? [id] : []),
    name,
    engine,
    host,
    port,
    database,
    environment,
    tls,
    groups,
    kind,
  ];
  return element(
    "div",
    { class: "fields" },
    ...[...fields, roles, privileges, minutes, devices, user, password].map(({ shown }) => shown),
    element(
      "div",
      { class: "bar" },
      button(before === null ? "Define" : "Save", "primary", () => void save()),
      told,
    ),
  );
}

function text(label: string, value: string, secret = false): Field {
  const type = secret ? { type: "password", autocomplete: "new-password" } : {};
  const field = element("vscode-text-field", type, label);
  field.value = value;
  return { shown: named(label, field), value: () => field.value };
}

function choice(
  label: string,
  values: readonly string[],
  chosen: string | undefined,
  words: Readonly<Record<string, string>> = {},
): Field {
  const options = values.map((value) =>
    element("option", { value, selected: value === chosen }, words[value] ?? value),
  );
  const select = element("select", { "aria-label": label }, ...options);
  return { shown: named(label, select), value: () => select.value };
}

/** The control bears the name itself, for who does not see it. */
const named = (label: string, control: HTMLElement): HTMLElement =>
  element("div", { class: "field" }, element("span", { "aria-hidden": "true" }, label), control);

const listOf = ({ value }: Field): readonly string[] =>
  value()
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

const mostOf = (before: CentralConnectionView | null): number =>
  before === null || before.lending.kind === "static" ? 10 : before.lending.mostConnections;
