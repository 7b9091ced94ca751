import { describe, expect, it } from "vitest";
import type { Correction } from "../../agent/classify/corrections.ts";
import { readLabelsFile } from "../../agent/classify/labelsFile.ts";
import { shareCorrections } from "../../agent/classify/shareCorrections.ts";
import { fits } from "../../agent/classify/sharedLabels.ts";

const correction = (
  name: string,
  infoType: string,
  level: Correction["level"],
  reason: string,
): Correction => ({
  column: { schema: "shop", table: "people", column: name },
  infoType,
  category: "PII",
  level,
  mask: "full",
  reason,
  by: "Ada",
  at: "2026-01-01T00:00:00.000Z",
  final: true,
  environment: "development",
  carried: "public",
});

const read = (text: string) =>
  readLabelsFile({ file: "labels.yaml", text }).map(({ what, to, connection, reason }) => ({
    ...what,
    infoType: to.infoType,
    level: to.level,
    connection,
    reason,
  }));

describe("sharing corrections", () => {
  const email = correction("contact", "email", "confidential", "asked: the team");
  const raised = correction("kind", "username", "restricted", "they # log in with it");

  it.each([null, "", "# ours\n", "labels:\n", "types: []\n"])(
    "writes a file that reads back, from %j",
    (before) => {
      const { text, added } = shareCorrections(before, "Northwind", [email, raised]);
      expect(added).toBe(2);
      expect(read(text)).toEqual([
        {
          kind: "column",
          pattern: "shop.people.contact",
          infoType: "email",
          level: "confidential",
          connection: "Northwind",
          reason: email.reason,
        },
        {
          kind: "column",
          pattern: "shop.people.kind",
          infoType: "username",
          level: "restricted",
          connection: "Northwind",
          reason: raised.reason,
        },
      ]);
      if (before?.includes("#")) expect(text).toContain("# ours");
    },
  );

  it("adds nothing twice, replaces what it said before and leaves the rest alone", () => {
    const first = shareCorrections(
      "# ours\nlabels:\n  - {column: a.b.c, is: email, reason: r} # keep\n",
      "N",
      [email],
    );
    expect(shareCorrections(first.text, "N", [email])).toEqual({ text: first.text, added: 0 });
    const second = shareCorrections(first.text, "N", [{ ...email, infoType: "phone" }]);
    expect(second.added).toBe(1);
    expect(read(second.text).map(({ infoType }) => infoType)).toEqual(["email", "phone"]);
    expect(second.text).toContain("# keep");
    expect(shareCorrections(second.text, "Another", [email]).added).toBe(1);
  });

  it("touches no file that has a mistake", () => {
    expect(() => shareCorrections("labels: [{column: a.b.c}]\n", "N", [email])).toThrow(/line 1, column 10/);
  });
});

describe("patterns", () => {
  it.each([
    ["shop.people.email", "shop.people.email", true],
    ["shop.people.email", "shop.people.emails", false],
    ["*.email", "shop.people.email", true],
    ["shop.*", "shop.people.email", true],
    ["shop.*.email", "shop.email", false],
    ["*e*mail*", "email", true],
    ["*mail*mail", "email", false],
    ["*", "", true],
    ["a*a", "a", false],
  ])("%s and %s: %s", (pattern, text, expected) => expect(fits(pattern, text)).toBe(expected));

  it("of any length are answered at once", () =>
    expect(fits(`${"a*".repeat(2_000)}b`, "a".repeat(20_000))).toBe(false));
});
