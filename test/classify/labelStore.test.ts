import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { classifyCatalog } from "../../agent/classify/classifyCatalog.ts";
import { LabelStore } from "../../agent/classify/labelStore.ts";
import type { RelationEvidence } from "../../agent/classify/samples.ts";
import { gatherEvidence } from "../../agent/classify/values/gatherEvidence.ts";
import type { Catalog, Relation } from "../../protocol/catalog.ts";
import { connectionId } from "../../protocol/ids.ts";
import { catalogOf, tableOf } from "./catalogs.ts";

const ID = connectionId("a connection/with odd characters");
const CELLS = ["a.person@example.org", "another.person@example.org"];

let folder: string;
let store: LabelStore;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "sluice-labels-"));
  store = new LabelStore(path.join(folder, "labels"));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const people = tableOf("public.people", ["id integer", "email text", "details jsonb"]);
const orders = tableOf("public.orders", ["id integer", "note text"]);
const catalog = (...relations: readonly Relation[]): Catalog => catalogOf({}, { relations });

const seen = (relation: Relation, cells: readonly string[] = CELLS): RelationEvidence => ({
  version: relation.version,
  estimatedRows: relation.estimatedRows ?? 0,
  at: Date.now(),
  columns: Object.fromEntries(
    relation.columns.map(({ name, type }) => [
      name,
      gatherEvidence({
        cells: type === "jsonb" ? cells.map((value) => JSON.stringify({ contact: { mail: value } })) : cells,
        document: type === "jsonb",
        array: false,
      }),
    ]),
  ),
});

const file = (): string => {
  const [name = ""] = fs.readdirSync(path.join(folder, "labels"));
  return path.join(folder, "labels", name);
};

describe("LabelStore", () => {
  it("takes nothing back of what was seen once, whatever is written afterwards", () => {
    const known = catalog(people);
    store.save(ID, known, new Map([[people, seen(people)]]));
    const changed = { ...people, version: "another" };
    const poisoned = seen(
      changed,
      Array.from({ length: 400 }, () => "none"),
    );
    for (let round = 0; round < 3; round += 1) {
      store.save(ID, catalog(changed), new Map([[changed, poisoned]]));
      const { samples } = store.load(ID, catalog(changed));
      const label = classifyCatalog(catalog(changed), samples).get("public.people.email");
      expect(label).toMatchObject({ infoType: "email", level: "confidential" });
    }
  });

  it("has what was looked at long ago looked at again, and knows it meanwhile", () => {
    store.save(ID, catalog(people), new Map([[people, seen(people)]]));
    expect(store.load(ID, catalog(people)).pending).toEqual([]);
    const later = new LabelStore(path.join(folder, "labels"), () => Date.now() + 8 * 24 * 3_600_000);
    const { samples, pending } = later.load(ID, catalog(people));
    expect(pending).toEqual([people]);
    expect(samples.get("public.people.email")?.hits.email).toBe(2);
  });

  it("knows nothing at first", () => {
    const known = store.load(ID, catalog(people, orders));
    expect(known.samples.size).toBe(0);
    expect(known.complete).toBe(false);
    expect(known.pending).toEqual([people, orders]);
  });

  it("gives back what was saved, in another process as well, and keeps no value", () => {
    store.save(
      ID,
      catalog(people, orders),
      new Map([
        [people, seen(people)],
        [orders, seen(orders)],
      ]),
    );
    const known = new LabelStore(path.join(folder, "labels")).load(ID, catalog(people, orders));
    expect(known.complete).toBe(true);
    expect(known.samples.get("public.people.email")).toEqual(seen(people).columns.email);
    expect(known.samples.get("public.people.details")?.paths?.["contact.mail"]?.hits.email).toBe(2);
    const text = fs.readFileSync(file(), "utf8");
    expect(text).toContain("contact.mail");
    for (const value of CELLS) expect(text).not.toContain(value);
    expect(fs.statSync(file()).mode & 0o077).toBe(0);
    expect(fs.readdirSync(path.join(folder, "labels"))).toHaveLength(1);
  });

  it("asks again for relations that changed, grew, were empty or are new, and forgets dropped ones", () => {
    const small = tableOf("public.small", ["note text"], { estimatedRows: 100 });
    const empty = tableOf("public.empty", ["note text"]);
    const all = catalog(people, orders, small, empty);
    const scanned = [people, orders, small].map((relation) => [relation, seen(relation)] as const);
    store.save(ID, all, new Map([...scanned, [empty, seen(empty, [])]]));
    expect(store.load(ID, all).pending).toEqual([empty]);

    const changed = { ...people, version: "2" };
    const grown = { ...small, estimatedRows: 1_000_000 };
    const fresh = tableOf("public.fresh", ["note text"]);
    const now = catalog(changed, orders, grown, fresh);
    const known = store.load(ID, now);
    expect(known.pending).toEqual([changed, grown, fresh]);
    expect(known.samples.has("public.people.email")).toBe(false);
    expect(known.samples.has("public.orders.note")).toBe(true);

    store.save(ID, catalog(orders), new Map());
    expect(JSON.parse(fs.readFileSync(file(), "utf8")).relations).toHaveProperty('["public","orders"]');
    expect(JSON.parse(fs.readFileSync(file(), "utf8")).relations).not.toHaveProperty('["public","small"]');
  });

  it("asks again for columns that could not be read", () => {
    const { details: _, ...readable } = seen(people).columns;
    store.save(ID, catalog(people), new Map([[people, { ...seen(people), columns: readable }]]));
    const known = store.load(ID, catalog(people));
    expect(known.pending).toEqual([people]);
    expect(known.samples.has("public.people.email")).toBe(true);
  });

  it.each([
    ["no JSON", "{ this is not"],
    ["nothing", ""],
    ["another shape", '{"taxonomy":1,"relations":{"x":{"version":3}}}'],
    ["an older taxonomy", '{"taxonomy":-1,"relations":{}}'],
    ["bytes", "\u0000\u0001\ufffd"],
  ])("takes a file with %s for empty, and replaces it", (_, content) => {
    store.save(ID, catalog(people), new Map([[people, seen(people)]]));
    fs.writeFileSync(file(), content);
    expect(store.load(ID, catalog(people)).pending).toEqual([people]);
    store.save(ID, catalog(people), new Map([[people, seen(people)]]));
    expect(store.load(ID, catalog(people)).complete).toBe(true);
  });

  it("goes on without what cannot be written", () => {
    fs.writeFileSync(path.join(folder, "labels"), "a file where the folder should be");
    store.save(ID, catalog(people), new Map([[people, seen(people)]]));
    expect(store.load(ID, catalog(people)).complete).toBe(false);
  });

  it("keeps connections apart", () => {
    store.save(ID, catalog(people), new Map([[people, seen(people)]]));
    expect(store.load(connectionId("another"), catalog(people)).complete).toBe(false);
  });
});
