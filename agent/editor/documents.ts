import {
  type CodeAction,
  type CodeLens,
  type CompletionItem,
  type Connection,
  type Hover,
  MarkupKind,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { ConnectionId } from "../../protocol/ids.ts";
import type { Highlights } from "../../protocol/messages.ts";
import type { Engine } from "../engine.ts";
import { type Analysis, analyse } from "./analysis.ts";
import { codeLensesOf } from "./codeLenses.ts";
import { completionsAt } from "./completion.ts";
import { codeActionsOf, diagnosticsOf } from "./diagnostics.ts";
import { highlightsOf } from "./highlights.ts";

const TYPING_PAUSE_MS = 120;

interface Bound {
  readonly connectionId: ConnectionId;
  analysis: Analysis | null;
  highlights: Highlights | null;
  timer: NodeJS.Timeout | null;
  running: Promise<void> | null;
}

/** The SQL documents that are open, the connection each is tied to, and what is known of each. */
export class Documents {
  readonly texts = new TextDocuments(TextDocument);
  readonly #connection: Connection;
  readonly #engine: () => Engine | null;
  readonly #bound = new Map<string, Bound>();

  static readonly sync = TextDocumentSyncKind.Incremental;

  constructor(connection: Connection, engine: () => Engine | null) {
    this.#connection = connection;
    this.#engine = engine;
    this.texts.onDidChangeContent(({ document }) => this.#schedule(document.uri, TYPING_PAUSE_MS));
    this.texts.onDidClose(({ document }) => this.bind(document.uri, null));
    this.texts.listen(connection);
  }

  bind(uri: string, connectionId: ConnectionId | null): void {
    const before = this.#bound.get(uri);
    if (before?.timer) clearTimeout(before.timer);
    if (connectionId === null) {
      this.#bound.delete(uri);
      void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
      void this.#connection.sendNotification("sluice/highlights", { uri, version: 0, marks: [] });
      return;
    }
    this.#bound.set(uri, { connectionId, analysis: null, highlights: null, timer: null, running: null });
    this.#schedule(uri, 0);
  }

  /** Labels, catalog or identity changed: everything shown about these documents may be different now. */
  recheck(connectionId?: ConnectionId): void {
    for (const [uri, bound] of this.#bound) {
      if (connectionId === undefined || bound.connectionId === connectionId) this.#schedule(uri, 0);
    }
  }

  async codeLenses(uri: string): Promise<CodeLens[]> {
    const current = await this.#current(uri);
    if (current === null) return [];
    const engine = this.#engine();
    const profile = engine?.findConnection(current.connectionId);
    const openFor = (text: string) =>
      profile === undefined ? null : (engine?.rooms.approvals?.openFor(text, profile) ?? null);
    return [...codeLensesOf(current.analysis, current.document, openFor)];
  }

  /** What stands above statements is to be asked for again, where nothing of the texts has changed. */
  refreshLenses(): void {
    this.#connection.sendRequest("workspace/codeLens/refresh").catch(() => {});
  }

  async codeActions(uri: string, range: { start: Position; end: Position }): Promise<CodeAction[]> {
    const current = await this.#current(uri);
    if (current === null) return [];
    const { document, analysis } = current;
    return [
      ...codeActionsOf(analysis, document, document.offsetAt(range.start), document.offsetAt(range.end)),
    ];
  }

  async hover(uri: string, position: Position): Promise<Hover | null> {
    const current = await this.#current(uri);
    if (current === null) return null;
    const offset = current.document.offsetAt(position);
    const mark = current.highlights?.marks.find(({ start, end }) => start <= offset && offset <= end);
    if (mark === undefined) return null;
    return {
      contents: { kind: MarkupKind.Markdown, value: mark.hover },
      range: { start: current.document.positionAt(mark.start), end: current.document.positionAt(mark.end) },
    };
  }

  async completions(uri: string, position: Position): Promise<CompletionItem[]> {
    const bound = this.#bound.get(uri);
    const document = this.texts.get(uri);
    const engine = this.#engine();
    if (bound === undefined || document === undefined || engine === null) return [];
    if (engine.rooms.identity.state().kind !== "signed_in") return [];
    const profile = engine.connection(bound.connectionId);
    const database = engine.open.database(profile);
    const { relations } = await database.catalog();
    const index = await engine.open.checkSession(profile).index();
    return [...completionsAt(document.getText(), document.offsetAt(position), index, relations, database)];
  }

  async #current(uri: string) {
    const bound = this.#bound.get(uri);
    const document = this.texts.get(uri);
    if (bound === undefined || document === undefined) return null;
    if (bound.analysis?.version !== document.version) this.#schedule(uri, 0);
    await bound.running;
    if (bound.analysis === null) return null;
    const { connectionId, analysis, highlights } = bound;
    return { document, connectionId, analysis, highlights };
  }

  #schedule(uri: string, delay: number): void {
    const bound = this.#bound.get(uri);
    if (bound === undefined) return;
    if (bound.timer !== null) clearTimeout(bound.timer);
    bound.timer = null;
    if (delay === 0) {
      bound.running = this.#analyse(uri, bound);
      return;
    }
    bound.timer = setTimeout(() => {
      bound.running = this.#analyse(uri, bound);
    }, delay);
  }

  async #analyse(uri: string, bound: Bound): Promise<void> {
    const document = this.texts.get(uri);
    const engine = this.#engine();
    if (document === undefined || engine === null) return;
    const known = engine.findConnection(bound.connectionId);
    const signedIn = engine.rooms.identity.state().kind === "signed_in";
    if (known === undefined || !signedIn) {
      bound.analysis = null;
      bound.highlights = null;
      await this.#connection.sendDiagnostics({ uri, diagnostics: [] });
      await this.#connection.sendNotification("sluice/highlights", {
        uri,
        version: document.version,
        marks: [],
      });
      await this.#connection.sendRequest("workspace/codeLens/refresh").catch(() => {});
      return;
    }
    const snapshot = TextDocument.create(uri, document.languageId, document.version, document.getText());
    const analysis = await analyse(snapshot, known, engine);
    if (this.texts.get(uri)?.version !== snapshot.version || this.#bound.get(uri) !== bound) return;
    const database = engine.open.database(known);
    const { policy, elevations } = engine.rooms;
    bound.analysis = analysis;
    bound.highlights = highlightsOf(analysis, snapshot, database, policy, (elevations ?? null) !== null);
    await this.#connection.sendDiagnostics({
      uri,
      version: snapshot.version,
      diagnostics: [...diagnosticsOf(analysis, snapshot)],
    });
    await this.#connection.sendNotification("sluice/highlights", bound.highlights);
    await this.#connection.sendRequest("workspace/codeLens/refresh").catch(() => {});
  }
}

interface Position {
  readonly line: number;
  readonly character: number;
}
