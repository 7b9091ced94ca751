import { createConnection, ProposedFeatures, ResponseError } from "vscode-languageserver/node";
import type { ClientRequests } from "../protocol/messages.ts";
import { Documents } from "./editor/documents.ts";
import { EditorService } from "./editor/editorService.ts";
import type { Engine } from "./engine.ts";
import { problemOf } from "./problemOf.ts";
import { startEngine } from "./startEngine.ts";

/** stdout carries the protocol: nothing else may be printed there. */
console.log = console.info = console.debug = console.error;

const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);

let engine: Engine | null = null;
let stopped = false;
const documents = new Documents(connection, () => engine);
const service = new EditorService(connection, documents);

/** Asks the editor. */
async function ask<M extends keyof ClientRequests>(
  method: M,
  params: ClientRequests[M]["params"],
): Promise<ClientRequests[M]["result"]> {
  return connection.sendRequest(method, params);
}

let given: unknown = {};

connection.onInitialize((params) => {
  given = params.initializationOptions;
  return {
    capabilities: {
      textDocumentSync: Documents.sync,
      codeLensProvider: { resolveProvider: false },
      codeActionProvider: { codeActionKinds: ["quickfix"] },
      hoverProvider: true,
      completionProvider: { triggerCharacters: [".", " "] },
    },
    serverInfo: { name: "sluice" },
  };
});

/** Not before: an editor answers no request, and the engine asks it for secrets, until it said this. */
connection.onInitialized(() => {
  service.start(
    startEngine({
      ...readOptions(given),
      origin: "editor",
      secrets: {
        get: async (key) => (await ask("sluice/secret/get", { key })) ?? undefined,
        store: async (key, value) => void (await ask("sluice/secret/store", { key, value })),
        delete: async (key) => void (await ask("sluice/secret/delete", { key })),
      },
      openBrowser: (url) => ask("sluice/openExternal", { url }),
      events: service,
    }).then((started) => {
      engine = started;
      return started;
    }),
  );
});

connection.onCodeLens(({ textDocument }) => documents.codeLenses(textDocument.uri));
connection.onCodeAction(({ textDocument, range }) => documents.codeActions(textDocument.uri, range));
connection.onHover(({ textDocument, position }) => documents.hover(textDocument.uri, position));
connection.onCompletion(({ textDocument, position }) =>
  documents.completions(textDocument.uri, position).catch(() => []),
);

for (const [method, answer] of service.requests()) {
  connection.onRequest(method, async (params: unknown, token) => {
    try {
      return await answer(params, token);
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === "internal") console.error(error);
      return new ResponseError(-32_000, problem.message, problem);
    }
  });
}

async function stop(): Promise<void> {
  if (stopped) return;
  stopped = true;
  await service.close();
  await engine?.close();
}

connection.onShutdown(stop);
connection.onExit(() => process.exit(0));
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => void stop().finally(() => process.exit(0)));
}
connection.listen();

function readOptions(options: unknown): {
  readonly home: string | undefined;
  readonly issuer: string | undefined;
  readonly clientId: string | undefined;
  readonly collector: string | undefined;
  readonly workspaceFolders: readonly string[];
} {
  const given = typeof options === "object" && options !== null ? options : {};
  const settings = "settings" in given && typeof given.settings === "object" ? (given.settings ?? {}) : {};
  return {
    home: "home" in given ? text(given.home) : undefined,
    issuer: "issuer" in settings ? text(settings.issuer) : undefined,
    clientId: "clientId" in settings ? text(settings.clientId) : undefined,
    collector: "collector" in settings ? text(settings.collector) : undefined,
    workspaceFolders:
      "workspaceFolders" in given && Array.isArray(given.workspaceFolders)
        ? given.workspaceFolders.map(String)
        : [],
  };
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
