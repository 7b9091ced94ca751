import { describe, expect, it } from "vitest";
import { shapesOf } from "../../agent/classify/columnShape.ts";
import type { Catalog } from "../../protocol/catalog.ts";
import { catalogOf } from "./catalogs.ts";

const shapes = (engine: Catalog["engine"], types: readonly string[]) => {
  const shapeOf = shapesOf(catalogOf({}, { engine }));
  return Object.fromEntries(types.map((type) => [type, shapeOf(type).shape]));
};

describe("shapesOf", () => {
  it("knows the types of MySQL and MariaDB as information_schema prints them", () => {
    const expected = {
      longtext: "text",
      tinytext: "text",
      "varchar(80)": "text",
      "char(2)": "text",
      "int(11) unsigned": "number",
      "int unsigned zerofill": "number",
      "tinyint(1)": "boolean",
      "tinyint(4)": "number",
      "tinyint unsigned": "number",
      "mediumint(9)": "number",
      "decimal(10,2) unsigned": "number",
      double: "number",
      "bit(1)": "boolean",
      "bit(8)": "number",
      "enum('a','b')": "closed_set",
      "enum('a (int)','x) text')": "closed_set",
      "set('r','w')": "closed_set",
      json: "json",
      "datetime(6)": "temporal",
      timestamp: "temporal",
      "year(4)": "temporal",
      blob: "bytes",
      longblob: "bytes",
      "binary(16)": "bytes",
      "varbinary(255)": "bytes",
      point: "geometry",
      multipolygon: "geometry",
      inet6: "network",
      uuid: "uuid",
      "": "unknown",
      hologram: "unknown",
    };
    expect(shapes("mysql", Object.keys(expected))).toEqual(expected);
  });

  it("tells the free-form types of SQLite by affinity, and calls unknown what takes any text", () => {
    const expected = {
      integer: "number",
      "unsigned big int": "number",
      mediumint: "number",
      "tinyint(1)": "boolean",
      "native character(70)": "text",
      "varying character(255)": "text",
      longtext: "text",
      clob: "text",
      blob: "bytes",
      "": "unknown",
      "double precision": "number",
      float: "number",
      "number(10, 2)": "number",
      "decimal(10,5)": "number",
      string: "unknown",
      hologram: "unknown",
      boolean: "boolean",
      date: "temporal",
      datetime: "temporal",
      json: "json",
      uuid: "uuid",
      guid: "uuid",
    };
    expect(shapes("sqlite", Object.keys(expected))).toEqual(expected);
  });

  it("leaves PostgreSQL's types what they are", () => {
    const expected = {
      "character varying(40)": "text",
      "timestamp without time zone": "temporal",
      "bit(1)": "number",
      "numeric(10,2)": "number",
      jsonb: "json",
      bytea: "bytes",
      longtext: "unknown",
      "tinyint(1)": "unknown",
      "enum('a')": "unknown",
      year: "unknown",
    };
    expect(shapes("postgres", Object.keys(expected))).toEqual(expected);
    expect(shapesOf(catalogOf({}))("text[]")).toEqual({ shape: "text", array: true });
  });
});
