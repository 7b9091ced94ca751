import { createCipheriv, createDecipheriv, hash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { CollectorError } from "../collectorError.ts";
import { keyIn } from "../log/secretFile.ts";

const CIPHER = "aes-256-gcm";
const TAG_BYTES = 16;

/** Where the key lies in the data folder. */
export const secretsFile = (folder: string): string => path.join(folder, "secrets.key");

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * Encrypts what the store keeps of secrets, by a key beside it that no backup of the store holds. The key is made when
 * the first secret is kept: a collector that lends no logins has none.
 */
export class SecretBox {
  readonly #file: string;
  #key: Key | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  /** `context` says what it belongs to: it cannot be opened as anything else's. @throws CollectorError */
  seal(text: string, context: string): string {
    const { id, bytes } = this.#read();
    const nonce = randomBytes(12);
    const cipher = createCipheriv(CIPHER, bytes, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context));
    const box = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return ["v1", id, nonce.toString("base64"), box.toString("base64")].join(".");
  }

  /** @throws CollectorError where it was sealed by another key, for another context, or was changed. */
  open(sealed: string, context: string): string {
    this.requireKeyOf(sealed);
    const [, , nonce = "", box = ""] = sealed.split(".");
    const bytes = Buffer.from(box, "base64");
    try {
      const decipher = createDecipheriv(CIPHER, this.#read().bytes, Buffer.from(nonce, "base64"), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString();
    } catch {
      throw new CollectorError(
        "secret-damaged",
        "A login in the store is damaged, or was put in the place of another.",
        "Give the connection its login again; if nobody touched the store, look who did.",
      );
    }
  }

  /** @throws CollectorError where this process has not got the key by which it was sealed. */
  requireKeyOf(sealed: string): void {
    if (fs.existsSync(this.#file) && sealed.split(".")[1] === this.#read().id) return;
    throw new CollectorError(
      "secrets-key-differs",
      `The logins in the store were encrypted with another key than the one in ${this.#file}.`,
      "Put that key there (secrets.key of the data folder they were kept from); every collector over one database has the same. Where it is lost, remove the connections and define them anew.",
    );
  }

  #read(): Key {
    if (this.#key !== null) return this.#key;
    const text = keyIn(this.#file, () => `${randomBytes(32).toString("base64")}\n`);
    const bytes = Buffer.from(text, "base64");
    if (bytes.length !== 32)
      throw new CollectorError(
        "secrets-key-unreadable",
        `${this.#file} holds no key.`,
        "Put the key back from the copy you keep; without it the connections have to be removed and defined anew.",
      );
    this.#key = {
      id: hash("sha256", Buffer.concat([Buffer.from("sluice-secrets-key\n"), bytes]), "hex").slice(0, 16),
      bytes,
    };
    return this.#key;
  }
}
