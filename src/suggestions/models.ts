import * as vscode from "vscode";
import { editorModel } from "./editorModel.ts";
import { type Model, ModelError } from "./model.ts";
import { openAiModel, whyNotAddress } from "./openAiModel.ts";

const KEY = "sluice.suggestions.key";

/** The model that is asked, by the settings: one behind an address, or one of the editor's. */
export class Models {
  readonly #context: vscode.ExtensionContext;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
  }

  /**
   * @param asked whether a person asked for it now: only then may the editor ask them for leave.
   * @throws ModelError where there is none to ask.
   */
  async find(asked: boolean): Promise<Model> {
    const settings = vscode.workspace.getConfiguration("sluice.suggestions");
    const provider = settings.get<string>("provider", "auto");
    const baseUrl = settings.get<string>("http.baseUrl", "").trim();
    if (provider === "off") throw new ModelError("suggestions are switched off");
    if (provider === "http" || (provider === "auto" && baseUrl !== "")) return this.#http(settings, baseUrl);
    return this.#editor(settings.get<string>("editorModel", "").trim(), asked);
  }

  /** Asks for the key of the address and keeps it where the editor keeps secrets. */
  async setKey(): Promise<void> {
    const key = await vscode.window.showInputBox({
      title: "Set Model Key",
      prompt: "The key of the model's server. It is kept in the editor's secret storage; empty removes it.",
      password: true,
      ignoreFocusOut: true,
    });
    if (key === undefined) return;
    if (key === "") await this.#context.secrets.delete(KEY);
    else await this.#context.secrets.store(KEY, key);
  }

  async #http(settings: vscode.WorkspaceConfiguration, baseUrl: string): Promise<Model> {
    const model = settings.get<string>("http.model", "").trim();
    const wrong = whyNotAddress(baseUrl);
    if (wrong !== null) throw new ModelError(`${wrong} (sluice.suggestions.http.baseUrl)`);
    if (model === "") throw new ModelError("no model is named (sluice.suggestions.http.model)");
    return openAiModel({ baseUrl, model, key: await this.#context.secrets.get(KEY) });
  }

  async #editor(wanted: string, asked: boolean): Promise<Model> {
    const all = await vscode.lm.selectChatModels();
    const named = (chat: vscode.LanguageModelChat): boolean =>
      [chat.id, chat.family, `${chat.vendor}/${chat.family}`, `${chat.vendor}/${chat.id}`].includes(wanted);
    const chat = wanted === "" ? all[0] : all.find(named);
    if (chat === undefined) {
      throw new ModelError(
        wanted === ""
          ? "the editor offers no language model (see the settings under sluice.suggestions)"
          : `the editor offers no model called ${wanted}`,
      );
    }
    if (!asked && this.#context.languageModelAccessInformation.canSendRequest(chat) !== true)
      throw new ModelError("you have not let Sluice use the editor's models yet; ask for SQL once");
    return editorModel(chat);
  }
}
