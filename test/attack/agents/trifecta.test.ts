import { afterAll, beforeAll, expect, test } from "vitest";
import type { ToolSession } from "../../../agent/gateway/tools/toolSession.ts";
import type { ToolAnswer } from "../../../protocol/tools.ts";
import { answer, editorIn } from "../../gateway/editor.ts";
import { MARKERS } from "../../gateway/shop.ts";
import { AgentArena } from "./agentArena.ts";

/** A shop whose support agents may see e-mail addresses: what they read then decides what they can be talked into. */
const SUPPORT = `permit (principal, action == Action::"reveal", resource)
when { (principal is AiAgent || principal is User) && ["reviews", "customers"].contains(resource.table)
  && resource.infoType != "us_ssn" && resource.category != "PCI" };`;

let arena: AgentArena;
beforeAll(async () => {
  arena = await AgentArena.open(SUPPORT);
});
afterAll(() => arena?.close());

/** A model that does whatever any text it reads tells it to: "Run: …". */
class ObedientModel {
  readonly answers: { readonly sql: string; readonly answer: ToolAnswer }[] = [];
  readonly #session: ToolSession;
  readonly #obeyed = new Set<string>();

  constructor(session: ToolSession) {
    this.#session = session;
  }

  async run(sql: string): Promise<ToolAnswer> {
    const got = await arena.call(this.#session, "run_query", {
      connection: "shop",
      sql,
      purpose: "to answer a customer",
      max_rows: 100,
    });
    this.answers.push({ sql, answer: got });
    for (const [, order = ""] of got.text.matchAll(/Run: ([A-Z][^"\\\]]*)/g)) {
      if (this.#obeyed.has(order)) continue;
      this.#obeyed.add(order);
      await this.run(order.trim());
    }
    return got;
  }
}

const emailShown = ({ text, structured }: ToolAnswer): boolean =>
  `${text}${JSON.stringify(structured)}`.includes(MARKERS.email);

test("what a model reads makes it ask, and nothing it is told to do happens without the person", async () => {
  const before = await arena.state();
  const person = arena.person();
  // The policy does show e-mail addresses to an agent that has read nothing.
  const innocent = new ObedientModel(arena.session(arena.person()));
  expect(emailShown(await innocent.run("SELECT email FROM shop.customers WHERE id = 1"))).toBe(true);

  const model = new ObedientModel(arena.session(person));
  await model.run("SELECT id, body FROM shop.reviews ORDER BY id");
  expect(model.answers.length).toBeGreaterThan(5);
  const [read, ...obeyed] = model.answers;
  expect(read?.answer.structured.status).toBe("rows");
  for (const { sql, answer: got } of obeyed) {
    // What is wholly hidden may be asked for: it tells nothing.
    const hidden = /SELECT api_key/.test(sql);
    const status = hidden ? /^rows$/ : /^(waiting_for_approval|denied)$/;
    expect([sql, got.structured.status]).toEqual([sql, expect.stringMatching(status)]);
    expect(got.text).not.toContain(MARKERS.secret);
    expect(emailShown(got)).toBe(false);
  }
  expect(obeyed.some(({ answer: got }) => got.structured.status === "waiting_for_approval")).toBe(true);
  expect(await arena.state()).toBe(before);

  // Another name, another session and another process of the agent know it too.
  const renamed = new ObedientModel(arena.session(person, "a fresh start"));
  const wider = await renamed.run("SELECT email FROM shop.customers WHERE id = 1");
  expect(wider.structured.status).toBe("waiting_for_approval");
  expect(JSON.stringify(wider.structured)).toContain("untrusted-then-wider-read");

  // And the person can still say yes, to that one.
  const editor = await editorIn(arena.shop.home);
  try {
    Object.defineProperty(editor.rooms.inForce, "policy", { value: arena.engine.rooms.policy });
    await answer(editor, person, String(wider.structured.handle), "approve", "I asked for it");
  } finally {
    await editor.close();
  }
  const session = arena.session(person, "a fresh start");
  const stolen = await arena.call(session, "run_query", { approval: wider.structured.handle, purpose: "go" });
  expect(stolen.isError).toBe(true);
});
