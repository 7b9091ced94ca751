import { type Column, type Item, RELATIONS, type Type } from "./readable.ts";

/** Answers a whole number below the one it is given: where everything that is random comes from. */
export type Choose = (below: number) => number;

/** A query over the schema that PostgreSQL takes, nearly always; most of what it touches is hidden. */
export function randomQuery(choose: Choose): string {
  return new Query(choose).statement();
}

class Query {
  readonly #choose: Choose;
  #names = 0;

  constructor(choose: Choose) {
    this.#choose = choose;
  }

  statement(): string {
    if (this.#one(6)) {
      const [name, inner] = [this.#name("w"), this.#simple(2, [])];
      const item = { alias: name, columns: inner.columns };
      const outer = this.#simpleOver(2, [item], name, []);
      return `WITH ${name} AS ${this.#pick(["", "MATERIALIZED ", ""])}(${inner.text}) ${outer.text}`;
    }
    if (this.#one(6)) {
      const types = Array.from({ length: 1 + this.#choose(2) }, () => this.#pick(["text", "int"] as const));
      const arm = (): string => this.#simple(2, [], types).text;
      const operation = this.#pick(["UNION ALL", "UNION", "INTERSECT", "EXCEPT"]);
      return `(${arm()}) ${operation} (${arm()})${this.#one(3) ? " ORDER BY 1" : ""}`;
    }
    return this.#simple(3, []).text;
  }

  /** A SELECT and the columns it returns. */
  #simple(depth: number, outer: readonly Item[], types?: readonly Type[]) {
    const items: Item[] = [];
    let from = this.#source(depth, items, outer);
    for (let joins = this.#pick([0, 0, 1, 1, 2]); joins > 0; joins--) {
      const kind = this.#pick(["JOIN", "LEFT JOIN", "JOIN", "CROSS JOIN", "LEFT JOIN LATERAL"]);
      const lateral = kind.endsWith("LATERAL");
      const next = lateral
        ? this.#derived(depth - 1, items, [...outer, ...items])
        : this.#source(depth, items, outer);
      const on = kind === "CROSS JOIN" ? "" : ` ON ${this.#condition(depth - 1, [...outer, ...items], true)}`;
      from += ` ${kind} ${next}${on}`;
    }
    return this.#simpleOver(depth, items, from, outer, types);
  }

  #simpleOver(
    depth: number,
    items: readonly Item[],
    from: string,
    outer: readonly Item[],
    types?: readonly Type[],
  ) {
    const scope = [...outer, ...items];
    const grouped = this.#one(4);
    const keys = grouped ? [this.#bare(scope)] : [];
    const wanted =
      types ??
      Array.from({ length: 1 + this.#choose(3) }, () => this.#pick(["text", "int", "bool"] as const));
    const output = (type: Type): string => {
      if (grouped) return this.#aggregate(type, scope, depth - 1);
      return type === "int" && this.#one(6) ? this.#window(scope) : this.#expression(type, scope, depth - 1);
    };
    const list = wanted.map((type): Column & { readonly text: string } => {
      const name = this.#name("o");
      return { name, type, text: `${output(type)} AS ${name}` };
    });
    const clauses = [
      `SELECT ${!grouped && this.#one(8) ? "DISTINCT " : ""}${list.map(({ text }) => text).join(", ")}`,
      `FROM ${from}`,
      this.#one(2) ? `WHERE ${this.#condition(depth - 1, scope, false)}` : "",
      grouped ? `GROUP BY ${keys.join(", ")}` : "",
      grouped && this.#one(3) ? `HAVING ${this.#aggregate("int", scope, 0)} > ${this.#choose(4)}` : "",
      this.#one(3)
        ? `ORDER BY ${this.#one(2) ? 1 + this.#choose(list.length) : (keys[0] ?? this.#bare(scope))}`
        : "",
      this.#one(5) ? `LIMIT ${1 + this.#choose(9)}` : "",
    ];
    return { text: clauses.filter(Boolean).join(" "), columns: list };
  }

  #source(depth: number, items: Item[], outer: readonly Item[]): string {
    if (depth > 1 && this.#one(6)) return this.#derived(depth - 1, items, outer);
    const [name, columnsOf] = this.#pick(RELATIONS);
    const alias = this.#name("t");
    items.push({ alias, columns: columnsOf });
    return `${name} ${alias}`;
  }

  #derived(depth: number, items: Item[], outer: readonly Item[]): string {
    const alias = this.#name("d");
    const inner = this.#simple(Math.max(depth, 1), outer);
    items.push({ alias, columns: inner.columns });
    return `(${inner.text}) ${alias}`;
  }

  /** A column as it is. */
  #bare(scope: readonly Item[]): string {
    const item = this.#pick(scope);
    return `${item.alias}.${this.#pick(item.columns).name}`;
  }

  #column(type: Type, scope: readonly Item[]): string | undefined {
    const found = scope.flatMap((item) =>
      item.columns.filter((one) => one.type === type).map((one) => `${item.alias}.${one.name}`),
    );
    return found.length === 0 ? undefined : this.#pick(found);
  }

  #condition(depth: number, scope: readonly Item[], join: boolean): string {
    const ints = this.#column("int", scope);
    const others = this.#column("int", scope.slice(-1));
    // Most joins and filters are by ordinary keys, so that many queries are let through.
    if (this.#choose(10) < 6 && ints && others) {
      return join ? `${ints} = ${others}` : `${ints} ${this.#pick(["=", "<", ">="])} ${1 + this.#choose(9)}`;
    }
    return this.#expression("bool", scope, depth);
  }

  #expression(type: Type, scope: readonly Item[], depth: number): string {
    const column = this.#column(type, scope);
    if (depth <= 0 || this.#one(3)) return column && !this.#one(6) ? column : this.#literal(type);
    const inner = (of: Type): string => this.#expression(of, scope, depth - 1);
    const subquery = (of: Type): string => {
      const query = this.#simple(1, scope, [of]).text;
      return `(${query.replace(/ LIMIT \d+$/, "")} LIMIT 1)`;
    };
    switch (type) {
      case "text":
        return this.#lazily([
          () => `upper(${inner("text")})`,
          () => `left(${inner("text")}, ${1 + this.#choose(4)})`,
          () => `(${inner("text")} || ${inner("text")})`,
          () => `coalesce(${inner("text")}, 'none')`,
          () => `nullif(${inner("text")}, ${this.#literal("text")})`,
          () => `CASE WHEN ${inner("bool")} THEN ${inner("text")} ELSE ${inner("text")} END`,
          () => `substring(${inner("text")} FROM '^[a-m]+')`,
          () => `regexp_replace(${inner("text")}, '[aeiou]', '')`,
          () => `split_part(${inner("text")}, '@', 1)`,
          () => `md5(${inner("text")})`,
          () => `concat(${inner("text")}, ${inner("int")})`,
          () => `(${inner("int")})::text`,
          () => `(${inner("json")} ->> 'email')`,
          () => `array_to_string(${inner("texts")}, ',')`,
          () => `to_char(${inner("date")}, 'YYYY-MM')`,
          () => `greatest(${inner("text")}, ${inner("text")})`,
          () => subquery("text"),
        ]);
      case "int":
        return this.#lazily([
          () => `(${inner("int")} + ${inner("int")})`,
          () => `(${inner("int")} % 7)`,
          () => `(100 / ${inner("int")})`,
          () => `length(${inner("text")})`,
          () => `strpos(${inner("text")}, 'a')`,
          () => `nullif(${inner("int")}, ${this.#choose(4)})`,
          () => `coalesce(${inner("int")}, 0)`,
          () => `CASE WHEN ${inner("bool")} THEN 1 ELSE 0 END`,
          () => `date_part('year', ${inner("date")})::int`,
          () => `(left(${inner("text")}, 1))::int`,
          () => `cardinality(${inner("texts")})`,
          () => `abs(${inner("int")})`,
          () => subquery("int"),
        ]);
      case "bool":
        return this.#lazily([
          () => `${inner("int")} ${this.#pick(["=", "<>", "<", ">"])} ${inner("int")}`,
          () => `${inner("text")} = ${inner("text")}`,
          () =>
            `${inner("text")} ${this.#pick(["LIKE", "~", ">", "IS DISTINCT FROM"])} ${this.#literal("text")}`,
          () => `${inner("text")} IS NULL`,
          () => `${inner("date")} BETWEEN ${this.#literal("date")} AND ${inner("date")}`,
          () => `(${inner("bool")} AND ${inner("bool")})`,
          () => `(${inner("bool")} OR ${inner("bool")})`,
          () => `NOT (${inner("bool")})`,
          () => `EXISTS (${this.#simple(1, scope).text})`,
          () => `${inner("int")} IN (${this.#simple(1, scope, ["int"]).text})`,
          () => `${inner("int")} IN (1, 2, 3)`,
          () => `${inner("text")} = ANY (${inner("texts")})`,
          () => `${inner("json")} @> '{"a": 1}'`,
        ]);
      case "texts":
        return this.#lazily([
          () => `string_to_array(${inner("text")}, ' ')`,
          () => `ARRAY[${inner("text")}]`,
        ]);
      case "json":
        return this.#lazily([
          () => `jsonb_build_object('email', ${inner("text")})`,
          () => `to_jsonb(${inner("int")})`,
        ]);
      case "date":
        return `(${inner("date")} + ${this.#choose(30)})`;
    }
  }

  #aggregate(type: Type, scope: readonly Item[], depth: number): string {
    const inner = (of: Type): string => this.#expression(of, scope, depth);
    const filter = this.#one(6) ? ` FILTER (WHERE ${this.#condition(1, scope, false)})` : "";
    if (type === "text") {
      return `${this.#pick([`max(${inner("text")})`, `string_agg(${inner("text")}, ',')`, `min(${inner("text")})`])}${filter}`;
    }
    if (type === "bool") return `bool_or(${inner("bool")})${filter}`;
    const counted = this.#pick(["*", inner("text"), `DISTINCT ${this.#bare(scope)}`]);
    return `${this.#pick([`count(${counted})`, `count(${counted})`, `sum(${inner("int")})`, `max(${inner("int")})`])}${filter}`;
  }

  #window(scope: readonly Item[]): string {
    const over = `(${this.#one(2) ? `PARTITION BY ${this.#bare(scope)} ` : ""}ORDER BY ${this.#bare(scope)})`;
    return `${this.#pick(["row_number()", "rank()", "count(*)", "ntile(3)"])} OVER ${over}`;
  }

  #literal(type: Type): string {
    switch (type) {
      case "text":
        return this.#pick(["'q'", "'x%'", "'Oslo'", "''"]);
      case "int":
        return String(this.#choose(12));
      case "date":
        return this.#pick(["date '1970-01-01'", "date '2024-06-30'"]);
      case "json":
        return `'{"email": "x"}'::jsonb`;
      case "texts":
        return "ARRAY['q', 'x']";
      case "bool":
        return this.#pick(["true", "false"]);
    }
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  #one(of: number): boolean {
    return this.#choose(of) === 0;
  }

  #pick<T>(list: readonly T[]): T {
    const found = list[this.#choose(list.length)];
    if (found === undefined) throw new RangeError("an empty list");
    return found;
  }

  #lazily(list: readonly (() => string)[]): string {
    return this.#pick(list)();
  }
}
