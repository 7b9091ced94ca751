import { randomUUID } from "node:crypto";
import type { ConnectionProfile, Environment, TlsMode } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import { defaultTls, parseAddress } from "./connectionAddress.ts";
import { askChoice, askText, type Choice, type StepAnswer, type StepPlace } from "./steps.ts";

/** What the person filled in. `password` undefined: none given, so a stored one stays. */
export interface FilledConnection {
  readonly profile: ConnectionProfile;
  readonly password: string | undefined;
}

interface Draft {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly tls: TlsMode;
  readonly environment: Environment | undefined;
  readonly name: string;
}

type Step = (place: StepPlace, draft: Draft, editing: boolean) => Promise<StepAnswer<Draft>>;

const TLS_CHOICES: readonly Choice<TlsMode>[] = [
  { label: "Verify", description: "encrypted; certificate chain and host name are checked", value: "verify" },
  { label: "Require", description: "encrypted; the server is not checked", value: "require" },
  { label: "Disable", description: "not encrypted; only for this computer", value: "disable" },
];
const ENVIRONMENT_CHOICES: readonly Choice<Environment | undefined>[] = [
  {
    label: "$(circle-filled) Production",
    description: "masked and guarded most strictly",
    value: "production",
  },
  { label: "$(circle-filled) Staging", value: "staging" },
  { label: "$(circle-filled) Development", value: "development" },
  { label: "$(question) Not set", description: "treated as production", value: undefined },
];

const STEPS: readonly Step[] = [
  async (place, draft) => {
    const asked = await askText({
      ...place,
      prompt: "Host name, or a whole postgres:// address",
      placeholder: "db.example.com  or  postgres://user@db.example.com:5432/shop",
      value: draft.host,
      refuse: (text) => {
        if (text === "") return "Enter the name of the computer the database runs on.";
        return text.includes("://") && parseAddress(text) === null
          ? "This is not a postgres:// address. Write it as postgres://user@host:5432/database."
          : undefined;
      },
    });
    return mapAnswer(asked, (text) => withAddress(draft, text));
  },
  async (place, draft) => {
    const asked = await askText({
      ...place,
      prompt: "Port",
      value: String(draft.port),
      refuse: (text) => (isPort(text) ? undefined : "A port is a number from 1 to 65535."),
    });
    return mapAnswer(asked, (text) => ({ ...draft, port: Number(text) }));
  },
  async (place, draft) => {
    const asked = await askText({
      ...place,
      prompt: "Database",
      value: draft.database,
      refuse: required("Enter the database's name."),
    });
    return mapAnswer(asked, (database) => ({ ...draft, database }));
  },
  async (place, draft) => {
    const asked = await askText({
      ...place,
      prompt: "User name on the server",
      value: draft.user,
      refuse: required("Enter the user name."),
    });
    return mapAnswer(asked, (user) => ({ ...draft, user }));
  },
  async (place, draft, editing) => {
    const asked = await askText({
      ...place,
      prompt: editing
        ? "Password; leave it empty to keep the stored one"
        : "Password; kept in this editor's secret storage",
      value: draft.password ?? "",
      password: true,
      refuse: () => undefined,
    });
    return mapAnswer(asked, (text) => ({ ...draft, password: text === "" ? undefined : text }));
  },
  async (place, draft) => {
    const asked = await askChoice(place, "Encryption of the connection (TLS)", TLS_CHOICES, draft.tls);
    return mapAnswer(asked, (tls) => ({ ...draft, tls }));
  },
  async (place, draft) => {
    const asked = await askChoice(
      place,
      "What kind of environment is this?",
      ENVIRONMENT_CHOICES,
      draft.environment,
    );
    return mapAnswer(asked, (environment) => ({ ...draft, environment }));
  },
  async (place, draft) => {
    const asked = await askText({
      ...place,
      prompt: "Name of the connection",
      value: draft.name || `${draft.database} on ${draft.host}`,
      refuse: required("Enter a name to recognise the connection by."),
    });
    return mapAnswer(asked, (name) => ({ ...draft, name }));
  },
];

/** Asks step by step for a connection, starting from `existing` where one is edited; null where cancelled. */
export async function fillConnection(existing: ConnectionProfile | null): Promise<FilledConnection | null> {
  const title = existing === null ? "Add Connection" : `Edit ${existing.name}`;
  let draft: Draft =
    existing === null ? EMPTY : { ...existing, environment: existing.environment, password: undefined };
  for (let index = 0; index < STEPS.length; ) {
    const step = STEPS[index];
    if (step === undefined) break;
    const answer = await step({ title, step: index + 1, totalSteps: STEPS.length }, draft, existing !== null);
    if (answer.kind === "cancelled") return null;
    if (answer.kind === "back") {
      index -= 1;
      continue;
    }
    draft = answer.value;
    index += 1;
  }
  return { profile: profileOf(draft, existing), password: draft.password };
}

const EMPTY: Draft = {
  host: "",
  port: 5432,
  database: "",
  user: "",
  password: undefined,
  tls: "require",
  environment: undefined,
  name: "",
};

function withAddress(draft: Draft, text: string): Draft {
  const address = parseAddress(text);
  if (address === null)
    return { ...draft, host: text, tls: draft.host === text ? draft.tls : defaultTls(text) };
  return {
    ...draft,
    ...address,
    database: address.database ?? draft.database,
    user: address.user ?? draft.user,
    password: address.password ?? draft.password,
    environment: address.environment ?? draft.environment,
  };
}

function profileOf(draft: Draft, existing: ConnectionProfile | null): ConnectionProfile {
  const { host, port, database, user, tls, name, environment } = draft;
  const id = existing?.id ?? connectionId(randomUUID());
  const common = { id, engine: "postgres", name, host, port, database, user, tls } as const;
  return environment === undefined ? common : { ...common, environment };
}

function mapAnswer<A, B>(answer: StepAnswer<A>, map: (value: A) => B): StepAnswer<B> {
  return answer.kind === "answer" ? { kind: "answer", value: map(answer.value) } : answer;
}

const required = (sentence: string) => (text: string) => (text === "" ? sentence : undefined);
const isPort = (text: string): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
