/** Numbers from a seed, so that a failing query can be made again. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let value = this.#state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  maybe(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("There is nothing to pick from.");
    return item;
  }
}

/** The tables of the test's schema: names that differ in case, and columns that several tables share. */
export const TABLES: Readonly<Record<string, readonly string[]>> = {
  person: ["id", "Name", "secret", "age"],
  buy: ["id", "person_id", "Price", "note"],
  note: ["id", "secret", "body"],
};

/** Views over them, with the names of their columns. */
const VIEWS: Readonly<Record<string, readonly string[]>> = {
  grown: ["id", "called"],
  spent: ["person_id", "total"],
};

export const SCHEMA_SQL: readonly string[] = [
  "CREATE TABLE person (id INT NOT NULL, Name VARCHAR(20), secret VARCHAR(20), age INT) ENGINE=MyISAM",
  "CREATE TABLE buy (id INT NOT NULL, person_id INT, Price DECIMAL(8,2), note VARCHAR(20)) ENGINE=MyISAM",
  "CREATE TABLE note (id INT NOT NULL, secret VARCHAR(20), body TEXT) ENGINE=MyISAM",
  "CREATE TABLE sink (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, a VARCHAR(200), b VARCHAR(200)) ENGINE=MyISAM",
  "CREATE VIEW grown AS SELECT id, Name AS called FROM person WHERE age > 20",
  "CREATE VIEW spent AS SELECT person_id, SUM(Price) AS total FROM buy GROUP BY person_id",
];

interface Source {
  readonly name: string;
  readonly columns: readonly string[];
}

/** One random query of MySQL over the schema; most of them the server accepts. */
export class QueryGenerator {
  readonly #chance: Chance;
  #aliases = 0;

  constructor(seed: number) {
    this.#chance = new Chance(seed);
  }

  query(depth = 0, outer: readonly Source[] = [], width?: number): string {
    const chance = this.#chance;
    if (depth < 2 && chance.maybe(0.12)) return this.#union(depth, outer, width);
    if (depth < 1 && width === undefined && chance.maybe(0.12)) return this.#withQuery(depth);
    return this.#select(depth, outer, width, []);
  }

  /** A statement that fills or changes `sink`, whose columns are id, a and b. */
  write(): string {
    const chance = this.#chance;
    const verb = chance.pick(["INSERT", "INSERT IGNORE", "REPLACE"]);
    switch (chance.below(4)) {
      case 0:
        return `${verb} INTO sink (a, b) ${this.#select(0, [], 2, [])}`;
      case 1: {
        const { text, sources } = this.#from(1, []);
        const key = `${chance.pick(sources.filter((one) => one.columns.includes("id")).concat(sources)).name}.id`;
        const values = `${this.#expression(1, sources)}, ${this.#expression(1, sources)}`;
        const change = chance.pick([
          "a = VALUES(b)",
          "a = CONCAT(a, VALUES(a))",
          "b = VALUES(a), a = sink.b",
        ]);
        return `INSERT INTO sink (id, a, b) SELECT ${key}, ${values} FROM ${text} ON DUPLICATE KEY UPDATE ${change}`;
      }
      case 2: {
        const { text, sources } = this.#from(1, []);
        const where = chance.maybe(0.6) ? ` WHERE ${this.#condition(1, sources)}` : "";
        const also = chance.maybe(0.5) ? `, s.b = ${this.#expression(1, sources)}` : "";
        return `UPDATE sink s JOIN (${text}) SET s.a = ${this.#expression(1, sources)}${also}${where}`;
      }
      default: {
        const { text, sources } = this.#from(1, []);
        return `DELETE s FROM sink s JOIN (${text}) WHERE s.id < 2 AND ${this.#condition(1, sources)}`;
      }
    }
  }

  #union(depth: number, outer: readonly Source[], width = 1 + this.#chance.below(2)): string {
    const operator = this.#chance.pick(["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]);
    const arms = [0, 1].map(() => `(${this.#select(depth + 1, outer, width, [])})`);
    const order = this.#chance.maybe(0.3) ? ` ORDER BY ${1 + this.#chance.below(width)}` : "";
    return arms.join(` ${operator} `) + order;
  }

  #withQuery(depth: number): string {
    const width = 1 + this.#chance.below(2);
    const columns = ["ca", "cb"].slice(0, width);
    const inner = this.#select(depth + 1, [], width, []);
    const body = this.#select(depth + 1, [], undefined, [{ name: "w", columns }]);
    return `WITH w (${columns.join(", ")}) AS (${inner}) ${body}`;
  }

  #select(
    depth: number,
    outer: readonly Source[],
    width: number | undefined,
    ctes: readonly Source[],
  ): string {
    const chance = this.#chance;
    const { text, sources } = this.#from(depth, ctes);
    const known = [...sources, ...(chance.maybe(0.6) ? outer : [])];
    const grouped = width === undefined && chance.maybe(0.25);
    const items: string[] = [];
    const aliases: string[] = [];
    const count = width ?? 1 + chance.below(3);
    for (let index = 0; index < count; index++) {
      if (width === undefined && !grouped && chance.maybe(0.12)) {
        items.push(index === 0 && chance.maybe(0.5) ? "*" : `${chance.pick(sources).name}.*`);
        continue;
      }
      const expression =
        grouped && chance.maybe(0.5) ? this.#aggregate(sources) : this.#expression(depth, known);
      const alias = chance.maybe(0.5) ? chance.pick(["k1", "K2", "secret", "id", "`odd name`"]) : "";
      if (alias !== "") aliases.push(alias);
      items.push(alias === "" ? expression : `${expression}${chance.pick([" AS ", " "])}${alias}`);
    }
    const distinct = chance.maybe(0.1) ? "DISTINCT " : "";
    const where = chance.maybe(0.5) ? ` WHERE ${this.#condition(depth, known)}` : "";
    const keys = grouped ? ` GROUP BY ${this.#key(sources, aliases)}` : "";
    const having =
      grouped && chance.maybe(0.4)
        ? ` HAVING ${aliases.length > 0 && chance.maybe(0.6) ? chance.pick(aliases) : "COUNT(*)"} > 1`
        : "";
    const order =
      width === undefined && chance.maybe(0.35)
        ? ` ORDER BY ${this.#sortKey(sources, aliases, items.length)}`
        : "";
    return `SELECT ${distinct}${items.join(", ")} FROM ${text}${where}${keys}${having}${order}`;
  }

  #key(sources: readonly Source[], aliases: readonly string[]): string {
    return aliases.length > 0 && this.#chance.maybe(0.5) ? this.#chance.pick(aliases) : this.#column(sources);
  }

  #sortKey(sources: readonly Source[], aliases: readonly string[], count: number): string {
    const chance = this.#chance;
    if (chance.maybe(0.2)) return String(1 + chance.below(count));
    const key = this.#key(sources, aliases);
    return chance.maybe(0.2) ? `CONCAT(${key}, 'x')` : `${key}${chance.pick(["", " DESC"])}`;
  }

  #from(
    depth: number,
    ctes: readonly Source[],
  ): { readonly text: string; readonly sources: readonly Source[] } {
    const chance = this.#chance;
    const first = this.#table(depth, ctes);
    let text = first.text;
    const sources = [first.source];
    for (let joins = chance.below(3); joins > 0; joins--) {
      const next = this.#table(depth, ctes);
      const [left, right] = [chance.pick(sources), next.source];
      const shared = left.columns.filter((one) =>
        right.columns.some((other) => other.toLowerCase() === one.toLowerCase()),
      );
      const on = `ON ${left.name}.${chance.pick(left.columns)} = ${right.name}.${chance.pick(right.columns)}`;
      const kind = chance.below(6);
      if (kind === 0) text += `, ${next.text}`;
      else if (kind === 1 && sources.length === 1 && shared.length > 0) {
        text += `${chance.pick([" JOIN ", " LEFT JOIN ", " RIGHT JOIN "])}${next.text} USING (${chance.pick(shared)})`;
      } else if (kind === 2 && sources.length === 1) {
        text += `${chance.pick([" NATURAL JOIN ", " NATURAL LEFT JOIN ", " NATURAL RIGHT JOIN "])}${next.text}`;
      } else if (kind === 3) text += ` ${chance.pick(["CROSS JOIN", "JOIN", "STRAIGHT_JOIN"])} ${next.text}`;
      else text += ` ${chance.pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "INNER JOIN"])} ${next.text} ${on}`;
      sources.push(next.source);
    }
    return { text, sources };
  }

  #table(depth: number, ctes: readonly Source[]): { readonly text: string; readonly source: Source } {
    const chance = this.#chance;
    this.#aliases++;
    const alias = `${chance.pick(["t", "T", "x"])}${this.#aliases}`;
    if (depth < 2 && chance.maybe(0.15)) {
      const width = 1 + chance.below(2);
      const names = ["d1", "D2"].slice(0, width);
      const inner = this.#from(depth + 1, []);
      const items = names.map((name) => `${this.#expression(depth + 1, inner.sources)} AS ${name}`);
      const where = chance.maybe(0.4) ? ` WHERE ${this.#condition(depth + 1, inner.sources)}` : "";
      const text = `(SELECT ${items.join(", ")} FROM ${inner.text}${where}) ${alias}`;
      return { text, source: { name: alias, columns: names } };
    }
    const known = { ...TABLES, ...VIEWS };
    const cte = ctes.length > 0 && chance.maybe(0.7) ? chance.pick(ctes) : undefined;
    const name = cte?.name ?? chance.pick(Object.keys(known));
    return {
      text: `${name}${chance.pick([" ", " AS "])}${alias}`,
      source: { name: alias, columns: cte?.columns ?? known[name] ?? [] },
    };
  }

  #column(sources: readonly Source[]): string {
    const chance = this.#chance;
    const source = chance.pick(sources);
    const column = chance.pick(source.columns);
    const cased = chance.pick([column, column, column.toUpperCase(), column.toLowerCase(), `\`${column}\``]);
    const alone = sources.filter((one) =>
      one.columns.some((other) => other.toLowerCase() === column.toLowerCase()),
    );
    return alone.length === 1 && chance.maybe(0.5) ? cased : `${source.name}.${cased}`;
  }

  #literal(): string {
    return this.#chance.pick([
      "1",
      "'a'",
      "2.5",
      "NULL",
      "'b' 'c'",
      "x'61'",
      "TRUE",
      "'2020-01-01'",
      "_utf8mb4'q'",
    ]);
  }

  #aggregate(sources: readonly Source[]): string {
    const chance = this.#chance;
    const column = this.#column(sources);
    return chance.pick([
      "COUNT(*)",
      `COUNT(DISTINCT ${column})`,
      `MAX(${column})`,
      `SUM(${column})`,
      `GROUP_CONCAT(${column} ORDER BY ${this.#column(sources)} SEPARATOR '-')`,
      `MIN(${column})`,
    ]);
  }

  #expression(depth: number, sources: readonly Source[]): string {
    const chance = this.#chance;
    const one = (): string => (chance.maybe(0.75) ? this.#column(sources) : this.#literal());
    switch (chance.below(depth > 2 ? 5 : 13)) {
      case 0:
      case 1:
      case 2:
        return this.#column(sources);
      case 3:
        return this.#literal();
      case 4:
        return `CONCAT(${one()}, ${one()})`;
      case 5:
        return `${one()} ${chance.pick(["+", "-", "*", "/", "%", "|", "<<", "DIV"])} ${one()}`;
      case 6:
        return `CASE WHEN ${this.#condition(depth + 1, sources)} THEN ${one()} ELSE ${one()} END`;
      case 7:
        return `COALESCE(${one()}, ${one()})`;
      case 8:
        return `(SELECT ${chance.pick(["MAX", "MIN", "COUNT"])}(${this.#subColumn(depth, sources)}`;
      case 9:
        return `IF(${this.#condition(depth + 1, sources)}, ${one()}, ${one()})`;
      case 10:
        return `CAST(${one()} AS CHAR)`;
      case 11:
        // ROW_NUMBER tells how rows lie that tie, which no facts can say.
        return `DENSE_RANK() OVER (PARTITION BY ${this.#column(sources)} ORDER BY ${this.#column(sources)})`;
      default:
        return `LENGTH(${one()})`;
    }
  }

  /** The rest of a subquery behind its aggregate. */
  #subColumn(depth: number, outer: readonly Source[]): string {
    const { text, sources } = this.#from(depth + 2, []);
    const where = this.#chance.maybe(0.7)
      ? ` WHERE ${this.#condition(depth + 2, [...sources, ...outer])}`
      : "";
    return `${this.#column(sources)}) FROM ${text}${where})`;
  }

  #condition(depth: number, sources: readonly Source[]): string {
    const chance = this.#chance;
    const column = this.#column(sources);
    switch (chance.below(depth > 2 ? 7 : 11)) {
      case 0:
        return `${column} = ${this.#literal()}`;
      case 1:
        return `${column} IN (${this.#literal()}, ${this.#literal()})`;
      case 2:
        return `${column} ${chance.pick(["<", ">", "<>", "<=>", "!="])} ${this.#expression(depth + 2, sources)}`;
      case 3:
        return `${column} ${chance.pick(["LIKE", "NOT LIKE", "REGEXP"])} '${chance.pick(["%a%", "b", "s1"])}'`;
      case 4:
        return `${column} IS ${chance.pick(["NULL", "NOT NULL", "TRUE"])}`;
      case 5:
        return `${column} BETWEEN ${this.#literal()} AND ${this.#column(sources)}`;
      case 6:
        return `NOT ${column} = ${this.#column(sources)}`;
      case 7:
        return `(${this.#condition(depth + 1, sources)} ${chance.pick(["AND", "OR", "XOR", "&&"])} ${this.#condition(depth + 1, sources)})`;
      case 8: {
        const inner = this.#from(depth + 2, []);
        return `EXISTS (SELECT 1 FROM ${inner.text} WHERE ${this.#condition(depth + 2, [...inner.sources, ...sources])})`;
      }
      case 9: {
        const inner = this.#from(depth + 2, []);
        return `${column} ${chance.pick(["IN", "NOT IN"])} (SELECT ${this.#column(inner.sources)} FROM ${inner.text})`;
      }
      default: {
        const inner = this.#from(depth + 2, []);
        return `${column} ${chance.pick(["= ANY", "> ALL", "<> ALL"])} (SELECT ${this.#column(inner.sources)} FROM ${inner.text})`;
      }
    }
  }
}
