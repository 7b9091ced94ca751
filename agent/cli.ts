#!/usr/bin/env node
import { type Command, EXIT, type Io, UsageError } from "./cli/command.ts";

/** A command loads what it needs when it is called: most need little of what others do. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  query: async () => (await import("./cli/query.ts")).query,
  check: async () => (await import("./cli/check.ts")).check,
  classify: async () => (await import("./cli/classify.ts")).classify,
  connections: async () => (await import("./cli/connections.ts")).connections,
  redact: async () => (await import("./cli/redact.ts")).redact,
  audit: async () => (await import("./cli/audit.ts")).audit,
  approvals: async () => (await import("./cli/approvals.ts")).approvals,
  tasks: async () => (await import("./cli/tasks.ts")).tasks,
  mcp: async () => (await import("./cli/mcp.ts")).mcp,
  elevations: async () => (await import("./cli/elevations.ts")).elevations,
  policy: async () => (await import("./cli/policy.ts")).policy,
  collector: async () => (await import("./cli/collector.ts")).collector,
  device: async () => (await import("./cli/device.ts")).device,
  login: async () => (await import("./cli/identity.ts")).login,
  logout: async () => (await import("./cli/identity.ts")).logout,
  whoami: async () => (await import("./cli/identity.ts")).whoami,
};

const HELP = `sluice: databases made safe to hand to people and agents

  sluice query -c <name|url> [--as person|agent|service] [--purpose TEXT] [--file F] [--keep-going] [--json] [SQL]
  sluice query -c <name|url> --ask PURPOSE [--wait] [--json] [SQL]      asks for approval where it is needed
  sluice query -c <name|url> --approval ID [--json] [SQL]
  sluice approvals list | show ID | withdraw ID | take-back ID [--reason TEXT] [--json]
  sluice approvals approve ID [--reason TEXT] | deny ID --reason TEXT [--json]
  sluice query -c <name|url> --as agent|service --purpose TEXT [--task ID] [--json] [SQL]
  sluice mcp [--as agent|service]                         the tools for AI agents, on standard input and output
  sluice mcp --http [--port N] [--audience A] [--host H --cert FILE --key FILE] [--public-url URL] [--allow-origin O]...
  sluice tasks list | show ID [--today] | resume ID --reason TEXT | end ID [--json]
  sluice elevations ask -c <name|url> --see schema.table.column... | --write  --purpose TEXT [--minutes N] [--wait] [--json]
  sluice elevations list | approve ID [--reason TEXT] | deny ID --reason TEXT | withdraw ID | end ID [--json]
  sluice check -c <name|url> [--as person|agent|service] [--purpose TEXT] [--file F] [--json] [SQL]
  sluice check --schema ddl.sql [--dialect postgres|mysql|sqlite] [--environment production|staging|development]
               [--as person|agent|service] [--file F] [--json] [SQL]
  sluice connections [--json]
  sluice classify -c <name|url> | --csv FILE | --schema ddl.sql [--dialect postgres|mysql|sqlite] [--json]
  sluice classify correct -c <name|url> schema.table.column --is TYPE [--level L] --reason TEXT [--json]
  sluice classify correct -c <name|url> schema.table.column --undo --reason TEXT
  sluice redact [--json]                                  text on standard input
  sluice audit list [--limit N] [--json] | export [--format jsonl|csv|ocsf|syslog]
  sluice audit verify [--ledger FILE] [--json]
  sluice audit verify --bundle FILE | --collector URL  --log-key KEY | --take-key  [--checkpoint FILE] [--json]
  sluice audit bundle --out FILE [--collector URL [--chain ID|all]... [--from T] [--to T] [--checkpoint FILE]] [--force]
  sluice audit models [--type TYPE] [--environment E] [--json]   what each AI model has been shown, by label
  sluice audit suggestions [--json]                       which suggestions of models led to which changes
  sluice audit sync [--json]                              sends what the collector has not got
  sluice policy show [N] | history | diff [N [M]] [FILES] | try [N] [FILES] [--days D] [--json]
  sluice policy publish | observe --comment TEXT [FILES]  FILES: [--cedar F] [--guardrails F] [--labels F] [--valid-hours N]
  sluice policy observed [--json] | enforce | drop --reason TEXT | rollback N [--comment TEXT]
  sluice login [--device] | logout | whoami
  sluice device [--json]                                  this device's keys and ledger, and what became of them
  sluice device rotate-key [--reason TEXT] [--json]       a new key signs, the one before is revoked and destroyed
  sluice device begin-ledger --reason TEXT [--json]       closes and keeps this ledger, and goes on in a new one
  sluice device evidence [--out FILE] | trust --reason TEXT   of a collector that is not believed any more
  sluice collector --issuer URL --client-id ID --data FOLDER   (see docs/collector.md)
  sluice collector retention [--json]                     what is dropped of old records, and how far that has come
  sluice collector devices [--json] | devices lost|revoke|activate|release ID --reason TEXT [--json]
  sluice collector holds [--json] | holds lift ID --reason TEXT [--json]
  sluice collector holds set --reason TEXT [--actor IDENTITY] [--connection NAME] [--column schema.table[.column]]
               [--from T] [--to T] | --everything [--json]

SQL comes from the command line, --file, or standard input.
Exit: 0 done, 1 failed, 2 usage, 3 denied, 4 waits for approval. State is kept in SLUICE_HOME (~/.sluice).`;

/** Runs one command line; answers the exit code. */
async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name = "help", ...rest] = argv;
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    const asked = ["help", "--help", "-h"].includes(name);
    (asked ? io.out : io.err)(`${asked ? "" : `There is no command "${name}".\n\n`}${HELP}\n`);
    return asked ? EXIT.done : EXIT.usage;
  }
  try {
    const command = await load();
    return await command(rest, io);
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`${error.message}\n\n${HELP}\n`);
      return EXIT.usage;
    }
    const { problemOf } = await import("./problemOf.ts");
    const problem = problemOf(error);
    io.err(`${problem.message}\n${problem.action}\n`);
    if (problem.code === "internal" && process.env.SLUICE_DEBUG) console.error(error);
    return EXIT.failed;
  }
}

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());
process.stdout.on("error", () => process.exit(EXIT.failed));

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  drained: () =>
    process.stdout.writableNeedDrain
      ? new Promise((resolve) => process.stdout.once("drain", () => resolve()))
      : Promise.resolve(),
  signal: interrupted.signal,
});
