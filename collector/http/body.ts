import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { z } from "zod";
import { BATCH } from "../../protocol/collector/ingest.ts";
import { Refusal } from "../refusal.ts";
import { wrongField } from "./wrongField.ts";

const unzip = promisify(gunzip);

/** A full batch, its quotes escaped. What is sent and what it unfolds to have the same end. */
export const MOST_BODY_BYTES = 2 * BATCH.bytes + 1024 * 1024;

/** What one request may hold in memory. */
export interface Intake {
  /** Most bytes of its body. */
  readonly limit: number;
  /** @throws Refusal where all requests together hold too much. */
  reserve(bytes: number): void;
}

/** Reads a request's JSON, unfolded where it is gzip. @throws Refusal */
export async function readJson(
  bytes: Buffer,
  encoding: string | undefined,
  intake: Intake,
): Promise<unknown> {
  const text = await unfolded(bytes, encoding ?? "identity", intake.limit);
  if (text !== bytes) intake.reserve(text.length);
  try {
    return JSON.parse(text.toString("utf8"));
  } catch {
    throw new Refusal(
      "bad-request",
      "The body is not JSON.",
      "Send JSON, as docs/collector.md describes it.",
    );
  }
}

async function unfolded(bytes: Buffer, encoding: string, limit: number): Promise<Buffer> {
  if (encoding === "identity") return bytes;
  if (encoding !== "gzip")
    throw new Refusal(
      "bad-request",
      `Bodies of encoding "${encoding}" are not read.`,
      "Send gzip, or plain JSON.",
    );
  try {
    return await unzip(bytes, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE")
      throw tooLarge(limit);
    throw new Refusal("bad-request", "The body is not gzip.", "Send it again.");
  }
}

/** The answer to a body that has more bytes. */
export const tooLarge = (limit: number): Refusal =>
  new Refusal("too-large", `A body may have at most ${limit} bytes.`, "Send fewer records at a time.");

/**
 * Holds a value against its schema. `name` is what it is called where it stands alone, as a parameter does.
 * @throws Refusal that names the field, not its content.
 */
export function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: string | null = null,
): z.infer<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const wrong = wrongField(read.error, value);
  const field = wrong.field ?? name;
  throw new Refusal(
    "bad-request",
    `${field === null ? "The request" : `"${field}"`} ${wrong.wanted}.`,
    "Correct it; docs/collector.md describes the request.",
    field === null ? {} : { field },
  );
}
