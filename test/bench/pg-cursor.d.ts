/** What the benchmark uses of pg-cursor, which brings no types. */
declare module "pg-cursor" {
  import type { Submittable } from "pg";

  export default class Cursor<Row> implements Submittable {
    constructor(text: string);
    submit: Submittable["submit"];
    read(rows: number): Promise<Row[]>;
    close(): Promise<void>;
  }
}
