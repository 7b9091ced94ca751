import { counted } from "../../protocol/counted.ts";
import type { StatementState } from "../../protocol/messages.ts";
import type { ExportFormat, ResultsFromPage } from "../../protocol/views.ts";
import { element } from "../element.ts";
import { duration } from "../measures.ts";
import { toCsv, toSpreadsheetCsv, toTabbed } from "./delimitedText.ts";
import { Grid } from "./grid/grid.ts";
import { toJson } from "./jsonText.ts";
import { ResultRows } from "./resultRows.ts";
import { ValuePane } from "./valuePane.ts";

type RowsState = Extract<StatementState, { kind: "rows" }>;

/** One result set: its grid, the value that was opened, and a line that tells how much of it is here. */
export class ResultPanel {
  readonly element: HTMLElement;
  readonly rows: ResultRows;
  readonly #state: RowsState;
  readonly #pageRows: number;
  readonly #send: (message: ResultsFromPage) => void;
  readonly #grid: Grid;
  readonly #value: ValuePane;
  readonly #status = element("div", { class: "status", role: "status" });

  constructor(state: RowsState, label: string, pageRows: number, send: (message: ResultsFromPage) => void) {
    this.#state = state;
    this.#pageRows = pageRows;
    this.#send = send;
    this.rows = new ResultRows(state.resultId, state.columns, state.page);
    this.#value = new ValuePane(() => this.#grid.element.focus());
    this.#grid = new Grid(this.rows, label, {
      onReach: (last) => this.#reach(last),
      onCopy: (withHeaders) => this.#copySelected(withHeaders),
      onOpenCell: (row, column) => this.#open(row, column),
    });
    this.element = element(
      "div",
      { class: "result" },
      element("div", { class: "result-area" }, this.#grid.element, this.#value.element),
      this.#status,
    );
    this.#tell();
  }

  /** To be called after `rows` changed. */
  update(): void {
    this.#grid.grow();
    this.#tell();
    if (this.rows.end.kind === "cut") this.close();
  }

  /** What was shown under this elevation is gone from the page; `why` is told instead. */
  hide(elevation: string, why: string): void {
    if (!this.rows.hide(elevation, why)) return;
    this.#value.clear();
    this.#grid.repaint();
    this.#tell();
    this.close();
  }

  /** Tells the agent that nobody will page further. */
  close(): void {
    if (!this.#state.page.done) this.#send({ kind: "close", resultId: this.rows.id });
  }

  unmount(): void {
    this.#grid.unmount();
  }

  copyAll(): void {
    const text = toTabbed(this.#names, this.rows.loaded);
    this.#send({ kind: "copied", text, what: `Copied ${counted(this.rows.count, "row")} with headers` });
  }

  export(format: ExportFormat): void {
    const write = { csv: toCsv, spreadsheet: toSpreadsheetCsv, json: toJson }[format];
    const text = write(this.#names, this.rows.loaded);
    this.#send({ kind: "exported", format, text, rows: this.rows.count });
  }

  get #names(): readonly string[] {
    return this.rows.columns.map(({ name }) => name);
  }

  #reach(last: number): void {
    if (!this.rows.wantsMore(last, this.#pageRows)) return;
    this.#send({ kind: "fetch", resultId: this.rows.id, maxRows: this.#pageRows });
  }

  #copySelected(withHeaders: boolean): void {
    const { names, rows } = this.#grid.selected;
    const cells = names.length * rows.length;
    const text = toTabbed(withHeaders ? names : null, rows);
    this.#send({ kind: "copied", text, what: `Copied ${counted(cells, "cell")}` });
  }

  #open(row: number, column: number): void {
    const description = this.rows.columns[column];
    const cell = this.rows.loaded[row]?.[column];
    if (description !== undefined && cell !== undefined) this.#value.show(description, cell);
  }

  #tell(): void {
    const { milliseconds, record } = this.#state;
    const { columns } = this.rows;
    const masked = columns.filter(({ mask }) => mask !== null).length;
    const facts = [
      this.#amount(),
      `${counted(columns.length, "column")}${masked === 0 ? "" : `, ${masked} masked`}`,
      duration(milliseconds),
      `record ${record.seq}`,
    ];
    const { end } = this.rows;
    const note =
      end.kind === "cut"
        ? end.why
        : end.kind === "failed"
          ? `${end.problem.message} ${end.problem.action}`
          : "";
    this.#status.replaceChildren(
      element("span", {}, facts.join(" · ")),
      element("span", { class: end.kind === "failed" ? "note failed" : "note" }, note),
    );
  }

  #amount(): string {
    const count = counted(this.rows.count, "row");
    return this.rows.end.kind === "more" ? `first ${count}, more below` : count;
  }
}
