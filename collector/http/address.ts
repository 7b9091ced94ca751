import net from "node:net";
import type { FastifyRequest } from "fastify";

/** Groups of an IPv6 address that one customer has: the rest is theirs to choose. */
const NETWORK_GROUPS = 4;

/** Where a request counts as coming from. Behind a proxy that is what the proxy says. */
export const addressOf = (request: FastifyRequest): string => networkOf(request.ip);

/** An IPv4 address as it is, an IPv6 one's network: nobody gets past a limit by choosing another of their own. */
export function networkOf(ip: string): string {
  const [plain = ""] = ip.replace(/^::ffff:(?=\d+\.)/i, "").split("%");
  if (!net.isIPv6(plain)) return plain;
  const [left = "", right] = plain.split("::");
  const groups = (part: string | undefined): string[] => (part ? part.split(":") : []);
  const [before, after] = [groups(left), groups(right)];
  const missing = right === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const all = [...before, ...Array.from({ length: missing }, () => "0"), ...after];
  return `${all
    .slice(0, NETWORK_GROUPS)
    .map((group) => group.replace(/^0+(?=.)/, "").toLowerCase())
    .join(":")}::/64`;
}
