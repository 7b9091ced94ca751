import { z } from "zod";

export const CONNECTION_NAME = z
  .string()
  .min(1)
  .max(200)
  .describe("Name of a connection, from list_connections");

export const SQL = z.string().min(1).max(200_000).describe("SQL in the connection's own dialect");

const HOW_TO_SAY_PURPOSE =
  "`purpose` is missing: say in it, in a sentence, what the statement is for. It goes on record.";

export const PURPOSE = z
  .string({ error: ({ input }) => (input === undefined ? HOW_TO_SAY_PURPOSE : undefined) })
  .max(2_000)
  .describe("What the statement is for, in a sentence a person understands; it goes on record");
