import * as vscode from "vscode";
import type { Bindings } from "../editor/bindings.ts";
import type { ModelAsker } from "./askModel.ts";
import type { Provenance } from "./provenance.ts";

const TYPING_PAUSE_MS = 400;
export const ACCEPTED = "sluice.suggestions.accepted";

/** What was offered last: while the person types along, no model is asked again. */
interface Last {
  readonly uri: string;
  readonly start: number;
  /** The text before the place, so that it is the same place. */
  readonly before: string;
  readonly rest: string;
  readonly suggestion: string;
}

/** Ghost text in SQL documents that are bound to a connection: after a comment, and where a statement begins. */
export class InlineSuggestions implements vscode.InlineCompletionItemProvider, vscode.Disposable {
  readonly #asker: ModelAsker;
  readonly #bindings: Bindings;
  readonly #provenance: Provenance;
  readonly #registration: vscode.Disposable;
  #last: Last | null = null;

  constructor(asker: ModelAsker, bindings: Bindings, provenance: Provenance) {
    this.#asker = asker;
    this.#bindings = bindings;
    this.#provenance = provenance;
    this.#registration = vscode.Disposable.from(
      vscode.languages.registerInlineCompletionItemProvider({ language: "sql" }, this),
      vscode.commands.registerCommand(
        ACCEPTED,
        (uri: string, start: number, length: number, suggestion: string) =>
          this.#accepted(uri, { start, end: start + length, suggestion }),
      ),
    );
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    const connection = this.#bindings.profileOf(document);
    const on = vscode.workspace.getConfiguration("sluice.suggestions", document).get("inline", true);
    if (connection === undefined || !on) return [];
    const text = document.getText();
    const offset = document.offsetAt(position);
    const typedAlong = this.#typedAlong(document.uri.toString(), text, offset);
    if (typedAlong !== null) return this.#items(document, position, typedAlong);
    const invoked = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    if (!mayBePlace(document, position)) return [];
    if (!invoked && !(await paused(token))) return [];
    const asked = await this.#asker.ask({
      connectionId: connection.id,
      order: { kind: "inline", text, offset },
      token,
      unasked: !invoked,
    });
    if (asked.kind !== "suggestion" || token.isCancellationRequested) return [];
    const { suggestion } = asked;
    // What policy denies is no text to run: it is not offered as one.
    if (suggestion.report.decision.verdict === "deny") return [];
    const begun = text.slice(asked.start ?? offset, offset);
    const rest = restOf(suggestion.sql, begun);
    if (rest === null) return [];
    this.#provenance.made(suggestion);
    this.#last = {
      uri: document.uri.toString(),
      start: offset,
      before: text.slice(Math.max(0, offset - 200), offset),
      rest: `${rest};`,
      suggestion: suggestion.id,
    };
    return this.#items(document, position, this.#last);
  }

  dispose(): void {
    this.#registration.dispose();
  }

  #items(
    document: vscode.TextDocument,
    position: vscode.Position,
    { rest, suggestion }: Pick<Last, "rest" | "suggestion">,
  ): vscode.InlineCompletionItem[] {
    const start = document.offsetAt(position);
    const uri = document.uri.toString();
    this.#provenance.offer({ uri, start, text: rest, suggestion });
    const command = {
      title: "Track Suggestion",
      command: ACCEPTED,
      arguments: [uri, start, rest.length, suggestion],
    };
    return [new vscode.InlineCompletionItem(rest, new vscode.Range(position, position), command)];
  }

  #typedAlong(uri: string, text: string, offset: number): Pick<Last, "rest" | "suggestion"> | null {
    const last = this.#last;
    if (last === null || last.uri !== uri || offset < last.start) return null;
    if (text.slice(Math.max(0, last.start - 200), last.start) !== last.before) return null;
    const typed = text.slice(last.start, offset);
    if (!last.rest.startsWith(typed) || typed.length === last.rest.length) return null;
    return { rest: last.rest.slice(typed.length), suggestion: last.suggestion };
  }

  #accepted(uri: string, range: { start: number; end: number; suggestion: string }): void {
    this.#last = null;
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
    if (document !== undefined) this.#provenance.track(document, range);
  }
}

/** Where it certainly is none, the agent is not asked. */
function mayBePlace(document: vscode.TextDocument, position: vscode.Position): boolean {
  const { text } = document.lineAt(position.line);
  return text.slice(position.character).trim() === "" && !/--/.test(text);
}

/** What is left to write of a statement that is begun. */
function restOf(sql: string, begun: string): string | null {
  if (sql.startsWith(begun)) return sql.slice(begun.length);
  const head = begun.trimEnd();
  return sql.startsWith(head) ? sql.slice(head.length).trimStart() : null;
}

/** False where the person types on. */
async function paused(token: vscode.CancellationToken): Promise<boolean> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, TYPING_PAUSE_MS);
    token.onCancellationRequested(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  return !token.isCancellationRequested;
}
