import { createHmac } from "node:crypto";

/**
 * What a receiver checks: HMAC-SHA256 by the shared secret over the time in seconds, a full stop and the body as it was
 * sent. The time lets it refuse what is old.
 */
export function webhookSignature(secret: string, body: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const digest = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${digest}`;
}
