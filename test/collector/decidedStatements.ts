import type { RunningCollector } from "../../collector/start.ts";
import type { IntentBody } from "../../protocol/audit/record.ts";
import { intent, outcome } from "../audit/records.ts";
import { Hand, orderOf, type Stage, UPDATE } from "./approving.ts";
import type { TestDevice } from "./device.ts";
import { enrolled } from "./stores.ts";

/** Ada's statements on one device, one of each decision. */
export interface Decided {
  readonly device: TestDevice;
  /** Dana's. */
  readonly approval: string;
  /** Numbers of the records. */
  readonly places: {
    readonly held: number;
    readonly requested: number;
    readonly approved: number;
    /** Of the approved one. */
    readonly came: number;
    /** Under the same approval once more. */
    readonly misused: number;
    readonly blocked: number;
    readonly read: number;
  };
}

/** Has ada write, wait for dana, write twice under one approval, be refused, and read. */
export async function decideStatements(collector: RunningCollector, stage: Stage): Promise<Decided> {
  const device = await enrolled(collector, stage.tokens.ada, "ada");
  const order = orderOf(stage.provider, device);
  const actor: IntentBody["actor"] = {
    kind: "user",
    ...{ issuer: stage.provider.issuer, subject: "ada", name: "ada of the test", groups: [] },
  };
  const base = intent();
  const write: Partial<IntentBody> & Pick<IntentBody, "connection"> = {
    ...{ actor, statement: UPDATE, statementKind: "update", effect: "write", outputs: [] },
    ...{ verdict: "approve", writes: ["shop.people.note"], risk: 71 },
    connection: { ...base.connection, ...order.subject.connection },
  };
  const held = device.write({ ...intent(write), kind: "refused" }).seq;
  const hand = new Hand(() => collector, stage.tokens.ada);
  const approval = (await hand.ask(order)).body.id;
  const requested = device.write({
    kind: "approval_requested",
    ...{ actor, connection: write.connection, purpose: order.purpose },
    ...{ statement: UPDATE, statementHash: order.subject.statement, group: order.group, approval },
    task: null,
  }).seq;
  await new Hand(() => collector, stage.tokens.dana).decide(approval, "approve");
  await hand.redeem(approval, device);
  const grant = { id: approval, approvers: ["dana of the test"] };
  const approved = device.write(intent({ ...write, grant })).seq;
  const came = device.write(outcome(approved, { rows: 0, affected: 3, maskedCells: 0 })).seq;
  // The same approval a second time.
  const misused = device.write(intent({ ...write, grant })).seq;
  device.write(outcome(misused, { outcome: "rolled_back", rows: null, affected: 9, maskedCells: 0 }));
  const blocked = device.write({ ...intent({ ...write, verdict: "deny" }), kind: "refused" }).seq;
  const read = device.write(intent({ actor })).seq;
  device.write(outcome(read));
  const { status } = await device.send(collector.url);
  if (status !== 200) throw new Error(`Not taken: ${status}`);
  return { device, approval, places: { held, requested, approved, came, misused, blocked, read } };
}
