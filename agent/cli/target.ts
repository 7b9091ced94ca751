import type { ConnectionProfile } from "../../protocol/connection.ts";
import { isConnectionUrl, parseConnectionUrl } from "../connect/connectionUrl.ts";
import type { Engine } from "../engine.ts";
import { openHome } from "../home.ts";
import { fileSecrets } from "../identity/fileSecrets.ts";
import { openInBrowser } from "../identity/openInBrowser.ts";
import { startEngine } from "../startEngine.ts";
import type { Io } from "./command.ts";

/** Starts the engine for one command and closes it afterwards, whatever happened. */
export async function withEngine<T>(io: Io, work: (engine: Engine) => Promise<T>): Promise<T> {
  const home = openHome();
  const engine = await startEngine({
    home: home.root,
    issuer: undefined,
    clientId: undefined,
    workspaceFolders: [process.cwd()],
    origin: "cli",
    secrets: fileSecrets(home.secrets),
    openBrowser: async (url) => {
      io.err(`Sign in at:\n${url}\n`);
      return openInBrowser(url);
    },
    events: {
      catalogChanged: () => {},
      noticed: (_id, notices) => io.err(`${notices.join("\n")}\n`),
      progress: (_id, message, done) => {
        if (!done && process.stderr.isTTY) io.err(`${message}\n`);
      },
    },
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/**
 * A connection by name, a saved one before one of the collector's, or the address of a database, whose password stays in
 * this process.
 */
export async function openTarget(engine: Engine, target: string): Promise<ConnectionProfile> {
  const saved = engine.connections.find(target);
  if (saved !== undefined) return saved;
  if (!isConnectionUrl(target)) {
    await engine.rooms.central?.connections.refresh();
    return engine.connection(target);
  }
  const { profile, password } = parseConnectionUrl(target);
  if (password !== undefined) engine.open.passwords.use(profile.id, password);
  return profile;
}
