import { nameWords, stem } from "../nameWords.ts";
import type { AskedCheck } from "./asked.ts";

const CHANGE =
  /\b(?:delete|remove|drop|purge|erase|clear|truncate|wipe|update|change|set|modify|edit|correct|replace|rename|increase|decrease|raise|lower|insert|add|create|store|save|write|copy|move|archive|mark|cancel|close|merge|grant|revoke|anonymi[sz]e|deactivate|disable|enable|reset|fix|alter|make)\b/;
const READ = /\b(?:show|list|find|count|how many|what|which|who|report|compare|display|get|give)\b/;

/** Asked to look, and it changes: the gravest difference there is. */
export const effectDifferences: AskedCheck = ({ question, facts }) => {
  const reads = facts.effect === "read" || facts.effect === "session";
  if (!reads && !CHANGE.test(question)) {
    return [
      {
        code: "writes-unasked",
        severity: "warning",
        message:
          question === ""
            ? "It changes something, and nothing was said about that."
            : "You asked to see something; this changes something.",
      },
    ];
  }
  if (
    reads &&
    /^(?:please\s+)?(?:delete|remove|purge|erase|update|insert|truncate|drop)\b/.test(question) &&
    !READ.test(question)
  ) {
    return [
      { code: "write-missing", severity: "note", message: "You asked to change something; this only reads." },
    ];
  }
  return [];
};

/** A table the question names by its name has to be there, unless a column of that name is. */
export const namedDifferences: AskedCheck = ({ question, facts, tables }) => {
  const used = new Set(
    [
      ...facts.relations.map(({ name }) => name),
      ...[...facts.reads, ...facts.writes].flatMap(({ column }) => [column.table, column.column]),
      ...facts.outputs.map(({ name }) => name),
    ].flatMap((name) => [name.toLowerCase(), ...nameWords(name)]),
  );
  const words = question.split(/[^\p{L}\p{N}_]+/u).filter((word) => word.length > 3);
  const lacking = [...new Set(words)].filter(
    (word) => tables.has(word) && !used.has(word) && !used.has(stem(word)),
  );
  return lacking.map((word) => ({
    code: "table-missing",
    severity: "note",
    message: `You named “${word}”, which is a table; the statement does not use it.`,
  }));
};
