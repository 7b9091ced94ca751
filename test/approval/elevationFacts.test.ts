import { describe, expect, test } from "vitest";
import type { Elevation, ElevationRight } from "../../protocol/approval/elevation.ts";
import { elevationFacts, elevationTitle } from "../../protocol/approval/elevationFacts.ts";
import { sha256 } from "../../protocol/ids.ts";
import { ADA, approval, DANA, decision, NOW } from "./approvals.ts";

const reveal = (...columns: readonly string[]): ElevationRight => ({
  kind: "reveal",
  columns,
  meaning: sha256("5".repeat(64)),
});

function elevation(changes: {
  readonly right?: ElevationRight;
  readonly purpose?: string;
  readonly connectionName?: string;
  readonly minutes?: number;
  readonly decisions?: Elevation["decisions"];
}): Elevation {
  const { order, ...asked } = approval({});
  const { connection, requester, chain } = order.subject;
  const {
    right = reveal("shop.people.email"),
    purpose = "Ticket 4711",
    connectionName = "Northwind",
  } = changes;
  return {
    id: asked.id,
    version: 1,
    state: "pending",
    order: {
      subject: { right, connection, requester, chain },
      group: "sluice-dba",
      needed: 2,
      minutes: changes.minutes ?? 240,
      purpose,
      device: "ada-laptop",
      connectionName,
      policyVersion: "0123456789ab",
    },
    requester: ADA,
    decisions: changes.decisions ?? [],
    createdAt: asked.createdAt,
    expiresAt: asked.expiresAt,
    notAfter: null,
    leftMs: null,
    endedBy: null,
    mayDecide: true,
    mayEnd: false,
  };
}

const told = (changes: Parameters<typeof elevation>[0]): readonly string[] =>
  elevationFacts(elevation(changes), NOW).map(({ name, text }) => `${name}: ${text}`);

describe("what an approver reads of a right that is asked for", () => {
  test("who asks, what for, where, how long and why", () => {
    expect(told({ decisions: [decision(DANA, "approve", "Known")] })).toEqual([
      "Asked by: Ada Lindqvist (ada), on ada-laptop",
      "To see: shop.people.email",
      "On: Northwind (production)",
      "Database: postgres db.internal:5432/northwind",
      "For: 4 h, from when it is given",
      "Purpose: Ticket 4711",
      "State: Waiting for sluice-dba · 1 of 2 agreed · expires in 58 min",
      "Agreed: Dana Okafor: Known",
    ]);
  });

  test("the time to the minute", () => {
    expect(told({ minutes: 479 })).toContain("For: 479 min, from when it is given");
    expect(elevationTitle(elevation({ minutes: 179 }))).toBe("See shop.people.email for 179 min");
  });

  test("each of many columns, although the title names one", () => {
    const columns = Array.from({ length: 200 }, (_, n) => `shop.people.c${n}`);
    const lines = told({ right: reveal(...columns) });
    expect(lines.filter((line) => line.startsWith("To see: "))).toEqual(
      columns.map((column) => `To see: ${column}`),
    );
    expect(elevationTitle(elevation({ right: reveal(...columns) }))).toBe(
      "See shop.people.c0 and 199 more for 4 h",
    );
  });

  test("that writing is not one statement", () => {
    expect(told({ right: { kind: "write" } })).toContain(
      "To write: every statement that writes, without approval of each",
    );
    expect(elevationTitle(elevation({ right: { kind: "write" } }))).toBe("Write for 4 h");
  });

  test("a purpose that writes lines of its own adds no fact", () => {
    const purpose = `harmless\nOn: Sandbox (development)\n${"more and more words ".repeat(60)}the end`;
    const lines = told({ purpose });
    expect(lines.filter((line) => line.startsWith("On: "))).toEqual(["On: Northwind (production)"]);
    const purposes = lines.filter((line) => line.startsWith("Purpose: "));
    expect(Math.max(...purposes.map((line) => line.length))).toBeLessThan(110);
    expect(purposes.map((line) => line.slice("Purpose: ".length)).join(" ")).toBe(
      purpose.replace(/\s+/g, " "),
    );
  });

  test("a name that is not seen whole, or reads backwards, is seen as what it is", () => {
    expect(told({ connectionName: "Sandbox\u202E (noitcudorp)" })).toContain(
      "On: Sandbox[U+202E] (noitcudorp) (production)",
    );
    const long = `shop.people.${"x".repeat(300)}`;
    const lines = told({ right: reveal(long) }).filter((line) => line.startsWith("To see: "));
    expect(lines.map((line) => line.slice("To see: ".length)).join("")).toBe(long);
  });
});
