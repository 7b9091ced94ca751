import type { CollectorInfo } from "../protocol/collector/ingest.ts";
import type { Approvals } from "./approvals/approvals.ts";
import type { Questions } from "./approvals/questions.ts";
import type { Connections } from "./connections/connections.ts";
import type { Leases } from "./connections/leases.ts";
import type { Asset } from "./console/assets.ts";
import type { SignInEndpoints } from "./console/signInSettings.ts";
import type { Tokens } from "./identity/tokens.ts";
import type { ClockLimits } from "./ingest/clock.ts";
import type { LogKeys } from "./log/logKeys.ts";
import type { Proofs } from "./log/proofs.ts";
import type { Sequencer } from "./log/sequencer.ts";
import type { Witnesses } from "./log/witnesses.ts";
import type { Metrics } from "./operations/metrics.ts";
import type { Counting } from "./search/counting.ts";
import type { SearchDatabase } from "./search/database.ts";
import type { RecordExports } from "./search/exportRecords.ts";
import type { Store } from "./store/store.ts";
import type { StreamSettings } from "./streams/settings.ts";

/** The collector's parts, built once. */
export interface Collector {
  readonly store: Store;
  readonly search: SearchDatabase;
  readonly counting: Counting;
  readonly exports: RecordExports;
  readonly sequencer: Sequencer;
  readonly proofs: Proofs;
  readonly witnesses: Witnesses;
  readonly keys: LogKeys;
  readonly tokens: Tokens;
  readonly signInEndpoints: SignInEndpoints;
  /** Files of the console's page, by name. */
  readonly page: ReadonlyMap<string, Asset>;
  readonly metrics: Metrics;
  readonly approvals: Approvals;
  readonly questions: Questions;
  readonly connections: Connections;
  readonly leases: Leases;
  /** Tells who takes accounts away that leases are over. */
  readonly leasesOver: () => void;
  readonly streamSettings: readonly StreamSettings[];
  /** Null: texts are never dropped. */
  readonly retentionDays: number | null;
  readonly clock: ClockLimits;
  readonly now: () => Date;
  /** Name of the log. */
  readonly log: string;
  readonly identity: CollectorInfo["identity"];
  readonly stopping: () => boolean;
}
