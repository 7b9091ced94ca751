import { randomUUID } from "node:crypto";
import type { ConnectionProfile, EngineName, Environment, TlsMode } from "../../protocol/connection.ts";
import { connectionId } from "../../protocol/ids.ts";
import { DEFAULT_PORTS, defaultTls, parseAddress } from "./connectionAddress.ts";
import { askChoice, askText, type Choice, type StepAnswer, type StepPlace } from "./steps.ts";

/** What the person filled in. `password` undefined: none given, so a stored one stays. */
export interface FilledConnection {
  readonly profile: ConnectionProfile;
  readonly password: string | undefined;
}

interface Draft {
  readonly engine: EngineName;
  /** An address or the connection that is edited has said which kind of database it is. */
  readonly engineKnown: boolean;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly tls: TlsMode;
  readonly environment: Environment | undefined;
  readonly name: string;
}

interface Step {
  /** Whether there is anything to ask of such a connection. */
  applies(draft: Draft): boolean;
  ask(place: StepPlace, draft: Draft, editing: boolean): Promise<StepAnswer<Draft>>;
}

const always = (): boolean => true;
const ofServer = ({ engine }: Draft): boolean => engine !== "sqlite";
const ofFile = ({ engine }: Draft): boolean => engine === "sqlite";

const ENGINE_CHOICES: readonly Choice<EngineName>[] = [
  { label: "PostgreSQL", value: "postgres" },
  { label: "MySQL or MariaDB", value: "mysql" },
];

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
  {
    applies: always,
    async ask(place, draft) {
      const asked = await askText({
        ...place,
        prompt: "Host name, or a whole address",
        placeholder:
          "db.example.com · postgres://user@host/shop · mysql://user@host/shop · sqlite:/path/shop.db",
        value: draft.host,
        refuse: (text) => {
          if (text === "") return "Enter the name of the computer the database runs on.";
          return /^[a-z]+:\//i.test(text) && parseAddress(text) === null
            ? "This is not an address Sluice knows. Write it as postgres://user@host:5432/database, mysql://… or sqlite:/path."
            : undefined;
        },
      });
      return mapAnswer(asked, (text) => withAddress(draft, text));
    },
  },
  {
    applies: ({ engineKnown }) => !engineKnown,
    async ask(place, draft) {
      const asked = await askChoice(place, "What kind of database is it?", ENGINE_CHOICES, draft.engine);
      return mapAnswer(asked, (engine) => ({ ...draft, engine, port: DEFAULT_PORTS[engine] }));
    },
  },
  {
    applies: ofFile,
    async ask(place, draft) {
      const asked = await askText({
        ...place,
        prompt: "Path of the SQLite file, on this computer",
        value: draft.database,
        refuse: required("Enter the path of the file."),
      });
      return mapAnswer(asked, (database) => ({ ...draft, database }));
    },
  },
  {
    applies: ofServer,
    async ask(place, draft) {
      const asked = await askText({
        ...place,
        prompt: "Port",
        value: String(draft.port),
        refuse: (text) => (isPort(text) ? undefined : "A port is a number from 1 to 65535."),
      });
      return mapAnswer(asked, (text) => ({ ...draft, port: Number(text) }));
    },
  },
  {
    applies: ofServer,
    async ask(place, draft) {
      const asked = await askText({
        ...place,
        prompt: "Database",
        value: draft.database,
        refuse: required("Enter the database's name."),
      });
      return mapAnswer(asked, (database) => ({ ...draft, database }));
    },
  },
  {
    applies: ofServer,
    async ask(place, draft) {
      const asked = await askText({
        ...place,
        prompt: "User name on the server",
        value: draft.user,
        refuse: required("Enter the user name."),
      });
      return mapAnswer(asked, (user) => ({ ...draft, user }));
    },
  },
  {
    applies: ofServer,
    async ask(place, draft, editing) {
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
  },
  {
    applies: ofServer,
    async ask(place, draft) {
      const asked = await askChoice(place, "Encryption of the connection (TLS)", TLS_CHOICES, draft.tls);
      return mapAnswer(asked, (tls) => ({ ...draft, tls }));
    },
  },
  {
    applies: always,
    async ask(place, draft) {
      const asked = await askChoice(
        place,
        "What kind of environment is this?",
        ENVIRONMENT_CHOICES,
        draft.environment,
      );
      return mapAnswer(asked, (environment) => ({ ...draft, environment }));
    },
  },
  {
    applies: always,
    async ask(place, draft) {
      const asked = await askText({
        ...place,
        prompt: "Name of the connection",
        value: draft.name || suggestedName(draft),
        refuse: required("Enter a name to recognise the connection by."),
      });
      return mapAnswer(asked, (name) => ({ ...draft, name }));
    },
  },
];

/** Asks step by step for a connection, starting from `existing` where one is edited; null where cancelled. */
export async function fillConnection(existing: ConnectionProfile | null): Promise<FilledConnection | null> {
  const title = existing === null ? "Add Connection" : `Edit ${existing.name}`;
  let draft: Draft =
    existing === null
      ? EMPTY
      : { ...existing, engineKnown: true, environment: existing.environment, password: undefined };
  for (let index = 0; index < STEPS.length; ) {
    const asked = STEPS.filter((one) => one.applies(draft));
    const step = STEPS[index];
    if (step === undefined) break;
    if (!asked.includes(step)) {
      index += 1;
      continue;
    }
    const place = { title, step: asked.indexOf(step) + 1, totalSteps: asked.length };
    const answer = await step.ask(place, draft, existing !== null);
    if (answer.kind === "cancelled") return null;
    if (answer.kind === "back") {
      const before = asked[asked.indexOf(step) - 1];
      index = before === undefined ? 0 : STEPS.indexOf(before);
      continue;
    }
    draft = answer.value;
    index += 1;
  }
  return { profile: profileOf(draft, existing), password: draft.password };
}

const EMPTY: Draft = {
  engine: "postgres",
  engineKnown: false,
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
    engineKnown: true,
    database: address.database ?? draft.database,
    user: address.user ?? draft.user,
    password: address.password ?? draft.password,
    environment: address.environment ?? draft.environment,
  };
}

function profileOf(draft: Draft, existing: ConnectionProfile | null): ConnectionProfile {
  const { engine, host, port, database, user, tls, name, environment } = draft;
  const id = existing?.id ?? connectionId(randomUUID());
  const common = { id, engine, name, host, port, database, user, tls };
  return environment === undefined ? common : { ...common, environment };
}

const suggestedName = ({ engine, database, host }: Draft): string =>
  engine === "sqlite" ? (database.split(/[\\/]/).at(-1) ?? database) : `${database} on ${host}`;

function mapAnswer<A, B>(answer: StepAnswer<A>, map: (value: A) => B): StepAnswer<B> {
  return answer.kind === "answer" ? { kind: "answer", value: map(answer.value) } : answer;
}

const required = (sentence: string) => (text: string) => (text === "" ? sentence : undefined);
const isPort = (text: string): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
