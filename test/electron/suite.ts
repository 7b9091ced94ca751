import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import * as vscode from "vscode";

/** What came of one check; `error` is null where it holds. */
export interface Outcome {
  readonly name: string;
  readonly error: string | null;
}

/** What is tried inside the editor; each entry must hold, in this order. */
const CHECKS: Readonly<Record<string, () => Promise<void>>> = {
  "the packaged extension is installed and activates": async () => {
    const extension = vscode.extensions.getExtension("sluice.sluice");
    assert.ok(extension, "sluice.sluice is not installed");
    await extension.activate();
    assert.equal(extension.isActive, true);
  },

  "every command it contributes exists": async () => {
    const contributed: readonly { readonly command: string }[] =
      vscode.extensions.getExtension("sluice.sluice")?.packageJSON.contributes.commands ?? [];
    assert.ok(contributed.length > 20);
    // Those for suggestions come with a file that activation does not wait for.
    await until(async () => {
      const known = new Set(await vscode.commands.getCommands(true));
      return contributed.every(({ command }) => known.has(command)) || undefined;
    });
  },

  "a local user may work, and is the account the editor knows": async () => {
    await vscode.commands.executeCommand("sluice.continueAsLocalUser");
    const [account] = await vscode.authentication.getAccounts("sluice");
    assert.match(account?.label ?? "", /\(unverified\)/);
  },

  "a bound document has its decisions above it, its findings under it, and completion": async () => {
    saveConnection();
    await vscode.commands.executeCommand("sluice.connections.refresh");
    const document = await vscode.workspace.openTextDocument({
      language: "sql",
      content:
        "SELECT id, email FROM shop.customers LIMIT 5;\n\nDELETE FROM shop.orders;\n\nSELECT  FROM shop.cards c;\n",
    });
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("sluice.connections.openEditor", {
      kind: "connection",
      profile: connection(),
    });
    const bound = vscode.window.activeTextEditor;
    assert.ok(bound);
    await bound.edit((edit) => edit.insert(new vscode.Position(0, 0), document.getText()));
    const { uri } = bound.document;
    const lenses = await until(async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        "vscode.executeCodeLensProvider",
        uri,
        10,
      );
      return found.length === 3 ? found : undefined;
    });
    assert.match(lenses[0]?.command?.title ?? "", /Run · reads 1 table · 1 column masked · risk \d+/);
    assert.match(lenses[1]?.command?.title ?? "", /Blocked · no-where-delete/);
    const [finding] = await until(async () => {
      const found = vscode.languages
        .getDiagnostics(uri)
        .filter(({ message }) => message.includes("deletes every row"));
      return found.length > 0 ? found : undefined;
    });
    assert.equal(finding?.range.start.line, 2);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uri,
      finding?.range,
    );
    assert.ok(actions.some(({ title }) => title === "Add a WHERE clause"));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      uri,
      new vscode.Position(0, 13),
    );
    assert.match(
      hovers
        .flatMap(({ contents }) => contents)
        .map(textOf)
        .join("\n"),
      /shop\.customers\.email/,
    );
    const completions = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      uri,
      new vscode.Position(4, 7),
    );
    assert.ok(
      completions.items.some(
        ({ label }) => (typeof label === "string" ? label : label.label) === "card_number",
      ),
    );
  },

  "a statement runs and is on the record": async () => {
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await vscode.commands.executeCommand("sluice.runStatement");
    const ledger = path.join(process.env.SLUICE_HOME ?? "", "ledger.db");
    assert.ok(fs.statSync(ledger).size > 0);
    await vscode.commands.executeCommand("sluice.verifyLedger");
  },
};

/** Where no test runner calls `run`, the suite starts itself and leaves a report. */
export function activate(): void {
  if (process.env.SLUICE_SUITE_REPORT !== undefined) void run().catch(() => {});
}

/** Called by the editor's test runner. @throws Error naming what does not hold. */
export async function run(): Promise<void> {
  const outcomes: Outcome[] = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    const error = await check().then(
      () => null,
      (reason: unknown) => (reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)),
    );
    console.log(error === null ? `✔ ${name}` : `✘ ${name}\n${error}`);
    outcomes.push({ name, error });
  }
  const failed = outcomes.filter(({ error }) => error !== null).length;
  console.log(`\n${outcomes.length - failed} passed, ${failed} failed`);
  const report = process.env.SLUICE_SUITE_REPORT;
  if (report !== undefined) fs.writeFileSync(report, JSON.stringify(outcomes));
  if (failed > 0) throw new Error(`${failed} of the checks in the editor failed.`);
}

function connection() {
  const url = new URL(process.env.SLUICE_TEST_DATABASE ?? "");
  return {
    id: "own",
    name: "Own",
    engine: "postgres",
    host: url.hostname,
    port: Number(url.port),
    database: url.pathname.slice(1),
    user: url.username,
    tls: "disable",
  };
}

function saveConnection(): void {
  const home = process.env.SLUICE_HOME ?? "";
  fs.writeFileSync(path.join(home, "connections.json"), JSON.stringify({ connections: [connection()] }));
}

const textOf = (content: vscode.MarkdownString | vscode.MarkedString): string =>
  typeof content === "string" ? content : content.value;

/** Asks again until there is an answer. @throws Error where none comes. */
async function until<T>(ask: () => Thenable<T | undefined> | T | undefined): Promise<T> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("It did not come true.");
}
