import { describe, expect, it } from "vitest";
import { judgeTables, labelledTables } from "../bench/classification/judge.ts";
import { HELD_OUT, LOCALES } from "../bench/classification/locales.ts";
import { falseAlarms, ORDINARY_SCHEMAS } from "../bench/classification/ordinarySchemas.ts";
import { scoreOf } from "../bench/classification/score.ts";

const known = LOCALES.filter((locale) => !HELD_OUT.includes(locale));

describe("the labelled sets", () => {
  it("are large and varied enough to mean something", () => {
    const tables = labelledTables(known);
    expect(known.length).toBeGreaterThanOrEqual(12);
    expect(tables.length).toBeGreaterThanOrEqual(40);
    expect(tables.flatMap(({ columns }) => columns).length).toBeGreaterThanOrEqual(600);
  });

  it("are classified with a macro F1 of 0.97 or better, and confidence means what it says", () => {
    const judged = judgeTables(labelledTables(known), true);
    const score = scoreOf(judged);
    expect(score.macroF1).toBeGreaterThanOrEqual(0.97);
    expect(score.recall).toBeGreaterThanOrEqual(0.98);
    expect(score.falseAlarms).toBeLessThanOrEqual(0.01);
    const sure = judged.filter(({ label }) => label.confidence >= 0.9);
    const right = sure.filter(({ expected, got }) => expected === got).length;
    expect(right / sure.length).toBeGreaterThanOrEqual(0.9);
  });

  it("hide most of what is to hide in languages nobody looked at, and no more of what is not", () => {
    const score = scoreOf(judgeTables(labelledTables(HELD_OUT), true));
    expect(score.recall).toBeGreaterThanOrEqual(0.8);
    expect(score.falseAlarms).toBeLessThanOrEqual(0.01);
  });

  it("leave ordinary schemas alone by names as well", () => {
    const ordinary = /^(?:shop|build|telemetry|inventory|media|geo|app|legal)\./;
    const tables = labelledTables(known).filter(({ name }) => ordinary.test(name));
    expect(scoreOf(judgeTables(tables, false)).falseAlarms).toBeLessThanOrEqual(0.01);
  });

  it.each(ORDINARY_SCHEMAS)(
    "label next to nothing in systems that are not about people: %s",
    async (file) => {
      const { columns, labelled } = await falseAlarms(file);
      expect(columns).toBeGreaterThan(300);
      expect(labelled.length / columns).toBeLessThanOrEqual(0.01);
    },
  );
});
