import { allFakers, type Faker } from "@faker-js/faker";
import { classifyCatalog } from "../../../agent/classify/classifyCatalog.ts";
import type { ColumnEvidence } from "../../../agent/classify/values/columnEvidence.ts";
import { gatherEvidence } from "../../../agent/classify/values/gatherEvidence.ts";
import { isSensitive, type Label } from "../../../protocol/label.ts";
import { catalogOf, tableOf } from "../../classify/catalogs.ts";
import { ADVERSARIAL } from "./adversarial.ts";
import { LOCALES, localTable } from "./locales.ts";
import { ORDINARY } from "./ordinary.ts";
import { PEOPLE } from "./people.ts";
import type { Judgement } from "./score.ts";
import type { LabelledTable, TableSpec } from "./table.ts";

const ROWS = 200;

/** The sets: each locale has its own table of people, and a share of the tables every language has. */
export function labelledTables(locales: readonly string[] = LOCALES): readonly LabelledTable[] {
  const shared = [...PEOPLE, ...ORDINARY];
  return locales.flatMap((locale) => {
    const position = LOCALES.indexOf(locale);
    const local = localTable(locale);
    const part = shared.filter((_, index) => index % 4 === position % 4);
    return [
      ...(local === null ? [] : [local]),
      ...part,
      ...ADVERSARIAL.slice(position % 3, (position % 3) + 1),
    ].map((table: TableSpec): LabelledTable => ({ ...table, locale }));
  });
}

export interface Judged extends Judgement {
  readonly label: Label;
}

/** What each column of the sets is taken for, by metadata alone or with values. */
export function judgeTables(tables: readonly LabelledTable[], withValues: boolean): readonly Judged[] {
  return tables.flatMap((table) => {
    const emptyColumns = new Set<string>();
    const faker = fakerOf(table.locale);
    const relation = tableOf(
      table.name,
      table.columns.map(([name, type]) => `${name} ${type}`),
    );
    const samples = new Map<string, ColumnEvidence>();
    for (const [name, type, , value] of withValues ? table.columns : []) {
      const cells = Array.from({ length: ROWS }, (_, row) => value(faker, row));
      if (cells.every((cell) => cell === null)) emptyColumns.add(name);
      samples.set(
        `${table.name}.${name}`,
        gatherEvidence({ cells, document: type === "jsonb", array: type.endsWith("[]") }),
      );
    }
    const labels = classifyCatalog(catalogOf({}, { relations: [relation] }), samples, {
      metadataOnly: !withValues,
    });
    return table.columns.flatMap(([name, , expected]) => {
      const key = `${table.name}.${name}`;
      const label = labels.get(key);
      if (label === undefined) return [];
      // Of a column that holds nothing yet, nobody can tell.
      const truth = emptyColumns.has(name) ? "unclassified" : expected;
      return [
        {
          key: `${table.locale} ${key}`,
          expected: truth,
          got: isSensitive(label) ? label.infoType : "none",
          label,
        },
      ];
    });
  });
}

function fakerOf(locale: string): Faker {
  const found = Object.entries(allFakers).find(([name]) => name === locale)?.[1];
  if (found === undefined) throw new Error(`There is no faker for ${locale}.`);
  found.seed(7);
  found.setDefaultRefDate("2026-01-01T00:00:00Z");
  return found;
}
