import { createParser, type EventSourceMessage } from "eventsource-parser";
import { type Model, ModelError } from "./model.ts";

export interface OpenAiOptions {
  /** Up to `/v1`, such as `http://localhost:11434/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  readonly key: string | undefined;
}

const MOST_ERROR = 200;

/** A model behind the chat completions protocol of OpenAI, which Ollama, vLLM, LM Studio and others speak too. */
export function openAiModel({ baseUrl, model, key }: OpenAiOptions): Model {
  return {
    name: model,
    async *send(messages, signal) {
      const response = await post(`${baseUrl.replace(/\/+$/, "")}/chat/completions`, key, signal, {
        model,
        stream: true,
        temperature: 0,
        messages: messages.map(({ role, text }) => ({ role, content: text })),
      });
      if (response.headers.get("content-type")?.includes("application/json") === true) {
        yield contentOf(await response.json(), "message");
        return;
      }
      yield* streamed(response);
    },
  };
}

/** Why an address is not one to send a schema and a key to; null where it is. */
export function whyNotAddress(baseUrl: string): string | null {
  if (!URL.canParse(baseUrl)) return `\`${baseUrl}\` is no address`;
  const { protocol, hostname } = new URL(baseUrl);
  const local = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  if (protocol === "https:" || (protocol === "http:" && local)) return null;
  return "the address has to begin with https, or lead to this machine";
}

async function post(
  url: string,
  key: string | undefined,
  signal: AbortSignal,
  body: unknown,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      // A redirect could lead the key and the schema elsewhere.
      redirect: "error",
      headers: {
        "content-type": "application/json",
        accept: "text/event-stream",
        ...(key === undefined || key === "" ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(body),
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new ModelError("the model's server cannot be reached", error);
  }
  if (response.ok && response.body !== null) return response;
  const told = await response.text().catch(() => "");
  throw new ModelError(
    response.status === 401 || response.status === 403
      ? "the model's server does not accept the key (Sluice: Set Model Key)"
      : `the model's server answered ${response.status}${told === "" ? "" : `: ${told.slice(0, MOST_ERROR)}`}`,
  );
}

async function* streamed({ body }: Response): AsyncIterable<string> {
  if (body === null) return;
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => ready.push(event) });
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    for (const { data } of ready.splice(0)) {
      if (data === "[DONE]") return;
      const text = contentOf(parsed(data), "delta");
      if (text !== "") yield text;
    }
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (error) {
    throw new ModelError("the model's server answered in another protocol", error);
  }
}

/** `choices[0].<part>.content`; an error the server sends in the middle of a stream is one. */
function contentOf(event: unknown, part: "delta" | "message"): string {
  if (field(event, "error") !== undefined) throw new ModelError("the model's server broke off");
  const choices = field(event, "choices");
  const content = field(field(Array.isArray(choices) ? choices[0] : undefined, part), "content");
  return typeof content === "string" ? content : "";
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
