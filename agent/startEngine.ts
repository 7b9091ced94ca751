import os from "node:os";
import path from "node:path";
import { Approvals } from "./approvals/approvals.ts";
import { AskedElsewhere } from "./approvals/askedElsewhere.ts";
import { CollectorClient } from "./audit/sync/collectorClient.ts";
import { LedgerSync } from "./audit/sync/ledgerSync.ts";
import { type Clocks, MACHINE_CLOCKS } from "./clocks.ts";
import { collectorIdentity, readCollectorAddress } from "./collectorAddress.ts";
import { DeviceKeys } from "./device/deviceKeys.ts";
import { openLedgerOf } from "./device/openLedgerOf.ts";
import { ElevationFiles } from "./elevations/elevationFiles.ts";
import { ElevationRequests } from "./elevations/elevationRequests.ts";
import { Elevations } from "./elevations/elevations.ts";
import type { ElevationParts } from "./elevations/watchedElevation.ts";
import { Engine } from "./engine.ts";
import type { EngineEvents } from "./engineEvents.ts";
import { type Home, openHome } from "./home.ts";
import { readIdentityConfig } from "./identity/config.ts";
import { Identity } from "./identity/identity.ts";
import type { SecretStore } from "./identity/secretStore.ts";
import { CentralConnections, type SignedInPerson } from "./leases/centralConnections.ts";
import { policyFromFiles } from "./policyFiles.ts";
import { PolicyInForce } from "./policyInForce.ts";
import { loadPostgresParser } from "./sql/postgres/libpgQuery.ts";

export interface StartOptions {
  readonly home: string | undefined;
  readonly issuer: string | undefined;
  readonly clientId: string | undefined;
  /** Address of the collector. */
  readonly collector?: string | undefined;
  /** Folders whose `.sluice/policy.cedar` restricts further. */
  readonly workspaceFolders: readonly string[];
  readonly origin: "editor" | "cli";
  readonly secrets: SecretStore;
  openBrowser(url: string): Promise<boolean>;
  /** By which elevations and logins that were lent end; the machine's own where not given. */
  readonly clocks?: Clocks;
  readonly events: EngineEvents;
}

/** Who is signed in with the provider, with the proof of it; null where nobody is. */
function personOf(identity: Identity): SignedInPerson | null {
  const state = identity.state();
  if (state.kind === "signed_out" || state.actor.kind !== "user") return null;
  const { issuer, subject } = state.actor;
  return { issuer, subject, idToken: identity.proof()?.idToken ?? null };
}

/** What lies in the folder is asked about again: only what the collector confirms is in force. */
function elevationRooms(parts: Omit<ElevationParts, "files">, home: Home) {
  const { client, ledger, identity } = parts;
  const held = new Elevations({ ...parts, files: new ElevationFiles(home.elevations) });
  return { held, requests: new ElevationRequests(client, ledger, identity, held) };
}

/**
 * Builds every room once. Fails closed: without a writable home, an intact ledger and a valid policy there is
 * no engine, and nothing runs.
 */
export async function startEngine(options: StartOptions): Promise<Engine> {
  const home = openHome(options.home);
  const collector = readCollectorAddress(home.config, options.collector);
  const given = readIdentityConfig(home.config, { issuer: options.issuer, clientId: options.clientId });
  const keys = new DeviceKeys(options.secrets, home.secretsLock);
  const signer = await keys.current();
  const [local] = await Promise.all([policyFromFiles(options.workspaceFolders, null), loadPostgresParser()]);
  const ledger = await openLedgerOf(home, {
    signer,
    renewSigner: (isRevoked) => keys.renewed(isRevoked),
    origin: options.origin,
  });
  try {
    const config = given ?? (collector === null ? null : await collectorIdentity(collector, ledger));
    const { secrets, openBrowser } = options;
    const identity = new Identity({
      home: home.root,
      secrets,
      config,
      openBrowser,
      ...(collector === null ? {} : { resource: collector }),
    });
    await identity.restore();
    const client = collector === null ? null : new CollectorClient(collector);
    const folder = path.join(home.root, "collector");
    const token = (): string | null => identity.proof()?.idToken ?? identity.serviceToken();
    const inForce = await PolicyInForce.open(
      local,
      options.workspaceFolders,
      client === null ? null : { client, ledger, folder, token },
    );
    const sync =
      collector === null
        ? null
        : new LedgerSync({
            url: collector,
            ledger,
            owner: () => identity.proof(),
            deviceName: os.hostname(),
            onState: (state) => options.events.syncChanged?.(state),
          });
    const clocks = options.clocks ?? MACHINE_CLOCKS;
    const central =
      client === null
        ? null
        : {
            connections: new CentralConnections(client, folder, () => personOf(identity)),
            source: {
              client,
              ledger,
              clocks,
              person: () => personOf(identity),
              sync: async () => sync?.now(),
            },
          };
    const changed = (): void => options.events.approvalsChanged?.();
    const elevations = client === null ? null : elevationRooms({ client, ledger, identity, clocks }, home);
    const rooms = {
      home: { ...home, ledger: ledger.path },
      secrets,
      keys,
      identity,
      ledger,
      sync,
      inForce,
      central,
      elevations,
      elsewhere:
        client === null
          ? null
          : new AskedElsewhere(
              client,
              ledger,
              async () => sync?.now(),
              () => identity.proof()?.idToken ?? null,
            ),
      approvals: client === null ? null : new Approvals(client, ledger, identity, changed),
      workspaceFolders: options.workspaceFolders,
      get policy() {
        return inForce.policy;
      },
    };
    return new Engine(rooms, options.events);
  } catch (error) {
    await ledger.close();
    throw error;
  }
}
