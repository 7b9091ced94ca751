import { type Sha256, sha256 } from "../../protocol/ids.ts";

/** Something about a chain that a person has to look at. */
export interface Alert {
  readonly kind: AlertKind;
  readonly chain: Sha256;
  /** Place in the chain. */
  readonly seq: number;
  readonly what: string;
  /** What was sent, as JSON: proof in the hands of whoever looks. */
  readonly evidence: string;
  readonly raisedAt: number;
}

/**
 * `fork`: a second history, signed by a key of the chain. `bad-record`: a record that is not what it says.
 * `clock`: times that cannot be right, tolerated. `behind`: an agent has seen a longer log than this one. `grant`: a
 * statement ran under an approval that was not given for it. `lease`: a login that is over could not be taken away.
 * `copy`: two homes of one device.
 */
export type AlertKind = "fork" | "bad-record" | "clock" | "behind" | "grant" | "lease" | "copy";

export interface AlertRow {
  readonly chain: string;
  readonly kind: AlertKind;
  readonly seq: number;
  readonly what: string;
  readonly evidence: string;
  readonly raised_at: number;
}

export const alertOf = ({ chain, kind, seq, what, evidence, raised_at: raisedAt }: AlertRow): Alert => ({
  kind,
  chain: sha256(chain),
  seq,
  what,
  evidence,
  raisedAt,
});
