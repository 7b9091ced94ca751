import fs from "node:fs";
import { z } from "zod";
import type { Problem } from "../protocol/messages.ts";
import type { Ledger } from "./audit/ledger.ts";
import { CollectorClient } from "./audit/sync/collectorClient.ts";
import type { IdentityConfig } from "./identity/config.ts";

const CONFIG = z.object({ collector: z.object({ url: z.string() }).exactOptional() });

/** The collector's address cannot be used. */
export class CollectorAddressError extends Error {
  readonly problem: Problem;
  constructor(where: string, detail: string) {
    const message = `The collector's address in ${where} cannot be used: ${detail}.`;
    super(message);
    this.name = "CollectorAddressError";
    this.problem = {
      code: "collector-address",
      message,
      action: "Correct it: it is the https address whoever runs the collector gave you.",
    };
  }
}

/**
 * Where this machine's records go: what is given (the editor's settings), else SLUICE_COLLECTOR, else `collector.url` in
 * the file. Null where none is configured. @throws CollectorAddressError
 */
export function readCollectorAddress(file: string, given: string | undefined): string | null {
  const address = given ?? process.env.SLUICE_COLLECTOR;
  if (address !== undefined && address !== "") return checked(address, "the settings");
  if (!fs.existsSync(file)) return null;
  let saved: unknown;
  try {
    saved = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    throw new CollectorAddressError(file, error instanceof Error ? error.message : String(error));
  }
  const parsed = CONFIG.safeParse(saved);
  if (!parsed.success) throw new CollectorAddressError(file, "collector.url is no text");
  const { collector } = parsed.data;
  return collector === undefined ? null : checked(collector.url, file);
}

function checked(address: string, where: string): string {
  const url = URL.parse(address);
  if (url === null) throw new CollectorAddressError(where, `"${address}" is no address`);
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && loopback)) {
    throw new CollectorAddressError(where, `${address} is not https`);
  }
  return address.replace(/\/+$/, "");
}

/**
 * The provider the collector names, so that a person types one address. Asked once; later it is known from then.
 * @throws CollectorError where it was never reached and does not answer.
 */
export async function collectorIdentity(address: string, ledger: Ledger): Promise<IdentityConfig> {
  const known = ledger.collectors.find(address);
  if (known !== null) return known.info.identity;
  const info = await new CollectorClient(address).info();
  ledger.collectors.pin(address, info);
  return info.identity;
}
