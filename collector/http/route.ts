import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller, Role } from "../identity/caller.ts";
import type { Sender } from "../ingest/sender.ts";

/** A request as handlers see it. */
export interface Asked {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Path parameter; empty where there is none. */
  param(name: string): string;
  query(name: string): string | undefined;
}

interface Described {
  readonly method: "GET" | "PUT" | "POST";
  readonly path: string;
  /** So many times the requests a minute that are set for all. */
  readonly weight?: number;
  /** Counted by its chain as well as by address: a company's devices share one address. */
  readonly perDevice?: true;
  /** Most bytes of a body; small unless it says so. */
  readonly bodyBytes?: number;
}

/**
 * One line of the table. Who may call it: `anyone` needs no token, since what is answered is public or what is sent
 * proves itself by its signatures; `device` is about the chain of an enrolled device, which may have signed for what it
 * sends; `operator` is a monitor on this machine, or one that holds the metrics token; else
 * whoever has the role.
 */
export type Route =
  | (Described & {
      readonly access: "anyone" | "operator";
      readonly handle: (asked: Asked) => Promise<unknown>;
    })
  | (Described & {
      readonly access: "device";
      readonly handle: (asked: Asked, sender: Sender) => Promise<unknown>;
    })
  | (Described & {
      readonly access: Role;
      readonly handle: (asked: Asked, caller: Caller) => Promise<unknown>;
    });
