import { describe, expect, it } from "vitest";
import { classifyCatalog } from "../../agent/classify/classifyCatalog.ts";
import { judgeTables, labelledTables } from "../bench/classification/judge.ts";
import { LOCALES } from "../bench/classification/locales.ts";
import { catalogOf } from "./catalogs.ts";

/** How sure it is that a column holds nothing personal, by its name and type alone. */
function sureOf(table: string, columns: readonly string[]): readonly (number | undefined)[] {
  const labels = classifyCatalog(catalogOf({ [table]: columns }), new Map(), { metadataOnly: true });
  return columns.map((text) => labels.get(`${table}.${text.split(" ")[0]}`)?.confidence);
}

const PERSON = ["first_name text", "birth_date date"];

describe("how sure it is that a column is ordinary", () => {
  it("says less of a name it does not understand in a table about people", () => {
    const [, , unknown, flag, date] = sureOf("hr.employees", [
      ...PERSON,
      "qwzrt numeric",
      "vprlk boolean",
      "tjmnd date",
    ]);
    expect([unknown, flag, date]).toEqual([0.75, 0.75, 0.75]);
  });

  it("says more of a name it understands, and most in a table about things", () => {
    const [, , understood] = sureOf("hr.employees", [...PERSON, "is_primary boolean"]);
    const [thing] = sureOf("shop.parcels", ["qwzrt numeric", "depth_mm numeric"]);
    expect(understood).toBe(0.9);
    expect(thing).toBe(0.95);
  });

  it("is right as often as it says, by names and types alone", () => {
    const judged = judgeTables(labelledTables(LOCALES), false).filter(
      ({ label }) => label.infoType === "ordinary" && label.confidence >= 0.9,
    );
    expect(judged.length).toBeGreaterThan(30);
    const right = judged.filter(({ expected, got }) => expected === got).length;
    expect(right / judged.length).toBeGreaterThanOrEqual(0.9);
  });
});
