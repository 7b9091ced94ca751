import { GENESIS } from "../../protocol/audit/record.ts";
import { type ChainHead, type Enrolment, enrolmentText } from "../../protocol/collector/ingest.ts";
import type { Sha256 } from "../../protocol/ids.ts";
import { verifyLater } from "../../protocol/node/crypto.ts";
import { actorOf, type Caller, ownerOf } from "../identity/caller.ts";
import type { Commit } from "../log/commit.ts";
import type { Sequencer } from "../log/sequencer.ts";
import { Refusal } from "../refusal.ts";
import { chainHead, type Device, type EnrolledKey, isOwnedBy } from "../store/device.ts";
import { checkBegan } from "./checkBegan.ts";
import { ofAnother } from "./ownDevice.ts";
import { keyIdOf, successionTo } from "./succession.ts";

/** Keys one chain may have: an agent has one per keeper, and rotates them. */
const MOST_KEYS = 50;

/** Enrols a device of the caller's, or more of its keys. Repeating it changes nothing. @throws Refusal */
export async function enrol(
  sequencer: Sequencer,
  log: string,
  caller: Caller,
  chain: Sha256,
  enrolment: Enrolment,
): Promise<ChainHead> {
  const { name, keys } = enrolment;
  const said = enrolmentText(chain, log, caller.subject);
  const proven = await Promise.all(keys.map(({ publicKey, proof }) => verifyLater(publicKey, said, proof)));
  if (proven.includes(false))
    throw new Refusal(
      "bad-request",
      "A key's proof is not its signature for this chain, this log and this person.",
      "Ask the collector for its log's name again, then enrol again.",
    );
  const { value } = await sequencer.run([chain], async (commit) => {
    if (commit.log !== log) throw new Refusal("unavailable", "The log has another name now.", "Enrol again.");
    const device = await commit.device(chain);
    const proven = keys.map(({ publicKey }) => publicKey);
    if (device !== null && device.state !== "released") {
      const trusted = device.keys.flatMap(({ publicKey, revoked }) => (revoked === null ? [publicKey] : []));
      const leading = successionTo(chain, trusted, enrolment);
      return enrolMore(commit, caller, device, name, [...leading, ...proven]);
    }
    const leading = checkBegan(chain, enrolment);
    const all = [...leading, ...proven];
    if (device === null) return enrolNew(commit, caller, chain, name, all);
    checkStands(device, leading);
    return enrolReleased(commit, caller, device, name, all);
  });
  return chainHead(value);
}

async function enrolNew(
  commit: Commit,
  caller: Caller,
  chain: Sha256,
  name: string,
  keys: readonly string[],
): Promise<Device> {
  const device: Device = {
    chain,
    name,
    owner: ownerOf(caller),
    state: "active",
    keys: newKeys([], keys),
    enrolledAt: commit.now.getTime(),
    confirmedAt: null,
    seq: 0,
    hash: GENESIS,
    at: 0,
    receivedAt: null,
  };
  commit.put(device);
  await tell(commit, caller, device, device.keys);
  return device;
}

/** Its records stay, and the keys that signed them; whoever has shown that they have it is its owner from here on. */
async function enrolReleased(
  commit: Commit,
  caller: Caller,
  device: Device,
  name: string,
  keys: readonly string[],
): Promise<Device> {
  const proven = new Set(keys);
  const before = device.keys.map((key) =>
    key.introduced === null && proven.has(key.publicKey) ? { ...key, revoked: null } : key,
  );
  const enrolled: Device = {
    ...device,
    name,
    owner: ownerOf(caller),
    state: "active",
    keys: [...before, ...newKeys(before, keys)],
  };
  commit.put(enrolled);
  await tell(
    commit,
    caller,
    enrolled,
    enrolled.keys.filter(({ publicKey }) => proven.has(publicKey)),
  );
  return enrolled;
}

async function enrolMore(
  commit: Commit,
  caller: Caller,
  device: Device,
  name: string,
  keys: readonly string[],
): Promise<Device> {
  if (!isOwnedBy(device, ownerOf(caller))) throw ofAnother();
  if (device.state !== "active")
    throw new Refusal(
      "device-refused",
      `This device was marked ${device.state}.`,
      "Ask an administrator of the collector to mark it active again.",
      { head: chainHead(device) },
    );
  const added = newKeys(device.keys, keys);
  if (added.length > 0 && isClosed(device)) throw closed();
  if (device.keys.length + added.length > MOST_KEYS)
    throw new Refusal(
      "too-many",
      `A device has at most ${MOST_KEYS} keys.`,
      "Begin a new ledger on this device: `sluice device begin-ledger --reason TEXT`.",
    );
  if (added.length === 0 && device.name === name) return device;
  const more = { ...device, name, keys: [...device.keys, ...added] };
  commit.put(more);
  await tell(commit, caller, more, added);
  return more;
}

/** Where its records have revoked the key that began it, that one alone says nothing any more. @throws Refusal */
function checkStands({ keys }: Device, leading: ReadonlySet<string>): void {
  if (isClosed({ keys })) throw closed();
  const standing = keys.filter(({ introduced, revoked }) => introduced !== null && revoked === null);
  if (standing.length === 0 || standing.some(({ publicKey }) => leading.has(publicKey))) return;
  throw new Refusal(
    "forbidden",
    "The key that began this ledger was revoked, and none of these has its place.",
    "Enrol it from the device itself, with the key that signs there now.",
  );
}

/** Some key of a chain may always sign, until its closing revokes all of them. */
const isClosed = ({ keys }: Pick<Device, "keys">): boolean => {
  const introduced = keys.filter((key) => key.introduced !== null);
  return introduced.length > 0 && introduced.every(({ revoked }) => revoked !== null);
};

const closed = (): Refusal =>
  new Refusal(
    "forbidden",
    "This ledger was closed, and another one goes on in its place.",
    "Enrol the ledger that is in use on the device.",
  );

function newKeys(known: readonly EnrolledKey[], keys: readonly string[]): readonly EnrolledKey[] {
  const added = new Map<string, EnrolledKey>();
  for (const publicKey of keys) {
    const id = keyIdOf(publicKey);
    if (known.every((key) => key.id !== id))
      added.set(id, { id, publicKey, introduced: null, revoked: null });
  }
  return [...added.values()];
}

const tell = (commit: Commit, caller: Caller, device: Device, added: readonly EnrolledKey[]) =>
  commit.say({
    kind: "device_enrolled",
    chain: device.chain,
    name: device.name,
    owner: actorOf(caller),
    keys: added.map(({ id }) => id),
  });
