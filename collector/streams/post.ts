import { failed, type Sent } from "./receiver.ts";

const ANSWER_WITHIN_MS = 15_000;
const LONGEST_PAUSE_MS = 10 * 60 * 1000;
/** More of an answer is not read. */
const MOST_OF_ANSWER = 64 * 1024;

/** Posts a batch; the answer's text goes to `read` where it was taken. */
export async function post(
  url: string,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  signal: AbortSignal,
  read: (answer: string) => Sent = () => ({ kind: "taken" }),
): Promise<Sent> {
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      headers: { ...headers, "content-type": "application/json" },
      body,
    });
    const answer = await beginningOf(response);
    if (response.ok) return read(answer);
    // What is wrong with one of them is found by sending fewer.
    const fewer = response.status === 400 || response.status === 413 || response.status === 422;
    return failed(`it answers ${response.status}`, fewer, pauseOf(response));
  } catch (error) {
    return failed(reasonOf(error));
  }
}

/** Why nobody answered; holds no address, which may be a secret. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.name : "it cannot be reached";
}

async function beginningOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    length += part.length;
    if (length > MOST_OF_ANSWER) break;
  }
  return Buffer.concat(parts).toString();
}

function pauseOf(response: Response): number | null {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return seconds >= 0 ? Math.min(seconds * 1000, LONGEST_PAUSE_MS) : null;
}
