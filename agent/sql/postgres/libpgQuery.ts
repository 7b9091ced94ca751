import { setFlagsFromString } from "node:v8";
import type { ParseResult, RawStmt } from "libpg-query";
import type { PgQueryModule } from "libpg-query/wasm/libpg-query.js";

/** `at` is a byte offset into the UTF-8 of the parsed text. */
export type Parsed =
  | { readonly kind: "parsed"; readonly statements: readonly RawStmt[] }
  | { readonly kind: "syntax_error"; readonly message: string; readonly at: number }
  | { readonly kind: "too_complex"; readonly message: string };

/** One parsed PL/pgSQL function, as libpg-query prints it: nested objects with one key naming the node. */
export type PlpgsqlTree = { readonly [key: string]: unknown };

const largestHeap = 384 * 1024 * 1024;

let current: PgQueryModule | undefined;
let loading: Promise<void> | undefined;

/** Loads PostgreSQL's own grammar (WebAssembly, about 2 MB). Everything else in this folder needs it first. */
export function loadPostgresParser(): Promise<void> {
  if (current) return Promise.resolve();
  loading ??= replaceModule();
  return loading;
}

/**
 * V8's optimizing compiler takes half a gigabyte for the grammar's one large function, to make parsing a quarter
 * faster: the code of its first compiler will do. A V8 that does not know the flags goes on without them.
 */
const ONE_COMPILER = ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering"];

async function replaceModule(): Promise<void> {
  for (const flag of ONE_COMPILER) setFlagsFromString(flag);
  const { default: createModule } = await import("libpg-query/wasm/libpg-query.js");
  current = await createModule();
}

/** A trap leaves C state behind, and memory never shrinks: start afresh, and use the old one meanwhile. */
function renew(): void {
  void replaceModule().catch(() => {
    current = undefined;
    loading = undefined;
  });
}

function loaded(): PgQueryModule {
  if (!current) throw new Error("The PostgreSQL parser is not loaded: await loadPostgresParser() first.");
  return current;
}

function withText<Result>(pg: PgQueryModule, text: string, work: (pointer: number) => Result): Result {
  const size = pg.lengthBytesUTF8(text) + 1;
  const pointer = pg._malloc(size);
  pg.stringToUTF8(text, pointer, size);
  const result = work(pointer);
  pg._free(pointer);
  if (pg.HEAPU8.length > largestHeap) renew();
  return result;
}

/** Parses a whole request with PostgreSQL's grammar. Needs `loadPostgresParser()`. */
export function parseSql(text: string): Parsed {
  const pg = loaded();
  try {
    return withText(pg, text, (pointer) => readParseResult(pg, pg._wasm_parse_query_raw(pointer)));
  } catch (error) {
    renew();
    if (error instanceof RangeError || error instanceof WebAssembly.RuntimeError) return tooComplex;
    throw error;
  }
}

const tooComplex: Parsed = {
  kind: "too_complex",
  message: "The statement is nested too deeply to be understood. Split it into smaller statements.",
};

function readParseResult(pg: PgQueryModule, result: number): Parsed {
  const tree = pg.getValue(result, "i32");
  const error = pg.getValue(result + 8, "i32");
  try {
    if (error) return readError(pg, error);
    const parsed: ParseResult = JSON.parse(pg.UTF8ToString(tree));
    return { kind: "parsed", statements: parsed.stmts ?? [] };
  } finally {
    pg._wasm_free_parse_result(result);
  }
}

function readError(pg: PgQueryModule, error: number): Parsed {
  const message = pg.UTF8ToString(pg.getValue(error, "i32"));
  const position = pg.getValue(error + 16, "i32");
  if (message.startsWith("memory exhausted") || message.startsWith("stack depth")) return tooComplex;
  return { kind: "syntax_error", message, at: position > 0 ? position - 1 : 0 };
}

/** Parses `CREATE FUNCTION … LANGUAGE plpgsql` or a DO block; undefined if it isn't valid PL/pgSQL. */
export function parsePlpgsql(text: string): readonly PlpgsqlTree[] | undefined {
  const pg = loaded();
  try {
    return withText(pg, text, (pointer) => {
      const result = pg._wasm_parse_plpgsql(pointer);
      const printed = pg.UTF8ToString(result);
      pg._wasm_free_string(result);
      if (!printed.startsWith("{")) return undefined;
      const parsed: { plpgsql_funcs?: readonly PlpgsqlTree[] } = JSON.parse(printed);
      return parsed.plpgsql_funcs;
    });
  } catch {
    renew();
    return undefined;
  }
}
