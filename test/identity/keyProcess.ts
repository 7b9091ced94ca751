import { DeviceKeys } from "../../agent/device/deviceKeys.ts";
import { openHome } from "../../agent/home.ts";
import { fileSecrets } from "../../agent/identity/fileSecrets.ts";

/** Waits for a line, so that many begin together; then says which key this device signs with. */
process.stdout.write("ready\n");
process.stdin.once("data", async () => {
  const home = openHome(process.argv[2]);
  const { keyId } = await new DeviceKeys(fileSecrets(home.secrets), home.secretsLock).current();
  process.stdout.write(`${keyId}\n`);
  process.exit(0);
});
