import fs from "node:fs";
import { nodeVerifier } from "../../protocol/node/crypto.ts";
import type { Disbelief } from "../audit/sync/syncStore.ts";
import { readCollectorAddress } from "../collectorAddress.ts";
import type { Engine } from "../engine.ts";
import { type Command, EXIT, type Io, UsageError } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { continueAsLocalUser } from "./query.ts";
import { reasonOf } from "./reasonOf.ts";
import { withEngine } from "./target.ts";
import { printable } from "./text.ts";

/** `sluice device evidence [--out FILE]`: what shows that the collector is not to be believed. */
export const evidence: Command = (args, io) => {
  const { values } = parseLine({ args: [...args], options: { out: { type: "string" } } });
  return withEngine(io, async (engine) => {
    const found = disbeliefOf(engine, io);
    if (found === null) return EXIT.failed;
    const { url, at, what } = found;
    const shown: unknown = JSON.parse(found.evidence);
    const text = `${JSON.stringify({ collector: url, at, what, evidence: shown }, null, 2)}\n`;
    if (values.out === undefined) {
      io.out(text);
      return EXIT.done;
    }
    write(values.out, text);
    io.out(`${printable(values.out)}\n`);
    io.err(`Since ${at}: ${printable(`the collector ${url} ${what}`)}.\n`);
    return EXIT.done;
  });
};

/** `sluice device trust --reason TEXT`: a person goes on with a collector that was not believed; it is met anew. */
export const trust: Command = (args, io) => {
  const { values } = parseLine({ args: [...args], options: { reason: { type: "string" } } });
  const reason = reasonOf(values.reason);
  return withEngine(io, async (engine) => {
    const found = disbeliefOf(engine, io);
    if (found === null) return EXIT.failed;
    await continueAsLocalUser(engine, io);
    const { ledger, identity, sync } = engine.rooms;
    const known = ledger.collectors.find(found.url);
    // On record first: whatever happens then, it is known who went on, and against what.
    await ledger.append({
      kind: "collector_trusted",
      actor: identity.requireActor(),
      url: found.url,
      from: { log: known?.info.log ?? "", checkpoint: known?.checkpoint ?? null },
      evidence: nodeVerifier.sha256(found.evidence),
      reason,
    });
    ledger.collectors.meetAnew(found.url);
    const state = await sync?.now();
    if (state?.kind === "refused" || state?.kind === "behind") {
      if (state.problem !== undefined) io.err(`${state.problem.message}\n${state.problem.action}\n`);
      return EXIT.failed;
    }
    io.out(`The collector ${printable(found.url)} is trusted again, and holds every record.\n`);
    return EXIT.done;
  });
};

function disbeliefOf({ rooms: { home, ledger } }: Engine, io: Io): Disbelief | null {
  const address = readCollectorAddress(home.config, undefined);
  const found = address === null ? null : ledger.collectors.disbelief(address.replace(/\/+$/, ""));
  if (found === null) io.err("Nothing speaks against the collector that is set up here.\n");
  return found;
}

/** @throws UsageError where it cannot be written, or something is there. */
function write(file: string, text: string): void {
  try {
    fs.writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
