import type { Routine, Trigger } from "../../../protocol/catalog.ts";
import { syntheticOid } from "../syntheticOid.ts";
import { MAIN, type SchemaEntry } from "./relationVersions.ts";

/** Triggers of one relation, each with its text as a routine of a name no statement can call. */
export function readTriggers(
  entries: readonly SchemaEntry[],
): readonly { readonly trigger: Trigger; readonly body: Routine }[] {
  return entries
    .filter(({ type }) => type === "trigger")
    .map(({ name, table, sql }) => {
      const routineOid = syntheticOid("trigger", MAIN, table, name);
      return {
        trigger: { name, events: eventsOf(sql), routineOid, enabled: true },
        body: {
          oid: routineOid,
          schema: MAIN,
          name: `trigger ${name}`,
          kind: "function",
          argumentTypes: [],
          argumentNames: [],
          defaultedArguments: 0,
          variadic: false,
          returnType: "trigger",
          returnsSet: false,
          outputColumns: [],
          language: "sql",
          volatility: "volatile",
          securityDefiner: false,
          body: sql,
        },
      };
    });
}

const EVENTS = ["insert", "update", "delete"] as const;

/** `CREATE TRIGGER name [BEFORE | AFTER | INSTEAD OF] event`; every event where the text reads otherwise. */
function eventsOf(sql: string): Trigger["events"] {
  const [, word] = HEAD.exec(sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ")) ?? [];
  const event = EVENTS.find((one) => one === word?.toLowerCase());
  return event === undefined ? EVENTS : [event];
}

const NAME = String.raw`(?:"(?:[^"]|"")*"|\[[^\]]*\]|\`(?:[^\`]|\`\`)*\`|'(?:[^']|'')*'|[^\s."'\`\[]+)`;
const HEAD = new RegExp(
  String.raw`^\s*CREATE\s+(?:TEMP(?:ORARY)?\s+)?TRIGGER\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:${NAME}\s*\.\s*)?${NAME}\s*(?:BEFORE|AFTER|INSTEAD\s+OF)?\s*(INSERT|UPDATE|DELETE)\b`,
  "i",
);
