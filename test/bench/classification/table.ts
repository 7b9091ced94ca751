import type { Faker } from "@faker-js/faker";

/** `none`: nothing to hide. */
export type Expected = string;

/** Name, declared type, what it is, and one of its values; null where a cell is empty. */
export type ColumnSpec = readonly [
  name: string,
  type: string,
  expected: Expected,
  value: (faker: Faker, row: number) => string | null,
];

export interface TableSpec {
  readonly name: string;
  readonly columns: readonly ColumnSpec[];
}

/** A table with the locale its values are made in. */
export interface LabelledTable extends TableSpec {
  readonly locale: string;
}

export const one =
  (...values: readonly string[]) =>
  (faker: Faker): string =>
    faker.helpers.arrayElement(values);
export const digits =
  (length: number) =>
  (faker: Faker): string =>
    faker.string.numeric(length);
export const id = (_: Faker, row: number): string => String(row + 1);
export const uuid = (faker: Faker): string => faker.string.uuid();
export const past = (faker: Faker): string => faker.date.past({ years: 3 }).toISOString();
export const born = (faker: Faker): string => faker.date.birthdate().toISOString().slice(0, 10);
export const whole =
  (min: number, max: number) =>
  (faker: Faker): string =>
    String(faker.number.int({ min, max }));
export const money = (faker: Faker): string => faker.finance.amount();
export const empty = (): null => null;

/** The last digit that makes a number pass the checksum of cards. */
export function luhnDigit(body: string): string {
  let sum = 0;
  for (const [position, digit] of [...body].reverse().entries()) {
    const doubled = Number(digit) * (position % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}
