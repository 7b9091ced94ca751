import { z } from "zod";
import {
  RETENTION_HOLD,
  RETENTION_OVERVIEW,
  type RetentionHold,
} from "../../protocol/collector/retention.ts";
import type { HoldScope } from "../../protocol/retention/holdScope.ts";
import { holdSearch } from "../../protocol/retention/holdSearch.ts";
import { afterLifting, scopeWords } from "../../protocol/retention/retentionWords.ts";
import { type Command, EXIT, type Io, UsageError } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { SignedInCollector } from "./signedInCollector.ts";
import { withEngine } from "./target.ts";
import { printable, table } from "./text.ts";
import { timeOption } from "./timeOption.ts";

type Flags = ReturnType<typeof flags>["values"];
type Act = (server: SignedInCollector, json: boolean, io: Io) => Promise<void>;

/** `sluice collector holds [list | set | lift ID]`: what no age drops, by whom and why. */
export const holds: Command = (argv, io) => {
  const { values, positionals } = flags(argv);
  const [what = "list", id, ...rest] = positionals;
  if (rest.length > 0 || (what !== "lift" && id !== undefined))
    throw new UsageError(`sluice collector holds ${what} takes no "${rest[0] ?? id}".`);
  const act = actOf(what, id ?? "", values);
  if (what !== "list" && process.env.SLUICE_AGENT) {
    io.err(
      "SLUICE_AGENT is set here: this is a program's terminal, and a program decides about no hold.\nA person does it from their own terminal, or in the collector's console.\n",
    );
    return Promise.resolve(EXIT.denied);
  }
  return withEngine(io, async (engine) => {
    await act(new SignedInCollector(engine, io.signal), values.json === true, io);
    return EXIT.done;
  });
};

/** Everything that can be wrong with the line is found before anybody is asked. @throws UsageError */
function actOf(what: string, id: string, values: Flags): Act {
  if (what === "set") {
    const reason = reasonOf(values);
    const scope = scopeOf(values);
    return (server, json, io) => set(server, { ...scope, reason }, json, io);
  }
  for (const name of SCOPE_FLAGS)
    if (values[name] !== undefined) throw new UsageError(`--${name} is for sluice collector holds set.`);
  if (what === "list") return list;
  if (what !== "lift") throw new UsageError(`sluice collector holds takes list, set or lift, not "${what}".`);
  if (!/^[0-9a-f]{32}$/.test(id))
    throw new UsageError("sluice collector holds lift takes the id of a hold: 32 digits and letters a to f.");
  const reason = reasonOf(values);
  return (server, json, io) => lift(server, id, reason, json, io);
}

const list: Act = async (server, json, io) => {
  const { holds: all } = await server.get("/v1/retention", RETENTION_OVERVIEW);
  if (json) for (const hold of all) io.out(`${JSON.stringify(hold)}\n`);
  else if (all.length === 0) io.out("No hold was ever set.\n");
  else {
    const rows = all.map((hold) => [
      hold.id,
      hold.liftedAt === null ? "in force" : "lifted",
      hold.setAt,
      hold.setBy,
      `${wordsOf(hold)}; because: ${hold.reason}${endOf(hold)}`,
    ]);
    io.out(table(["id", "state", "set", "by", "holds"], rows, true));
  }
};

async function set(
  server: SignedInCollector,
  order: HoldScope & { readonly reason: string },
  json: boolean,
  io: Io,
): Promise<void> {
  const hold = await server.send("POST", "/v1/retention/holds", order, RETENTION_HOLD);
  tell(hold, `Kept from now on, however old: ${wordsOf(hold)}.`, json, io);
  if (await findsNothing(server, hold.scope))
    io.err("No record is found by that so far. If there should be some, look at how it is spelled.\n");
}

/** The hold stands already: where nobody can tell, nothing is said. */
async function findsNothing(server: SignedInCollector, scope: HoldScope): Promise<boolean> {
  const query = new URLSearchParams({ ...holdSearch(scope), limit: "1" });
  const found = await server.get(`/v1/search?${query}`, FOUND).catch(() => null);
  return found?.records.length === 0;
}

async function lift(
  server: SignedInCollector,
  id: string,
  reason: string,
  json: boolean,
  io: Io,
): Promise<void> {
  const { days } = await server.get("/v1/retention", RETENTION_OVERVIEW);
  const hold = await server.send("POST", `/v1/retention/holds/${id}/lift`, { reason }, RETENTION_HOLD);
  tell(hold, `Held no longer: ${wordsOf(hold)}. ${afterLifting(days)}`, json, io);
}

/** The id alone on stdout, so that a script has it; the rest for a person. */
function tell(hold: RetentionHold, words: string, json: boolean, io: Io): void {
  if (json) io.out(`${JSON.stringify(hold)}\n`);
  else {
    io.out(`${hold.id}\n`);
    io.err(`${printable(words)}\n`);
  }
}

const wordsOf = (hold: RetentionHold): string => scopeWords(hold, (iso) => iso);

function endOf({ liftedAt, liftedBy, liftReason }: RetentionHold): string {
  if (liftedAt === null) return "";
  return `; lifted ${liftedAt}${liftedBy === null ? "" : ` by ${liftedBy}: ${liftReason}`}`;
}

function scopeOf(values: Flags): HoldScope {
  const { actor = null, connection = null, column = null, everything = false } = values;
  const from = timeOption("--from", values.from);
  const to = timeOption("--to", endOfDay(values.to));
  const scope = { actor, connection, column, from, to };
  const narrowed = Object.values(scope).some((part) => part !== null);
  if (!narrowed && !everything)
    throw new UsageError(
      "Without --actor, --connection, --column, --from or --to a hold covers everything there is: say --everything if you mean that.",
    );
  if (narrowed && everything)
    throw new UsageError("--everything leaves nothing to narrow: give it alone, or leave it out.");
  return scope;
}

/** Holds include their end, so a day ends with its last moment. */
const endOfDay = (text: string | undefined): string | undefined =>
  text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999Z` : text;

function reasonOf({ reason = "" }: Flags): string {
  if (reason.trim() === "") throw new UsageError("Say why: --reason TEXT.");
  return reason;
}

const FOUND = z.object({ records: z.array(z.unknown()).readonly() });
const SCOPE_FLAGS = ["actor", "connection", "column", "from", "to", "everything"] as const;

const flags = (argv: readonly string[]) =>
  parseLine({
    args: [...argv],
    allowPositionals: true,
    options: {
      actor: { type: "string" },
      connection: { type: "string" },
      column: { type: "string" },
      from: { type: "string" },
      to: { type: "string" },
      everything: { type: "boolean" },
      reason: { type: "string" },
      json: { type: "boolean" },
    },
  });
