import { hash } from "node:crypto";

/**
 * The lease an order makes, by the key it is sealed to: 128 bits of its hash. Whoever asks made that key and knows the id
 * before they ask; nobody else can ask for one of that id.
 */
export const leaseIdOf = (sealTo: string): string => hash("sha256", sealTo, "hex").slice(0, 32);
