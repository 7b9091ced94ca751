import process from "node:process";
import { DeviceKeys } from "../../agent/device/deviceKeys.ts";
import { openLedgerOf } from "../../agent/device/openLedgerOf.ts";
import { rotateKey } from "../../agent/device/rotateKey.ts";
import { openHome } from "../../agent/home.ts";
import { fileSecrets } from "../../agent/identity/fileSecrets.ts";
import type { SecretStore } from "../../agent/identity/secretStore.ts";

/** Rotates the key of a home so many times; dies before its n-th touch of a secret, where one is given. */
const [root = "", times = "1", dieAt = "0"] = process.argv.slice(2);
const home = openHome(root);
const secrets = fileSecrets(home.secrets);
let touched = 0;
/** What is asked of the secrets, unless it dies first. */
const living = (): SecretStore => {
  touched += 1;
  if (touched === Number(dieAt)) process.kill(process.pid, "SIGKILL");
  return secrets;
};
const dying: SecretStore = {
  get: (key) => living().get(key),
  store: (key, value) => living().store(key, value),
  delete: (key) => living().delete(key),
};
const keys = new DeviceKeys(dying, home.secretsLock);
const ledger = await openLedgerOf(home, {
  signer: await keys.current(),
  renewSigner: (isRevoked) => keys.renewed(isRevoked),
  origin: "cli",
});
process.stdout.write("ready\n");
for (let done = 0; done < Number(times); done += 1) await rotateKey({ home, keys, ledger }, "a test");
await ledger.close();
process.stdout.write(`touched ${touched}\n`);
