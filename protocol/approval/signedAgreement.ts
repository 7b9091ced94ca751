import type { ZodType } from "zod";
import { parseCanonical } from "../audit/seal.ts";
import type { Sha256 } from "../ids.ts";
import { fromBase64 } from "../log/base64.ts";
import type { NoteKey, VerifyBytes } from "../log/checkpoint.ts";
import type { ApprovalPerson, SignedGrant } from "./approval.ts";

/** What every agreement says, whatever it is about. */
interface Agreement {
  readonly subject: { readonly requester: Pick<ApprovalPerson, "issuer" | "subject"> };
  /** SHA-256 over what those who agreed were shown. */
  readonly shown: Sha256;
  readonly group: string;
  readonly approvers: readonly ApprovalPerson[];
  /** ISO 8601. */
  readonly notAfter: string;
}

/** One kind of agreement. */
export interface AgreementForm<G extends Agreement> {
  readonly schema: ZodType<G>;
  /** The text that is signed, under a domain of its own. */
  readonly text: (log: string, canonical: string) => string;
  /** What it is called, and what is said where its time is over. */
  readonly noun: string;
  readonly over: string;
}

export type AgreementCheck<G> =
  | { readonly kind: "valid"; readonly grant: G }
  /** `why` ends the sentence "It cannot be used: …". */
  | { readonly kind: "invalid"; readonly why: string };

export interface ExpectedAgreement {
  /** SHA-256 over what was sent to be shown to others. */
  readonly shown: Sha256;
  readonly group: string;
  readonly needed: number;
  /** Who alone has to have agreed, where a program asked its own person. */
  readonly person?: Pick<ApprovalPerson, "issuer" | "subject">;
  readonly now: Date;
}

/**
 * Whether an agreement is the collector's own, still good, about the right thing, and of as many people other than the
 * requester as are needed. `differs` says what else it is about; null where it is about the right thing. `key` is the
 * pinned log's, by whose name the agreement is bound to that collector.
 */
export function verifyAgreement<G extends Agreement>(
  signed: SignedGrant,
  form: AgreementForm<G>,
  expected: ExpectedAgreement,
  differs: (grant: G) => string | null,
  { key, verify }: { readonly key: NoteKey; readonly verify: VerifyBytes },
): AgreementCheck<G> {
  const signature = fromBase64(signed.signature);
  const text = new TextEncoder().encode(form.text(key.name, signed.canonical));
  if (signature === null || !verify(key.publicKey, text, signature))
    return invalid("its signature is not the collector's");
  const grant = parseCanonical(signed.canonical, form.schema);
  if (grant === null) return invalid(`it is not in the form of ${form.noun}`);
  // Also where the time cannot be read.
  if (!(Date.parse(grant.notAfter) > expected.now.getTime())) return invalid(form.over);
  const difference = differs(grant);
  if (difference !== null) return invalid(difference);
  if (grant.shown !== expected.shown)
    return invalid(
      "those who agreed were shown another request than this machine sent; something between it and the collector changed it",
    );
  if (grant.group !== expected.group)
    return invalid(`it is of ${grant.group}, and ${expected.group} has to agree`);
  const { person } = expected;
  if (person !== undefined)
    return grant.approvers.every((one) => isSame(one, person))
      ? { kind: "valid", grant }
      : invalid("somebody else than the person the program works for has answered");
  return agreed(grant) < expected.needed
    ? invalid(`${expected.needed} people other than the requester have to agree`)
    : { kind: "valid", grant };
}

/** How many people other than the requester agreed; nobody counts twice. */
export function agreed({ approvers, subject: { requester } }: Agreement): number {
  const others = approvers.filter((one) => !isSame(one, requester));
  return new Set(others.map(({ issuer, subject }) => JSON.stringify([issuer, subject]))).size;
}

type Who = Pick<ApprovalPerson, "issuer" | "subject">;

const isSame = (one: Who, other: Who): boolean =>
  one.issuer === other.issuer && one.subject === other.subject;

const invalid = (why: string): { readonly kind: "invalid"; readonly why: string } => ({
  kind: "invalid",
  why,
});
