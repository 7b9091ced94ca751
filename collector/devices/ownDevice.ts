import { type Caller, ownerOf } from "../identity/caller.ts";
import { Refusal } from "../refusal.ts";
import { type Device, isOwnedBy } from "../store/device.ts";

/** @throws Refusal where it is not an active device of the caller's, with what helps. */
export function requireOwnDevice(device: Device | null, caller: Caller): Device {
  if (device === null)
    throw new Refusal(
      "not-enrolled",
      "The collector does not know this device yet.",
      "Sync its records with the collector once while you are signed in.",
    );
  if (!isOwnedBy(device, ownerOf(caller))) throw ofAnother();
  if (device.state !== "active")
    throw new Refusal(
      "device-refused",
      `This device was marked ${device.state}.`,
      "Ask an administrator of the collector to mark it active again.",
    );
  return device;
}

/** Who signed in first on a machine account's folder owns its device; the next has one of their own in another folder. */
export const ofAnother = (): Refusal =>
  new Refusal(
    "not-owner",
    "This device belongs to somebody else, who signed in first in this Sluice folder; one device has one owner.",
    "Use a folder of your own: `SLUICE_HOME=~/.sluice-mine sluice login` in a terminal, with SLUICE_HOME set for what follows too; in the editor the setting `sluice.home`. Sign in there, and ask again.",
  );
