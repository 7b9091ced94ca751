import type { Candidate } from "./candidate.ts";
import { nameWords } from "./names/vocabulary.ts";
import { infoType } from "./taxonomy/taxonomy.ts";
import type { ColumnEvidence } from "./values/columnEvidence.ts";

/** What is numbered in four parts as hosts are. */
const NUMBERED: ReadonlySet<string> = new Set(
  "version versions release build firmware revision patch semver kernel bios".split(" "),
);
const ADDRESSES: ReadonlySet<string> = new Set(
  "ip ipv4 ipv6 address addr host remote client server node agent machine peer".split(" "),
);
/** Fewer values tell little. */
const ENOUGH = 8;
/** Texts of several words; hosts have none, not even in a list. */
const LEAST_SPACED = 0.3;
const AGAINST = -6;

/** Whether a column's name says that numbers with dots are versions. */
export function namesVersions(name: string): boolean {
  const words = nameWords(name);
  return words.some((word) => NUMBERED.has(word)) && !words.some((word) => ADDRESSES.has(word));
}

/** `ip` may mean intellectual property: texts of words in which there is no address of a host. */
export function againstIpAddress(evidence: ColumnEvidence | undefined): Candidate | null {
  if (evidence === undefined || evidence.distinct < ENOUGH) return null;
  const found = [...Object.keys(evidence.hits), ...Object.keys(evidence.inText)];
  if (found.some((id) => id === "ip_address" || id === "ip_in_text")) return null;
  if (evidence.traits.spaced < evidence.distinct * LEAST_SPACED) return null;
  return {
    type: infoType("ip_address"),
    logit: AGAINST,
    evidence: ["its values are words, and none is an address of a host"],
  };
}
