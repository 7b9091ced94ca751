import { type Influence, Influences } from "../../protocol/behaviour/influence.ts";
import { placedBodies } from "../audit/placedBodies.ts";
import { openHome } from "../home.ts";
import { type Command, EXIT } from "./command.ts";
import { parseLine } from "./parseLine.ts";
import { printable, table } from "./text.ts";

const OF_SUGGESTIONS = /"kind":"(suggestion_made|suggestion_decided|intent|outcome)"/;

/** `sluice audit suggestions`: what models proposed, what people made of it, and what it changed. */
export const auditSuggestions: Command = async (args, io) => {
  const { values } = parseLine({
    args: [...args],
    options: { ledger: { type: "string" }, json: { type: "boolean" } },
  });
  const influences = new Influences();
  for (const body of placedBodies(values.ledger ?? openHome().ledger, (text) => OF_SUGGESTIONS.test(text)))
    influences.take(body);
  const found = influences.list();
  if (values.json === true) {
    for (const one of found) io.out(`${JSON.stringify(one)}\n`);
    return EXIT.done;
  }
  if (found.length === 0) io.out("No model has suggested anything.\n");
  else
    io.out(
      table(
        ["record", "at", "model", "decided", "ran", "changed", "in", "statement"],
        found.map((one) => [
          `#${one.made.seq}`,
          one.made.at,
          printable(one.model),
          decidedWords(one),
          one.runs.map(({ record }) => `#${record.seq}`).join(", "),
          one.runs.map(({ affected }) => `${affected ?? 0} rows`).join(", "),
          [...new Set(one.runs.flatMap(({ writes }) => writes))].join(", "),
          one.statement,
        ]),
      ),
    );
  return EXIT.done;
};

function decidedWords({ decided }: Influence): string {
  if (decided === null) return "not yet";
  return `${decided.decision}${decided.changed ? ", changed" : ""} by ${decided.by}`;
}
