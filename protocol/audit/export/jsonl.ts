import type { SealedRecord } from "../record.ts";

/** A record with its hash and signature in one line. The text stays as it was signed. */
export const jsonLine = ({ canonical, hash, signature }: SealedRecord): string =>
  `{"record":${canonical},"hash":"${hash}","signature":"${signature}"}\n`;
