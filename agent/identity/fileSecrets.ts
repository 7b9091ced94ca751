import fs from "node:fs";
import path from "node:path";
import { IdentityError } from "./identityError.ts";
import type { SecretStore } from "./secretStore.ts";

/**
 * Secrets as files of mode 0600 in a folder of mode 0700, for the command line. A file others can read is
 * refused: it may have been read already.
 */
export function fileSecrets(folder: string): SecretStore {
  const fileOf = (key: string): string => path.join(folder, `${encodeURIComponent(key)}.secret`);
  return {
    async get(key) {
      const file = fileOf(key);
      const stat = fs.statSync(file, { throwIfNoEntry: false });
      if (stat === undefined) return undefined;
      if (process.platform !== "win32" && (stat.mode & 0o077) !== 0) {
        throw new IdentityError(
          "secret-readable-by-others",
          `${file} can be read by other users of this machine.`,
          `Run: chmod 600 "${file}", and if others use this machine, delete it and sign in again.`,
        );
      }
      return fs.readFileSync(file, "utf8");
    },
    async store(key, value) {
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
      const file = fileOf(key);
      const temporary = `${file}.${process.pid}.tmp`;
      // A key that signs records has to be on disk before they are.
      fs.writeFileSync(temporary, value, { mode: 0o600, flush: true });
      fs.renameSync(temporary, file);
    },
    async delete(key) {
      fs.rmSync(fileOf(key), { force: true });
    },
  };
}
