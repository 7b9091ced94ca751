import http from "node:http";
import { readTilePath, TILE_WIDTH } from "../../protocol/log/tile.ts";
import { keyTextOf, type TestChain, type TestLog } from "./logFixture.ts";

/** A collector's public side over real HTTP, which can be told to lie. */
export interface LogServer {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** In place of what it would answer to a path. */
  readonly lies: Map<
    string,
    {
      readonly status?: number;
      readonly body: string | Uint8Array;
      readonly headers?: http.OutgoingHttpHeaders;
    }
  >;
  log: TestLog;
  stop(): Promise<void>;
}

export const TOKEN = "token-of-the-auditor";

export async function startLogServer(
  log: TestLog,
  chains: readonly TestChain[],
  page = 100,
): Promise<LogServer> {
  const asked: string[] = [];
  const lies: LogServer["lies"] = new Map();
  const running = { log };
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    asked.push(url.pathname);
    const lie = lies.get(url.pathname.replace(/\/v1\/devices\/[0-9a-f]{64}/, ""));
    if (lie !== undefined) {
      response.writeHead(lie.status ?? 200, lie.headers).end(lie.body);
      return;
    }
    const answer = answerTo(running.log, chains, page, url, request.headers.authorization);
    if (typeof answer === "number") response.writeHead(answer).end();
    else response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    lies,
    get log() {
      return running.log;
    },
    set log(other) {
      running.log = other;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerTo(
  log: TestLog,
  chains: readonly TestChain[],
  page: number,
  { pathname, searchParams }: URL,
  authorization: string | undefined,
): string | Uint8Array | number {
  const path = pathname.slice(1);
  if (path === "checkpoint") return log.note();
  if (path === "v1/info")
    return JSON.stringify({
      log: log.signer.name,
      logKey: keyTextOf(log.signer),
      identity: { issuer: "https://id.example", clientId: "sluice" },
    });
  const wanted = /^v1\/devices\/([0-9a-f]{64})\/records$/.exec(path)?.[1];
  if (wanted !== undefined) {
    if (authorization !== `Bearer ${TOKEN}`) return 401;
    const from = Number(searchParams.get("from"));
    const found = chains.find(({ chain }) => chain === wanted);
    if (found === undefined) return 404;
    const records = found.records.slice(from - 1, from - 1 + page).map((record) => ({
      ...record,
      index: log.indexOf(found.chain, record.seq),
    }));
    return JSON.stringify({ records: records.filter(({ index }) => index !== null) });
  }
  const tile = readTilePath(path);
  if (tile === null) return 404;
  const size = log.entries.length;
  if (tile.kind === "entries") {
    const has = Math.min(TILE_WIDTH, size - tile.index * TILE_WIDTH);
    return has < tile.width ? 404 : log.entriesOf(tile.index, tile.width);
  }
  const bytes = log.tile(tile.level, tile.index);
  return bytes.length < tile.width * 32 ? 404 : bytes.subarray(0, tile.width * 32);
}
