import type { Relation } from "../../../protocol/catalog.ts";
import type { TableContext } from "../taxonomy/infoType.ts";
import { matchName, nameWords } from "./lexicon.ts";
import { TABLE_NOUNS } from "./nouns.ts";

/** Contexts a schema lends to tables whose own name says nothing else. */
const LENT_BY_SCHEMA: readonly TableContext[] = ["clinical", "employee", "payment", "insurance"];
/** Words that make `clients`, `users` or `agents` programs. */
const PROGRAMS: ReadonlySet<string> = new Set([
  "api",
  "oauth",
  "app",
  "http",
  "service",
  "system",
  "bot",
  "db",
]);
/** Columns that together make a row a person. */
const PERSONAL_TYPES: ReadonlySet<string> = new Set([
  "given_name",
  "family_name",
  "birth_date",
  "us_ssn",
  "national_id",
  "email",
  "phone",
  "gender",
  "password_hash",
  "password",
]);

/** What each table is about, by `schema.name`: from its name, its columns, its schema and what it points to. */
export function tableContexts(
  relations: readonly Relation[],
): ReadonlyMap<string, ReadonlySet<TableContext>> {
  const own = new Map(relations.map((relation) => [relationKey(relation), ownContexts(relation)]));
  const result = new Map<string, ReadonlySet<TableContext>>();
  for (const relation of relations) {
    const contexts = new Set(own.get(relationKey(relation)));
    for (const column of relation.columns) {
      const target = column.references;
      if (target === undefined) continue;
      const about = own.get(`${target.schema}.${target.table}`);
      // A child of patients is about patients.
      if (about?.has("clinical") && about.has("person")) contexts.add("clinical");
    }
    result.set(relationKey(relation), contexts);
  }
  return result;
}

export const relationKey = (relation: { readonly schema: string; readonly name: string }): string =>
  `${relation.schema}.${relation.name}`;

function ownContexts(relation: Relation): ReadonlySet<TableContext> {
  const words = nameWords(relation.name).filter((word) => !/^\p{N}+$/u.test(word));
  const contexts = new Set<TableContext>();
  const head = words.findLast((word) => contextsOf(word).length > 0);
  for (const context of head === undefined ? [] : contextsOf(head)) contexts.add(context);
  for (const word of words) {
    for (const context of contextsOf(word)) if (LENT_BY_SCHEMA.includes(context)) contexts.add(context);
  }
  if (words.some((word) => PROGRAMS.has(word))) {
    contexts.delete("person");
    contexts.add("credential");
  }
  if (contexts.size === 0 || contexts.has("person")) {
    for (const word of nameWords(relation.schema)) {
      for (const context of contextsOf(word)) if (LENT_BY_SCHEMA.includes(context)) contexts.add(context);
    }
  }
  if (looksLikePerson(relation) && (contexts.size === 0 || isOnlyAccount(contexts))) contexts.add("person");
  if (contexts.has("employee")) contexts.add("person");
  return contexts;
}

function contextsOf(word: string): readonly TableContext[] {
  return CONTEXT_NOUNS.flatMap(({ context, nouns }) => (nouns.has(word) ? [context] : []));
}

const CONTEXT_NOUNS: readonly { readonly context: TableContext; readonly nouns: ReadonlySet<string> }[] = [
  { context: "person", nouns: TABLE_NOUNS.person },
  { context: "employee", nouns: TABLE_NOUNS.employee },
  { context: "clinical", nouns: TABLE_NOUNS.clinical },
  { context: "insurance", nouns: TABLE_NOUNS.insurance },
  { context: "organisation", nouns: TABLE_NOUNS.organisation },
  { context: "payment", nouns: TABLE_NOUNS.payment },
  { context: "transaction", nouns: TABLE_NOUNS.transaction },
  { context: "product", nouns: TABLE_NOUNS.product },
  { context: "communication", nouns: TABLE_NOUNS.communication },
  { context: "location", nouns: TABLE_NOUNS.location },
  { context: "credential", nouns: TABLE_NOUNS.credential },
  { context: "device", nouns: TABLE_NOUNS.device },
  { context: "reference", nouns: TABLE_NOUNS.reference },
  { context: "technical", nouns: TABLE_NOUNS.technical },
];

const isOnlyAccount = (contexts: ReadonlySet<TableContext>): boolean =>
  [...contexts].every(
    (context) => context === "clinical" || context === "insurance" || context === "payment",
  );

/** At least two kinds of facts that only people have. */
function looksLikePerson(relation: Relation): boolean {
  const kinds = new Set<string>();
  for (const column of relation.columns) {
    for (const match of matchName(nameWords(column.name), new Set())) {
      if (match.strength === "named" && PERSONAL_TYPES.has(match.type.name)) kinds.add(match.type.name);
    }
  }
  return kinds.size >= 2;
}
