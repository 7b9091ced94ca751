import type { Routine } from "../../../protocol/catalog.ts";

/** A PL/pgSQL routine as a CREATE FUNCTION that can be parsed, its types left out. */
export function asFunction(routine: Routine): string {
  const isTrigger = routine.returnType === "trigger" || routine.returnType === "event_trigger";
  const args = routine.argumentNames.map(
    (name, index) => `"${(name || `a${index}`).replaceAll('"', '""')}" text`,
  );
  const outputs = routine.outputColumns
    .filter((column) => !routine.argumentNames.includes(column.name))
    .map((column) => `OUT "${column.name.replaceAll('"', '""')}" text`);
  const all = [...args, ...outputs].join(", ");
  const returns = isTrigger
    ? `RETURNS ${routine.returnType}`
    : outputs.length > 0
      ? routine.returnsSet
        ? "RETURNS SETOF record"
        : ""
      : routine.kind === "procedure"
        ? ""
        : `RETURNS ${routine.returnsSet ? "SETOF " : ""}text`;
  const what = routine.kind === "procedure" ? "PROCEDURE" : "FUNCTION";
  return `CREATE ${what} f(${isTrigger ? "" : all}) ${returns} LANGUAGE plpgsql AS ${quoted(routine.body)}`;
}

/** A body as it stands in CREATE FUNCTION, whatever it holds. */
function quoted(body: string): string {
  let tag = "$body$";
  for (let count = 0; body.includes(tag); count++) tag = `$body${count}$`;
  return `${tag}${body}${tag}`;
}

/** A DO block as a function. */
export const blockAsFunction = (body: string): string =>
  `CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS ${quoted(body)}`;
