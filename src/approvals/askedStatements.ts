import type * as vscode from "vscode";
import type { ConnectionId, SessionId } from "../../protocol/ids.ts";

const ASKED = "sluice.approvals.asked";
const PURPOSES = "sluice.approvals.purposes";
const MOST_ASKED = 100;
const MOST_PURPOSES = 200;

/** A statement as it would run, and where it stands. Kept here only: the collector's text is redacted. */
export interface AskedStatement {
  readonly connectionId: ConnectionId;
  readonly sessionId: SessionId;
  readonly title: string;
  readonly text: string;
  /** Where it begins in its document, in UTF-16 units. */
  readonly start: number;
  /** Of its document; null where it stands in none. */
  readonly uri: string | null;
  readonly runsItself: boolean;
}

/** What was asked for in this workspace, by the approval's id; it survives a reload. */
export class AskedStatements {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  find(id: string): AskedStatement | undefined {
    return this.#asked()[id];
  }

  /** Ids of those with this text on this connection, newest first. */
  idsOf(text: string, connectionId: ConnectionId): readonly string[] {
    return Object.entries(this.#asked())
      .filter(([, asked]) => asked.text === text && asked.connectionId === connectionId)
      .map(([id]) => id)
      .toReversed();
  }

  async keep(id: string, asked: AskedStatement): Promise<void> {
    const others = Object.entries(this.#asked()).filter(([other]) => other !== id);
    await this.#memory.update(ASKED, Object.fromEntries([...others, [id, asked]].slice(-MOST_ASKED)));
  }

  /** To be called where nothing can run any more: the text may hold what others should not see. */
  async forget(ids: readonly string[]): Promise<void> {
    const left = Object.entries(this.#asked()).filter(([id]) => !ids.includes(id));
    if (left.length < Object.keys(this.#asked()).length)
      await this.#memory.update(ASKED, Object.fromEntries(left));
  }

  /** What the person last gave as the purpose for this document. */
  purpose(document: string): string {
    return this.#purposes()[document] ?? "";
  }

  async keepPurpose(document: string, purpose: string): Promise<void> {
    const others = Object.entries(this.#purposes()).filter(([other]) => other !== document);
    const kept = [...others, [document, purpose]].slice(-MOST_PURPOSES);
    await this.#memory.update(PURPOSES, Object.fromEntries(kept));
  }

  #asked(): Readonly<Record<string, AskedStatement>> {
    return this.#memory.get<Record<string, AskedStatement>>(ASKED, {});
  }

  #purposes(): Readonly<Record<string, string>> {
    return this.#memory.get<Record<string, string>>(PURPOSES, {});
  }
}
