import fs from "node:fs";
import os from "node:os";
import type { StreamList } from "../../protocol/collector/streams.ts";
import { CollectorError } from "../collectorError.ts";
import type { CollectorOptions } from "../options.ts";
import { openStore } from "../store/openStore.ts";
import { storeFile } from "../store/sqlite/openFile.ts";
import { listStreams } from "../streams/listStreams.ts";

export interface MoveOrder {
  readonly stream: string;
  /** A place in the log, or one of its ends. */
  readonly to: string;
}

/**
 * Lists streams, beside a collector that works or without one. `move` asks for another position: the collector takes it
 * and records who asked. @throws CollectorError
 */
export async function streamsCommand(options: CollectorOptions, move: MoveOrder | null): Promise<StreamList> {
  if (options.database === undefined && !fs.existsSync(storeFile(options.data)))
    throw new CollectorError(
      "no-store",
      `There is no store in ${options.data}.`,
      "Name the collector's data folder.",
    );
  const store = await openStore(options);
  try {
    const tree = await store.tree();
    const size = tree?.size ?? 0;
    if (move !== null) {
      const known = await store.streams.stream(move.stream);
      if (known === null)
        throw new CollectorError(
          "no-stream",
          `There is no stream "${move.stream}".`,
          "Run `sluice collector streams` for their names; a new one begins when the collector starts.",
        );
      const asked = { to: positionOf(move.to, size), account: os.userInfo().username, host: os.hostname() };
      await store.commit(({ streams }) => streams.ask(move.stream, asked));
    }
    return { size, streams: await listStreams(store.streams, options.streams, size) };
  } finally {
    await store.close();
  }
}

function positionOf(text: string, size: number): number {
  if (text === "beginning") return 0;
  if (text === "end") return size;
  const position = Number(text);
  if (/^\d+$/.test(text) && position <= size) return position;
  throw new CollectorError(
    "position-invalid",
    `"${text}" is no position of a log of ${size} records.`,
    "Give a number up to that, `beginning` or `end`.",
  );
}
