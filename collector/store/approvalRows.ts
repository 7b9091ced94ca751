import type { ApprovalPerson } from "../../protocol/approval/approval.ts";
import { APPROVAL_REQUEST, type ApprovalRequest, dueAt } from "../approvals/request.ts";
import type { ApprovalTables, DeliveryQueue, RequestSearch } from "../approvals/tables.ts";
import type { Delivery } from "../webhooks/delivery.ts";
import type { Sql, SqlValue } from "./sql.ts";

interface BodyRow {
  readonly body: string;
}

/** Whole numbers come as text from PostgreSQL. */
interface DeliveryRow {
  readonly id: string;
  readonly hook: string;
  readonly body: string;
  readonly tries: number | string;
  readonly due_at: number | string;
  readonly created_at: number | string;
}

type Condition = readonly [string, readonly SqlValue[]];

/** Requests and messages in either store, over a connection that reads or one that is inside of a commit. */
export class ApprovalRows implements ApprovalTables {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async find(id: string): Promise<ApprovalRequest | null> {
    const [row] = await this.#sql.all<BodyRow>("SELECT body FROM approvals WHERE id = ?", [id]);
    return row === undefined ? null : requestOf(row);
  }

  async search({
    kind,
    requester,
    groups,
    state,
    after,
    limit,
  }: RequestSearch): Promise<readonly ApprovalRequest[]> {
    const conditions: Condition[] = [["kind = ?", [kind]]];
    const whose: Condition[] = [];
    if (requester !== undefined)
      whose.push(["(issuer = ? AND subject = ?)", [requester.issuer, requester.subject]]);
    if (groups !== undefined)
      whose.push(groups.length === 0 ? ["1 = 0", []] : [`grp IN (${places(groups)})`, groups]);
    if (whose.length > 0)
      conditions.push([`(${whose.map(([text]) => text).join(" OR ")})`, whose.flatMap(([, given]) => given)]);
    if (state !== undefined) conditions.push(["state = ?", [state]]);
    if (after !== undefined)
      conditions.push([
        "created_at <= ? AND (created_at < ? OR id > ?)",
        [after.createdAt, after.createdAt, after.id],
      ]);
    const rows = await this.#sql.all<BodyRow>(
      `SELECT body FROM approvals WHERE ${conditions.map(([text]) => text).join(" AND ")}
       ORDER BY created_at DESC, id LIMIT ?`,
      [...conditions.flatMap(([, values]) => values), limit],
    );
    return rows.map(requestOf);
  }

  async count(requester: Pick<ApprovalPerson, "issuer" | "subject">, since: number): Promise<number> {
    const [row] = await this.#sql.all<{ made: number | string }>(
      "SELECT count(*) AS made FROM approvals WHERE issuer = ? AND subject = ? AND created_at > ?",
      [requester.issuer, requester.subject, since],
    );
    return Number(row?.made ?? 0);
  }

  async versions(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows =
      ids.length === 0
        ? []
        : await this.#sql.all<{ id: string; version: number | string }>(
            `SELECT id, version FROM approvals WHERE id IN (${places(ids)})`,
            ids,
          );
    return new Map(rows.map(({ id, version }) => [id, Number(version)]));
  }

  async overdue(now: number, limit: number): Promise<readonly string[]> {
    const rows = await this.#sql.all<{ id: string }>(
      "SELECT id FROM approvals WHERE due_at <= ? ORDER BY due_at LIMIT ?",
      [now, limit],
    );
    return rows.map(({ id }) => id);
  }

  async unfinished(chain: string): Promise<readonly ApprovalRequest[]> {
    const rows = await this.#sql.all<BodyRow>(
      "SELECT body FROM approvals WHERE chain = ? AND due_at IS NOT NULL",
      [chain],
    );
    return rows.map(requestOf);
  }

  async hasEnded(before: number): Promise<boolean> {
    const rows = await this.#sql.all(
      "SELECT id FROM approvals WHERE due_at IS NULL AND created_at < ? LIMIT 1",
      [before],
    );
    return rows.length > 0;
  }

  async prune(before: number, limit: number): Promise<void> {
    await this.#sql.run(
      `DELETE FROM approvals WHERE id IN
         (SELECT id FROM approvals WHERE due_at IS NULL AND created_at < ? ORDER BY created_at LIMIT ?)`,
      [before, limit],
    );
  }

  async dueDeliveries(hook: string, now: number, limit: number): Promise<readonly Delivery[]> {
    const rows = await this.#sql.all<DeliveryRow>(
      "SELECT * FROM deliveries WHERE hook = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?",
      [hook, now, limit],
    );
    return rows.map((row) => ({
      id: row.id,
      hook: row.hook,
      body: row.body,
      tries: Number(row.tries),
      dueAt: Number(row.due_at),
      createdAt: Number(row.created_at),
    }));
  }

  async deliveryQueue(hook: string): Promise<DeliveryQueue> {
    const [row] = await this.#sql.all<{ waiting: number | string; failing: number | string | null }>(
      "SELECT count(*) AS waiting, max(tries) AS failing FROM deliveries WHERE hook = ?",
      [hook],
    );
    return { waiting: Number(row?.waiting ?? 0), tries: Number(row?.failing ?? 0) };
  }

  async put(request: ApprovalRequest, before: number | null): Promise<void> {
    const { id, version, state, asked, requester, createdAt } = request;
    const [due, body] = [dueAt(request), JSON.stringify(request)];
    const written =
      before === null
        ? await this.#sql.run(
            `INSERT INTO approvals (id, kind, state, version, issuer, subject, grp, chain, created_at, due_at, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
            [
              id,
              asked.kind,
              state,
              version,
              requester.issuer,
              requester.subject,
              asked.order.group,
              asked.order.subject.chain,
              createdAt,
              due,
              body,
            ],
          )
        : await this.#sql.run(
            "UPDATE approvals SET state = ?, version = ?, due_at = ?, body = ? WHERE id = ? AND version = ?",
            [state, version, due, body, id, before],
          );
    if (written !== 1) throw new Error("A request for approval was changed by somebody else.");
  }

  async enqueue({ id, hook, body, tries, dueAt, createdAt }: Delivery): Promise<void> {
    await this.#sql.run(
      "INSERT INTO deliveries (id, hook, body, tries, due_at, created_at) VALUES (?, ?, ?, ?, ?, ?)",
      [id, hook, body, tries, dueAt, createdAt],
    );
  }

  async lease({ id, tries }: Delivery, until: number): Promise<boolean> {
    const written = await this.#sql.run(
      "UPDATE deliveries SET due_at = ?, tries = ? WHERE id = ? AND tries = ?",
      [until, tries + 1, id, tries],
    );
    return written === 1;
  }

  async reschedule(delivery: string, dueAt: number): Promise<void> {
    await this.#sql.run("UPDATE deliveries SET due_at = ? WHERE id = ?", [dueAt, delivery]);
  }

  async remove(delivery: string): Promise<void> {
    await this.#sql.run("DELETE FROM deliveries WHERE id = ?", [delivery]);
  }

  async removeOlder(before: number): Promise<void> {
    await this.#sql.run("DELETE FROM deliveries WHERE created_at < ?", [before]);
  }
}

const places = (values: readonly unknown[]): string => values.map(() => "?").join(", ");

const requestOf = ({ body }: BodyRow): ApprovalRequest => APPROVAL_REQUEST.parse(JSON.parse(body));
