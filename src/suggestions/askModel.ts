import * as vscode from "vscode";
import type { ConnectionId } from "../../protocol/ids.ts";
import type { PromptMessage, PromptOrder, Suggestion } from "../../protocol/suggestion/suggestion.ts";
import type { AgentClient } from "../agentClient.ts";
import { problemOf } from "../problem.ts";
import { type Model, ModelError } from "./model.ts";
import type { Models } from "./models.ts";

/** More than this is rambling: it is cut off, and what came so far is read. */
const LONGEST_ANSWER = 20_000;

/** What asking came to. `reason` continues "Nothing was suggested: …". */
export type Asked =
  | {
      readonly kind: "suggestion";
      readonly suggestion: Suggestion;
      /** Of a place in a text: where the statement begins. */
      readonly start: number | null;
    }
  | { readonly kind: "none"; readonly reason: string }
  | { readonly kind: "cancelled" };

export interface Asking {
  readonly connectionId: ConnectionId;
  readonly order: PromptOrder;
  readonly token: vscode.CancellationToken;
  /** Nobody waits: the editor must not ask for leave. */
  readonly unasked?: boolean;
  /** The model to ask, where it is chosen already. */
  readonly model?: Model;
}

/** Takes wishes to a model and its answers to the agent. A model that fails in any way is a reason, and never an error. */
export class ModelAsker {
  readonly #agent: AgentClient;
  readonly #models: Models;
  readonly #log: vscode.LogOutputChannel;

  constructor(agent: AgentClient, models: Models, log: vscode.LogOutputChannel) {
    this.#agent = agent;
    this.#models = models;
    this.#log = log;
  }

  /** One statement for a wish; the model may correct itself once. */
  async ask(asking: Asking): Promise<Asked> {
    const { connectionId, token } = asking;
    const asked = await this.#quietly(asking, async (model, signal) => {
      const order = { ...asking.order, budget: schemaTokens() };
      const prompt = await this.#agent.request("sluice/suggest/prompt", { connectionId, order }, token);
      if (prompt.kind === "none") return prompt;
      const start = prompt.start ?? null;
      let next: { readonly prompt: string; readonly messages: readonly PromptMessage[] } = prompt;
      for (;;) {
        const text = await answerOf(model, next.messages, signal);
        const answer = await this.#agent.request(
          "sluice/suggest/answer",
          { prompt: next.prompt, model: model.name, text },
          token,
        );
        if (answer.kind === "again") next = answer;
        else return answer.kind === "none" ? answer : { ...answer, start };
      }
    });
    if (asked.kind === "none") this.#log.info(`Nothing was suggested: ${asked.reason}.`);
    return asked;
  }

  /** An explanation in words, as it comes. The reason where there is none. */
  async explain(asking: Asking, tell: (text: string) => void): Promise<string | null> {
    const { connectionId, token } = asking;
    const told = await this.#quietly(asking, async (model, signal) => {
      const order = { ...asking.order, budget: schemaTokens() };
      const prompt = await this.#agent.request("sluice/suggest/prompt", { connectionId, order }, token);
      if (prompt.kind === "none") return prompt;
      const length = await readAnswer(model, prompt.messages, signal, tell);
      return length === 0 ? { kind: "none", reason: "the model said nothing" } : { kind: "cancelled" };
    });
    return told.kind === "none" ? told.reason : null;
  }

  async #quietly(
    { token, unasked = false, model: given }: Asking,
    work: (model: Model, signal: AbortSignal) => Promise<Asked>,
  ): Promise<Asked> {
    const seconds = vscode.workspace.getConfiguration("sluice.suggestions").get("timeout", 30);
    const stop = new AbortController();
    const cancelled = token.onCancellationRequested(() => stop.abort());
    const timer = setTimeout(
      () => stop.abort(new ModelError(`the model took longer than ${seconds} s`)),
      seconds * 1000,
    );
    try {
      if (token.isCancellationRequested) return { kind: "cancelled" };
      return await work(given ?? (await this.#models.find(!unasked)), stop.signal);
    } catch (error) {
      if (token.isCancellationRequested) return { kind: "cancelled" };
      const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
      if (reason instanceof ModelError) return { kind: "none", reason: reason.reason };
      return { kind: "none", reason: problemOf(error).message.replace(/\.$/, "") };
    } finally {
      clearTimeout(timer);
      cancelled.dispose();
    }
  }
}

const schemaTokens = (): number =>
  vscode.workspace.getConfiguration("sluice.suggestions").get("schemaTokens", 3_000);

async function answerOf(
  model: Model,
  messages: readonly PromptMessage[],
  signal: AbortSignal,
): Promise<string> {
  const parts: string[] = [];
  await readAnswer(model, messages, signal, (part) => parts.push(part));
  return parts.join("");
}

/** Reads until the model ends, or rambles; answers how much came. */
async function readAnswer(
  model: Model,
  messages: readonly PromptMessage[],
  signal: AbortSignal,
  tell: (part: string) => void,
): Promise<number> {
  // Whoever stops it is not to wait for a model that does not.
  const stopped = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
  stopped.catch(() => {});
  const parts = model.send(messages, signal)[Symbol.asyncIterator]();
  let length = 0;
  while (length < LONGEST_ANSWER) {
    const part = await Promise.race([parts.next(), stopped]);
    if (part.done === true) return length;
    length += part.value.length;
    tell(part.value);
  }
  void parts.return?.();
  return length;
}
