import { setTimeout as delay } from "node:timers/promises";
import { actorName } from "../../protocol/actor.ts";
import { parseRecord } from "../../protocol/audit/chain.ts";
import { counted } from "../../protocol/counted.ts";
import { EFFECT_WORDS, POLICY_EFFECTS, type PolicyEffect } from "../../protocol/policy/policyEffect.ts";
import { JUDGED_STATEMENTS, type JudgedStatements } from "../../protocol/policy/policyVersions.ts";
import { CollectorError } from "../audit/sync/collectorError.ts";
import { PolicyTrial, type Tried } from "../policyTrial.ts";
import { type NamedStatement, TrialSummary } from "../trialSummary.ts";
import { EXIT, type Io, UsageError } from "./command.ts";
import type { PolicyAct, PolicyFlags } from "./policy.ts";
import type { PolicyServer } from "./policyServer.ts";
import { printable, table } from "./text.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const PAUSES_MS = [1_000, 4_000, 15_000, 45_000];
const SHOWN = POLICY_EFFECTS.filter((effect) => effect !== "same");

/** What files, or a version, would have made of the statements of the last days. */
export const tryOut: PolicyAct = async (server, flags, io, [version]) => {
  const days = daysOf(flags.days);
  const candidate =
    version === undefined ? await server.candidate(flags, "candidate") : await server.version(version);
  if (candidate === null) throw new UsageError(`There is no version ${version}.`);
  const trial = await PolicyTrial.of(candidate, (one) => server.version(one));
  const summary = new TrialSummary();
  let dropped = 0;
  for await (const page of statements(server, days, io)) {
    dropped += page.dropped;
    for (const statement of page.statements) {
      const tried = await trial.judge(statement.body);
      summary.add(statement, tried);
      if (flags.json === true && tried.kind !== "same") io.out(`${JSON.stringify(told(statement, tried))}\n`);
    }
    await io.drained();
  }
  if (io.signal.aborted) io.err("Stopped: what follows is of the newest statements alone.\n");
  if (flags.json === true) io.out(`${JSON.stringify({ summary: inJson(summary, days, dropped) })}\n`);
  else printSummary(summary, { days, dropped, what: nameOf(flags, version) }, io);
  return io.signal.aborted ? EXIT.failed : EXIT.done;
};

const nameOf = (flags: PolicyFlags, version: number | undefined): string =>
  version !== undefined
    ? `Version ${version}`
    : flags.cedar === undefined && flags.guardrails === undefined && flags.labels === undefined
      ? "The policy in force"
      : "This policy";

function daysOf(text = "30"): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new UsageError(`--days takes a number from 1 to 999, not "${text}".`);
}

/** Newest first, a page at a time, until the first of the period or until somebody stops it. */
async function* statements(server: PolicyServer, days: number, io: Io) {
  const from = new Date(Date.now() - days * DAY_MS);
  let cursor: string | null = "";
  let seen = 0;
  while (cursor !== null && !io.signal.aborted) {
    const query = new URLSearchParams({ from: from.toISOString(), ...(cursor === "" ? {} : { cursor }) });
    const page: JudgedStatements | null = await patiently(io.signal, () =>
      server.get(`/v1/policy/statements?${query}`, JUDGED_STATEMENTS),
    );
    if (page === null) break;
    const found = page.records.flatMap(({ chain, seq, canonical }): readonly NamedStatement[] => {
      const record = parseRecord(canonical);
      const body = record?.body;
      return record !== null && (body?.kind === "intent" || body?.kind === "refused")
        ? [{ chain, seq, at: record.at, body }]
        : [];
    });
    seen += found.length;
    const last = found.at(-1);
    if (process.stderr.isTTY && last !== undefined)
      io.err(`\r${seen.toLocaleString("en")} statements, back to ${last.at.slice(0, 10)} `);
    yield { statements: found, dropped: page.dropped };
    cursor = page.next;
  }
  if (process.stderr.isTTY) io.err("\n");
}

/** A collector that is busy, or away for a moment, is asked again; null once somebody stops it. */
async function patiently<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T | null> {
  for (const pause of [...PAUSES_MS, null]) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) return null;
      const away = error instanceof CollectorError && error.failure.kind === "unreachable";
      if (pause === null || !away) throw error;
      await delay(pause, undefined, { signal }).catch(() => {});
    }
  }
  return null;
}

function told({ chain, seq, at, body }: NamedStatement, tried: Exclude<Tried, { kind: "same" }>) {
  const { kind, ...what } = tried;
  return {
    chain,
    seq,
    at,
    actor: actorName(body.actor),
    connection: body.connection.name,
    statement: body.statement,
    ...(kind === "cannot_tell" ? { effects: ["unknown"] } : {}),
    ...what,
  };
}

function inJson(summary: TrialSummary, days: number, dropped: number) {
  return {
    days,
    judged: summary.judged,
    dropped,
    effects: Object.fromEntries(SHOWN.map((effect) => [effect, summary.of(effect)])),
    maskedColumns: summary.maskedColumns,
    rules: summary.rules,
    cannotTell: summary.whys,
  };
}

function printSummary(
  summary: TrialSummary,
  { days, dropped, what }: { readonly days: number; readonly dropped: number; readonly what: string },
  io: Io,
): void {
  const of = `${counted(summary.judged, "statement")} of ${counted(days, "day")}`;
  const effects = SHOWN.filter((effect) => summary.of(effect).statements > 0);
  if (effects.length === 0) io.out(`${what} would have changed nothing in ${of}.\n`);
  else io.out(`${what} would have, in ${of}:\n`);
  for (const effect of effects) io.out(`  ${effectWords(summary, effect)}\n`);
  if (dropped > 0) io.out(`  ${counted(dropped, "record")} without a text any more were left out.\n`);
  for (const { why, statements: many } of summary.whys) io.out(`  ${many} × ${why}\n`);
  if (summary.rules.length > 0) {
    const rows = summary.rules.map((one) => [
      printable(one.rule),
      String(one.statements),
      String(one.people),
    ]);
    io.out(`\n${table(["rule", "statements", "people"], rows)}`);
  }
  for (const effect of effects) {
    io.out(`\n── ${EFFECT_WORDS[effect]}\n`);
    for (const { at, chain, seq, body } of summary.named(effect))
      io.out(
        `${at}  ${printable(actorName(body.actor))}  ${printable(body.connection.name)}  ${chain.slice(0, 12)}/${seq}\n    ${printable(body.statement.replace(/\s+/g, " ").slice(0, 160))}\n`,
      );
    const left = summary.of(effect).statements - summary.named(effect).length;
    if (left > 0) io.out(`… and ${counted(left, "other")}; --json tells all.\n`);
  }
  io.out(
    "\nLabels that follow others, by foreign keys or copies, are not foreseen; nor is what people would have asked instead.\n",
  );
}

function effectWords(summary: TrialSummary, effect: PolicyEffect): string {
  const { statements: many, people } = summary.of(effect);
  const columns =
    effect === "masked" ? ` (${counted(summary.maskedColumns, "column")} more in their results)` : "";
  return `${EFFECT_WORDS[effect]} ${counted(many, "statement")} by ${counted(people, "person", "people")}${columns}`;
}
