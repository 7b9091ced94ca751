import type { LogOutputChannel } from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";

export { CloseAction, ErrorAction, RevealOutputChannelOn, State } from "vscode-languageclient/node";

/** The protocol's client, whose own errors go to the log: the status bar tells them in words for a person. */
export class QuietLanguageClient extends LanguageClient {
  readonly #log: LogOutputChannel;

  constructor(server: ServerOptions, options: LanguageClientOptions, log: LogOutputChannel) {
    super("sluice", "Sluice", server, options);
    this.#log = log;
  }

  override error(message: string, data?: unknown): void {
    this.#log.error(data === undefined ? message : `${message} ${String(data)}`);
  }
}
