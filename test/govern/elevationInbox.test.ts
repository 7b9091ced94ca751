import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { elevationAnswers } from "../../agent/editor/elevationRequests.ts";
import { engineIn, newHome, problemTold } from "../robustness/engine.ts";
import { type Desk, ElevatedWorld, standing, until } from "./elevatedWorld.ts";

/** What the editor of somebody who may agree is told of requests, and how their answer counts. */
const EMAIL = { kind: "reveal", columns: ["shop.people.email"] } as const;

let world: ElevatedWorld;
let ada: Desk;
let dana: Desk;

beforeAll(async () => {
  world = await ElevatedWorld.open();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.begin();
  ada = await world.desk("ada", ["developers"]);
  dana = await world.desk("dana", ["sluice-dba"]);
});
afterEach(() => world.end());

const editor = ({ engine }: Desk) => elevationAnswers(() => Promise.resolve(engine));
const inbox = async (desk: Desk): Promise<readonly string[]> =>
  (await editor(desk)["sluice/elevations/inbox"]()).map(({ id }) => id);
const decide = (desk: Desk, id: string, decision: "approve" | "deny", reason = "") =>
  editor(desk)["sluice/elevations/decide"]({ id, decision, reason });

test("a request waits for who may decide it, and is given by their answer", async () => {
  const { id } = await world.ask(ada, EMAIL);
  expect(await inbox(dana)).toEqual([id]);
  expect(await decide(dana, id, "approve", "Known")).toMatchObject({ state: "granted", mayDecide: false });
  expect(await inbox(dana)).toEqual([]);
  await until(() => standing(ada, id) === "in_force");
  expect(world.bodies(dana)).toContainEqual(
    expect.objectContaining({
      kind: "elevation_decided",
      elevation: id,
      decision: "approve",
      reason: "Known",
    }),
  );
});

test("a denial needs its reason", async () => {
  const { id } = await world.ask(ada, EMAIL);
  expect(await problemTold(decide(dana, id, "deny", "  "))).toMatchObject({ code: "approval-reason" });
  expect(await inbox(dana)).toEqual([id]);
  expect(await decide(dana, id, "deny", "Ask the customer")).toMatchObject({ state: "denied" });
});

test("neither who asked nor somebody of no group is offered it, and an answer they send all the same gives nothing", async () => {
  // Whatever this machine believes of Omar's groups, the collector has them from the provider.
  const omar = await world.desk("omar", ["sluice-dba"]);
  const { id } = await world.ask(ada, EMAIL);
  for (const desk of [ada, omar]) {
    expect(await inbox(desk)).toEqual([]);
    await problemTold(decide(desk, id, "approve"));
  }
  expect(await inbox(dana)).toEqual([id]);
  expect(standing(ada, id)).toBe("pending");
});

test("where no collector is set, nothing waits", async () => {
  const engine = await engineIn(newHome());
  try {
    expect(await elevationAnswers(() => Promise.resolve(engine))["sluice/elevations/inbox"]()).toEqual([]);
  } finally {
    await engine.close();
  }
});
