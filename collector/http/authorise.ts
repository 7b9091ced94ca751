import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Caller, Role } from "../identity/caller.ts";
import type { Tokens } from "../identity/tokens.ts";
import { Refusal } from "../refusal.ts";

/** The caller, who has this role. @throws Refusal */
export async function callerWith(role: Role, tokens: Tokens, request: FastifyRequest): Promise<Caller> {
  const caller = await tokens.caller(request.headers.authorization);
  if (caller.roles.has(role) || caller.roles.has("admin")) return caller;
  throw new Refusal(
    "forbidden",
    `This is for people with the role ${role}.`,
    "Ask an administrator of your sign-in provider for the group.",
  );
}

/** A monitor: with the token where one is set, else on this machine and not through a proxy. @throws Refusal */
export function checkOperator(request: FastifyRequest, token: string | null): void {
  const given = request.headers.authorization?.replace(/^Bearer /i, "");
  const local = request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "";
  const direct = request.headers["x-forwarded-for"] === undefined && request.headers.forwarded === undefined;
  const allowed =
    token === null
      ? direct && (local === "::1" || local.startsWith("127."))
      : given !== undefined && timingSafeEqual(digest(given), digest(token));
  if (!allowed)
    throw new Refusal(
      "forbidden",
      "Metrics are for monitors of this machine.",
      "Ask from the machine itself, or set a metrics token.",
    );
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
