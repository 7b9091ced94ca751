import type {
  AlterEnumStmt,
  CreateDomainStmt,
  CreateEnumStmt,
  CreateRangeStmt,
  DefineStmt,
  Node,
  TypeName,
} from "libpg-query";
import { nameParts } from "../names.ts";
import type { SchemaState } from "./schemaState.ts";
import { printType, qualifiedName } from "./typeNames.ts";

export function createEnum(state: SchemaState, node: CreateEnumStmt): void {
  state.addType({ ...placeOf(state, node.typeName), kind: "enum", detail: nameParts(node.vals) });
}

/** ALTER TYPE … ADD VALUE and RENAME VALUE. */
export function alterEnum(state: SchemaState, node: AlterEnumStmt): void {
  const parts = nameParts(node.typeName);
  const type = state.findType(parts.at(-2), parts.at(-1) ?? "");
  const { newVal, oldVal } = node;
  if (!type || newVal === undefined) return;
  const labels = [...type.detail];
  const neighbour = node.newValNeighbor === undefined ? -1 : labels.indexOf(node.newValNeighbor);
  if (oldVal !== undefined) labels[labels.indexOf(oldVal)] = newVal;
  else if (!labels.includes(newVal)) {
    labels.splice(neighbour < 0 ? labels.length : neighbour + (node.newValIsAfter ? 1 : 0), 0, newVal);
  }
  state.replaceType(type, { ...type, detail: labels });
}

export function createDomain(state: SchemaState, node: CreateDomainStmt): void {
  if (!node.typeName) return;
  const base = printType(state, node.typeName, true);
  state.addType({ ...placeOf(state, node.domainname), kind: "domain", detail: [base] });
}

/** A range type comes with a multirange type, and with functions that build both. */
export function createRange(state: SchemaState, node: CreateRangeStmt): void {
  const { schema, name } = placeOf(state, node.typeName);
  const parameters = new Map<string, TypeName>();
  for (const one of node.params ?? []) {
    if (!("DefElem" in one)) continue;
    const { defname = "", arg } = one.DefElem;
    if (arg && "TypeName" in arg) parameters.set(defname, arg.TypeName);
  }
  const subtype = parameters.get("subtype");
  if (!subtype) return;
  const element = printType(state, subtype, false);
  const given = parameters.get("multirange_type_name");
  const multirange = given ? placeOf(state, given.names) : { schema, name: multirangeName(name) };
  state.addType({ schema, name, kind: "range", detail: [element] });
  state.addType({ ...multirange, kind: "range", detail: [] });
  const range = qualifiedName(state, schema, name);
  const built = (place: Place, types: readonly string[], variadic = false): void => {
    const oid = state.nextOid();
    state.routines.set(oid, {
      oid,
      ...place,
      kind: "function",
      argumentTypes: types,
      argumentNames: [],
      defaultedArguments: 0,
      variadic,
      returnType: qualifiedName(state, place.schema, place.name),
      returnsSet: false,
      outputColumns: [],
      language: "internal",
      volatility: "immutable",
      securityDefiner: false,
      body: "",
    });
  };
  built({ schema, name }, [element, element]);
  built({ schema, name }, [element, element, "text"]);
  built(multirange, []);
  built(multirange, [range]);
  built(multirange, [`${range}[]`], true);
}

/** CREATE TYPE of a base type, written in C. */
export function createBaseType(state: SchemaState, node: DefineStmt): void {
  state.addType({ ...placeOf(state, node.defnames), kind: "base", detail: [] });
}

interface Place {
  readonly schema: string;
  readonly name: string;
}

function placeOf(state: SchemaState, names: readonly Node[] | undefined): Place {
  const parts = nameParts(names);
  return { schema: state.creationSchema(parts.at(-2)), name: parts.at(-1) ?? "" };
}

const multirangeName = (name: string): string =>
  name.includes("range") ? name.replace("range", "multirange") : `${name}_multirange`;
