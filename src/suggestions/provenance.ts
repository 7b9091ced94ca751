import { createHash } from "node:crypto";
import * as vscode from "vscode";
import type { SuggestedRange, Suggestion } from "../../protocol/suggestion/suggestion.ts";
import type { AgentClient } from "../agentClient.ts";
import { afterChange, flat, withRange } from "./trackedRanges.ts";

const STORED = "sluice.suggested";
const REMEMBERED_DOCUMENTS = 200;
const SAVE_MS = 400;
/** Shorter texts are copied everywhere. */
const LEAST_COPY = 16;

interface StoredRange extends SuggestedRange {
  /** SHA-256 of the words it covered. */
  readonly hash: string;
}

/** What is offered as ghost text at a place. */
interface Offered {
  readonly uri: string;
  readonly start: number;
  readonly text: string;
  readonly suggestion: string;
}

/**
 * Which parts of this window's documents a model wrote. Followed from the moment they come in: through edits, by copies
 * within the editor, over saving and reloading.
 */
export class Provenance implements vscode.Disposable {
  readonly #agent: AgentClient;
  readonly #memory: vscode.Memento;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onChange = this.#changed.event;
  readonly #ranges = new Map<string, readonly SuggestedRange[]>();
  readonly #made = new Map<string, Suggestion>();
  /** Suggestions by their flat text: what a copy is known by. */
  readonly #texts = new Map<string, string>();
  readonly #unsaved = new Map<string, NodeJS.Timeout>();
  readonly #subscriptions: vscode.Disposable;
  #offered: Offered | null = null;

  constructor(agent: AgentClient, memory: vscode.Memento) {
    this.#agent = agent;
    this.#memory = memory;
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument((event) => this.#follow(event)),
      vscode.workspace.onDidOpenTextDocument((document) => this.#restore(document)),
      vscode.workspace.onDidSaveTextDocument((document) => void this.#save(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#ranges.delete(uri.toString())),
    );
    for (const document of vscode.workspace.textDocuments) this.#restore(document);
  }

  rangesOf(document: vscode.TextDocument): readonly SuggestedRange[] {
    return this.#ranges.get(document.uri.toString()) ?? [];
  }

  /** A suggestion of this window. */
  find(id: string): Suggestion | undefined {
    return this.#made.get(id);
  }

  /** Remembers what may be put into a text from now on. */
  made(suggestion: Suggestion): void {
    this.#made.set(suggestion.id, suggestion);
    this.#texts.set(flat(suggestion.sql), suggestion.id);
  }

  /** What the editor shows as ghost text now: taken whole or word by word, it comes from there. */
  offer(offered: Offered): void {
    this.#offered = offered;
  }

  /** A suggestion stands in a document now. */
  track(document: vscode.TextDocument, range: SuggestedRange): void {
    const uri = document.uri.toString();
    this.#ranges.set(uri, withRange(this.rangesOf(document), range));
    this.taken(range.suggestion);
    this.#tell(document);
  }

  /** The agent is told that it was put into a text. */
  taken(suggestion: string): void {
    this.#agent.request("sluice/suggest/taken", { suggestion }).catch(() => {});
  }

  dispose(): void {
    for (const timer of this.#unsaved.values()) clearTimeout(timer);
    this.#subscriptions.dispose();
    this.#changed.dispose();
  }

  #follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (document.languageId !== "sql" || contentChanges.length === 0) return;
    const uri = document.uri.toString();
    const before = this.rangesOf(document);
    let ranges = before;
    // Offsets of one event all are of the text before; from the end none moves another.
    for (const change of contentChanges.toSorted((a, b) => b.rangeOffset - a.rangeOffset)) {
      const start = change.rangeOffset;
      ranges = afterChange(ranges, { start, end: start + change.rangeLength, length: change.text.length });
      const suggestion = this.#comesFrom(uri, start, change.text);
      if (suggestion === null) continue;
      ranges = withRange(ranges, { start, end: start + change.text.length, suggestion });
      this.taken(suggestion);
    }
    if (ranges.length === 0 && before.length === 0) return;
    this.#ranges.set(uri, ranges);
    this.#tell(document);
  }

  /** The suggestion an inserted text is, or is a piece of as it was offered here. */
  #comesFrom(uri: string, start: number, text: string): string | null {
    const offered = this.#offered;
    if (offered !== null && offered.uri === uri && text.trim().length > 1) {
      const rest = offered.text.slice(Math.max(0, start - offered.start));
      if (start >= offered.start && rest.startsWith(text)) return offered.suggestion;
    }
    const inserted = flat(text);
    if (inserted.length < LEAST_COPY) return null;
    const same = this.#texts.get(inserted);
    if (same !== undefined) return same;
    for (const [known, suggestion] of this.#texts) {
      if (known.length >= LEAST_COPY && inserted.includes(known)) return suggestion;
    }
    return null;
  }

  #tell(document: vscode.TextDocument): void {
    this.#changed.fire(document.uri);
    const uri = document.uri.toString();
    clearTimeout(this.#unsaved.get(uri));
    this.#unsaved.set(
      uri,
      setTimeout(() => void this.#save(document), SAVE_MS),
    );
  }

  async #save(document: vscode.TextDocument): Promise<void> {
    const uri = document.uri.toString();
    clearTimeout(this.#unsaved.get(uri));
    this.#unsaved.delete(uri);
    const { [uri]: former, ...others } = this.#stored();
    const text = document.getText();
    const ranges = this.rangesOf(document).map(
      (range): StoredRange => ({ ...range, hash: hashOf(text, range) }),
    );
    if (former === undefined && ranges.length === 0) return;
    const kept = Object.entries(others).slice(-REMEMBERED_DOCUMENTS + 1);
    await this.#memory.update(
      STORED,
      Object.fromEntries(ranges.length === 0 ? kept : [...kept, [uri, ranges]]),
    );
  }

  /** A range counts where the words it covered still stand there; what was moved meanwhile, the agent knows by its words. */
  #restore(document: vscode.TextDocument): void {
    if (document.languageId !== "sql") return;
    const stored = this.#stored()[document.uri.toString()] ?? [];
    const text = document.getText();
    const ranges = stored.flatMap((range): readonly SuggestedRange[] => {
      const { hash, ...at } = range;
      return hashOf(text, at) === hash ? [at] : [];
    });
    if (ranges.length === 0) return;
    this.#ranges.set(document.uri.toString(), ranges);
    this.#changed.fire(document.uri);
  }

  #stored(): Readonly<Record<string, readonly StoredRange[]>> {
    return this.#memory.get<Record<string, readonly StoredRange[]>>(STORED, {});
  }
}

const hashOf = (text: string, { start, end }: SuggestedRange): string =>
  createHash("sha256").update(text.slice(start, end)).digest("hex");
