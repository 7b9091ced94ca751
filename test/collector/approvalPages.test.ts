import { afterAll, beforeAll, expect, test } from "vitest";
import { Hand, orderOf, type Stage, setStage } from "./approving.ts";
import { call } from "./device.ts";
import { askStore } from "./storeSql.ts";
import { enrolled, onEachStore, settings, startCollector } from "./stores.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.provider.stop());

type Page = { readonly approvals: readonly { readonly id: string }[]; readonly next: string | null };

onEachStore((store) => {
  test("every request that somebody has answered is found, however many came after it", async () => {
    const told = settings(stage.provider, await store.fresh());
    const collector = await startCollector(told);
    const device = await enrolled(collector, stage.tokens.ada, "ada");
    const [ada, dana] = [stage.tokens.ada, stage.tokens.dana].map(
      (token) => new Hand(() => collector, token),
    );
    const ask = async () => (await ada?.ask(orderOf(stage.provider, device)))?.body.id ?? "";
    const answered = await ask();
    await dana?.decide(answered, "deny");
    const open = await ask();
    const copies = 1_310;
    // The other request, as often as a team asks in a year; six at a time are of one moment.
    const columns = "kind, state, version, issuer, subject, grp, chain, due_at";
    await askStore(
      told,
      `WITH RECURSIVE copy (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < ${copies})
       INSERT INTO approvals (id, ${columns}, created_at, body)
       SELECT substr('00000000000000000000000000000000', 1, 32 - length(CAST(n AS text))) || CAST(n AS text), ${columns},
         created_at + n / 6, replace(replace(body, '${open}',
           substr('00000000000000000000000000000000', 1, 32 - length(CAST(n AS text))) || CAST(n AS text)),
           '"createdAt":' || CAST(created_at AS text), '"createdAt":' || CAST(created_at + n / 6 AS text))
       FROM copy JOIN approvals ON id = '${open}'`,
    );
    const page = async (token: string, box: string, cursor: string | null): Promise<Page> => {
      const query = new URLSearchParams({ box, ...(cursor === null ? {} : { cursor }) });
      return (await call<Page>("GET", `${collector.url}/v1/approvals?${query}`, token)).body;
    };
    const all = async (token: string, box: string) => {
      const ids: string[] = [];
      let pages = 0;
      for (let next: string | null = null; pages === 0 || next !== null; pages += 1) {
        const one: Page = await page(token, box, next);
        expect(one.approvals.length).toBeLessThanOrEqual(200);
        ids.push(...one.approvals.map(({ id }) => id));
        next = one.next;
      }
      return { ids, pages };
    };
    const decided = await all(stage.tokens.dana, "decided");
    expect(decided.ids).toEqual([answered]);
    expect(decided.pages).toBeGreaterThan(1);
    const waiting = await all(stage.tokens.dana, "decide");
    expect(new Set(waiting.ids).size).toBe(waiting.ids.length);
    expect(waiting.ids).toHaveLength(copies + 1);
    expect((await all(stage.tokens.ada, "mine")).ids).toHaveLength(copies + 2);
    expect((await all(stage.tokens.ada, "decide")).ids).toEqual([]);

    for (const [query, field] of [
      ["box=decided&cursor=x", "cursor"],
      ["box=decided&cursor=1.2", "cursor"],
      ["box=nothing", "box"],
      ["box=decided&curser=1", "curser"],
    ]) {
      const { status, body } = await call<{ field: string }>(
        "GET",
        `${collector.url}/v1/approvals?${query}`,
        stage.tokens.dana,
      );
      expect({ status, field: body.field }).toEqual({ status: 400, field });
    }
    await collector.stop();
  }, 60_000);
});
