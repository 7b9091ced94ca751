/** What a model's answer comes to before anybody looks at its SQL. */
export type AnswerSql =
  | { readonly kind: "sql"; readonly sql: string }
  /** It said that it would not, or cannot. */
  | { readonly kind: "refused" }
  /** Words without a statement, or none at all. */
  | { readonly kind: "nothing" };

/** What is longer is rambling: no statement a person is to review has this length. */
export const LONGEST_ANSWER = 20_000;

const THOUGHT = /<think(?:ing)?>[\s\S]*?(?:<\/think(?:ing)?>|$)/gi;
const FENCE = /```[ \t]*([\w-]*)[^\n]*\n([\s\S]*?)(?:\n[ \t]*```|$)/g;
const STARTS =
  /^[ \t]*(?:WITH\s+(?:RECURSIVE\s+)?[\w"`]+\s*(?:\([^)]*\)\s*)?AS\b|SELECT\b|INSERT\s+INTO\b|UPDATE\s+\S+\s+(?:AS\s+)?|DELETE\s+FROM\b|MERGE\s+INTO\b|CREATE\s+\w+|ALTER\s+\w+|DROP\s+\w+|TRUNCATE\b|EXPLAIN\b|VALUES\s*\(|TABLE\s+\S+|SHOW\s+\w+)/im;
const REFUSAL =
  /^\W*(?:no\W*$|i(?:['’]m| am) (?:sorry|unable|not able)|sorry\b|i (?:can(?:no|['’])t|won['’]t)|as an ai\b|unfortunately\b)/i;

/** The statement in an answer, whatever a model wrote around it: prose, fences, thoughts, a second statement. */
export function answerSql(answer: string): AnswerSql {
  const text = answer.slice(0, LONGEST_ANSWER).replace(THOUGHT, "").trim();
  if (text === "") return { kind: "nothing" };
  const fenced = [...text.matchAll(FENCE)]
    .map(([, language = "", body = ""]) => ({ language: language.toLowerCase(), body: body.trim() }))
    .filter(({ body }) => body !== "");
  const marked = fenced.find(({ language, body }) => isSqlName(language) && STARTS.test(body));
  const block = marked ?? fenced.find(({ body }) => STARTS.test(body));
  if (block !== undefined) return { kind: "sql", sql: block.body };
  if (REFUSAL.test(text)) return { kind: "refused" };
  const begins = STARTS.exec(text);
  // A statement begins on a line of its own; a word like "select" in a sentence begins none.
  if (begins === null) return { kind: "nothing" };
  const sql = withoutProse(text.slice(begins.index)).trim();
  return sql === "" ? { kind: "nothing" } : { kind: "sql", sql };
}

const isSqlName = (language: string): boolean =>
  ["sql", "postgresql", "postgres", "pgsql", "mysql", "mariadb", "sqlite", "tsql"].includes(language);

/** A paragraph after the statement that reads like a sentence is none of it. */
function withoutProse(text: string): string {
  const paragraphs = text.split(/\n[ \t]*\n/);
  const prose = paragraphs.findIndex(
    (paragraph, index) =>
      index > 0 &&
      (paragraphs.slice(0, index).join("\n").trimEnd().endsWith(";") ||
        /^[ \t]*(?:\*|#|[A-Z][\w']* [\w', ]+[.:])/.test(paragraph)) &&
      !STARTS.test(paragraph),
  );
  return (prose < 0 ? paragraphs : paragraphs.slice(0, prose)).join("\n\n");
}
