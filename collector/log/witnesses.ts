import { toBase64 } from "../../protocol/log/base64.ts";
import type { NoteKey } from "../../protocol/log/checkpoint.ts";
import { cosignaturesBy, readWitnessKey } from "../../protocol/log/cosignature.ts";
import { sha256Bytes, verifyBytes } from "../../protocol/node/crypto.ts";
import { CollectorError } from "../collectorError.ts";
import type { Tree } from "../store/store.ts";
import type { Proofs } from "./proofs.ts";

export interface WitnessSettings {
  readonly url: string;
  /** `name+hash+key`. */
  readonly key: string;
}

interface Witness {
  readonly url: string;
  readonly key: NoteKey;
  /** Size of the tree it saw last; it says so itself where it differs. */
  seen: number;
}

const TIMEOUT_MS = 10_000;

/**
 * Asks others to sign what the log commits itself to: each signs only what goes on from what it has signed before, so
 * that no two histories get the same witnesses. https://c2sp.org/tlog-witness
 */
export class Witnesses {
  readonly #witnesses: readonly Witness[];
  readonly #proofs: Proofs;
  #newest: { readonly size: number; readonly note: string } | null = null;

  /** @throws CollectorError */
  constructor(settings: readonly WitnessSettings[], proofs: Proofs) {
    this.#witnesses = settings.map(({ url, key }) => ({
      url: url.replace(/\/$/, ""),
      key: keyOf(key),
      seen: 0,
    }));
    this.#proofs = proofs;
  }

  get any(): boolean {
    return this.#witnesses.length > 0;
  }

  /** The newest checkpoint that every witness has signed; null before the first. */
  get newest(): string | null {
    return this.#newest?.note ?? null;
  }

  /**
   * Shows them a tree. Those that do not answer are asked again next time.
   * @throws CollectorError where one has seen a longer log than this: the store was set back.
   */
  async show(tree: Tree): Promise<void> {
    if (!this.any || tree.size === 0 || tree.size === this.#newest?.size) return;
    const lines = await Promise.all(this.#witnesses.map((witness) => this.#ask(witness, tree)));
    if (lines.some((line) => line === null)) return;
    this.#newest = { size: tree.size, note: `${tree.checkpoint}${lines.join("")}` };
  }

  async #ask(witness: Witness, tree: Tree, again = true): Promise<string | null> {
    const answer = await this.#post(witness, tree);
    if (answer === null) return null;
    if (answer.status === 409 && again) {
      const seen = Number((await answer.text()).trim());
      if (!Number.isSafeInteger(seen) || seen < 0) return null;
      if (seen > tree.size) throw behind(witness, seen, tree.size);
      witness.seen = seen;
      return this.#ask(witness, tree, false);
    }
    if (answer.status !== 200) return null;
    const body = tree.checkpoint.slice(0, tree.checkpoint.indexOf("\n\n") + 1);
    const lines = cosignaturesBy(sha256Bytes, verifyBytes, await answer.text(), witness.key, body);
    if (lines.length === 0) return null;
    witness.seen = tree.size;
    return `${lines.join("\n")}\n`;
  }

  async #post({ url, seen }: Witness, tree: Tree): Promise<Response | null> {
    const proof = await this.#proofs.consistency(seen, tree.size);
    const body = `old ${seen}\n${proof.map((hash) => `${toBase64(hash)}\n`).join("")}\n${tree.checkpoint}`;
    try {
      return await fetch(`${url}/add-checkpoint`, {
        method: "POST",
        body,
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      return null;
    }
  }
}

function keyOf(text: string): NoteKey {
  try {
    return readWitnessKey(sha256Bytes, text);
  } catch (error) {
    throw new CollectorError(
      "settings-invalid",
      `The collector's settings are wrong: witnesses: ${error instanceof Error ? error.message : String(error)}.`,
      "Copy the witness's key as it publishes it.",
    );
  }
}

const behind = ({ key }: Witness, seen: number, size: number): CollectorError =>
  new CollectorError(
    "store-behind",
    `The store ends at record ${size}, but the witness ${key.name} has seen ${seen} records of this log.`,
    "Put the newest store back; if it is lost, run `sluice collector restore`.",
  );
