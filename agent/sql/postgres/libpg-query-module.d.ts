declare module "libpg-query/wasm/libpg-query.js" {
  /** The emscripten module behind libpg-query: its C entry points and its linear memory. */
  export interface PgQueryModule {
    readonly HEAPU8: Uint8Array;
    lengthBytesUTF8(text: string): number;
    stringToUTF8(text: string, pointer: number, length: number): void;
    UTF8ToString(pointer: number): string;
    getValue(pointer: number, type: "i32"): number;
    _malloc(size: number): number;
    _free(pointer: number): void;
    _wasm_parse_query_raw(text: number): number;
    _wasm_free_parse_result(result: number): void;
    _wasm_parse_plpgsql(text: number): number;
    _wasm_free_string(pointer: number): void;
  }
  const createModule: () => Promise<PgQueryModule>;
  export default createModule;
}
