import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { ConnectionId } from "../../protocol/ids.ts";
import { type Category, LEVELS, MASK_KINDS } from "../../protocol/label.ts";
import type { Problem } from "../../protocol/messages.ts";
import { columnKey } from "../sql/facts.ts";
import type { CarriedFlow } from "./inheritedLabels.ts";

const COLUMN = z.object({ schema: z.string(), table: z.string(), column: z.string() });
const CATEGORIES = [
  "PII",
  "PHI",
  "PCI",
  "credential",
  "business",
  "none",
] as const satisfies readonly Category[];
const LABEL = z.object({
  infoType: z.string(),
  category: z.enum(CATEGORIES),
  level: z.enum(LEVELS),
  mask: z.enum(MASK_KINDS),
  confidence: z.number(),
  evidence: z.array(z.string()),
  paths: z.record(z.string(), z.enum(LEVELS)).exactOptional(),
});
const FLOW: z.ZodType<CarriedFlow> = z.object({
  target: COLUMN,
  sources: z.array(COLUMN),
  unchanged: z.boolean(),
  opaque: z.boolean(),
  labels: z.array(LABEL).exactOptional(),
});

/** Where data was carried is not known any more, or cannot be kept: nothing that carries data may run. */
export class FlowStoreError extends Error {
  readonly problem: Problem;
  constructor(file: string, cause: unknown) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    super(detail, { cause });
    this.name = "FlowStoreError";
    this.problem = {
      code: "flows-unusable",
      message: `${file}, which says where sensitive data was copied to, cannot be used: ${detail}.`,
      action:
        "Free disk space or make it writable. If it is damaged, restore it from a backup, or remove it and have the copies classified anew.",
    };
  }
}

/**
 * Remembers into which columns data was carried, one line a flow, in a file for each connection. A line is durable
 * before the statement that carries the data runs: a crash must not leave a copy without its label.
 */
export class FlowStore {
  readonly #folder: string;
  readonly #known = new Map<ConnectionId, Map<string, CarriedFlow>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Every flow of a connection. @throws FlowStoreError where the file cannot be read. */
  flows(connectionId: ConnectionId): readonly CarriedFlow[] {
    return [...this.#of(connectionId).values()];
  }

  /** True where something new was added. @throws FlowStoreError */
  add(connectionId: ConnectionId, flows: readonly CarriedFlow[]): boolean {
    const known = this.#of(connectionId);
    const added = flows.map((flow) => [keyOf(flow), flow] as const).filter(([key]) => !known.has(key));
    if (added.length === 0) return false;
    const file = this.#file(connectionId);
    try {
      fs.mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const handle = fs.openSync(file, "a", 0o600);
      try {
        fs.writeSync(handle, added.map(([, flow]) => `${JSON.stringify(flow)}\n`).join(""));
        fs.fsyncSync(handle);
      } finally {
        fs.closeSync(handle);
      }
    } catch (cause) {
      throw new FlowStoreError(file, cause);
    }
    for (const [key, flow] of added) known.set(key, flow);
    return true;
  }

  #of(connectionId: ConnectionId): Map<string, CarriedFlow> {
    const known = this.#known.get(connectionId);
    if (known !== undefined) return known;
    const read = this.#read(this.#file(connectionId));
    this.#known.set(connectionId, read);
    return read;
  }

  #read(file: string): Map<string, CarriedFlow> {
    const flows = new Map<string, CarriedFlow>();
    if (!fs.existsSync(file)) return flows;
    try {
      const lines = fs.readFileSync(file, "utf8").split("\n");
      // A line cut short by a crash is the last one, and its statement never ran.
      const complete = lines.slice(0, -1);
      for (const line of complete.filter((one) => one !== "")) {
        const flow = FLOW.parse(JSON.parse(line));
        flows.set(keyOf(flow), flow);
      }
    } catch (cause) {
      throw new FlowStoreError(file, cause);
    }
    return flows;
  }

  #file(connectionId: ConnectionId): string {
    return path.join(this.#folder, `${connectionId.replace(/[^A-Za-z0-9_-]/g, "_")}.flows.jsonl`);
  }
}

const keyOf = (flow: CarriedFlow): string =>
  JSON.stringify([
    columnKey(flow.target),
    flow.sources.map(columnKey).sort(),
    flow.unchanged,
    flow.opaque,
    (flow.labels ?? []).map(({ infoType, level }) => `${infoType}/${level}`).sort(),
  ]);
