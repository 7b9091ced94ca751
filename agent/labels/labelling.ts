import type { Actor } from "../../protocol/actor.ts";
import type { Catalog, Relation } from "../../protocol/catalog.ts";
import { type ConnectionProfile, effectiveEnvironment } from "../../protocol/connection.ts";
import type { Label, Level } from "../../protocol/label.ts";
import { isProgram } from "../../protocol/task.ts";
import { namedColumns, referenceFlows } from "../classify/baseColumns.ts";
import { classifyCatalog, type Labels } from "../classify/classifyCatalog.ts";
import type { CorrectionStore } from "../classify/correctionStore.ts";
import { type Correction, carriedInto, correctLabels } from "../classify/corrections.ts";
import type { FlowStore } from "../classify/flowStore.ts";
import { carriedFlow } from "../classify/inheritedLabels.ts";
import type { KnownSamples, LabelStore } from "../classify/labelStore.ts";
import { type RelationEvidence, type Samples, samplesOf } from "../classify/samples.ts";
import type { SharedLabels } from "../classify/sharedLabels.ts";
import { weighShared } from "../classify/sharedRights.ts";
import { withEarlier } from "../classify/values/columnEvidence.ts";
import { type ColumnId, columnKey, type Flow } from "../sql/facts.ts";
import { storedMysqlFlows } from "../sql/mysql/storedFlows.ts";
import { indexCatalog } from "../sql/postgres/catalogIndex.ts";
import { storedFlows } from "../sql/postgres/storedFlows.ts";

/** Whose eyes a label is for: what a workspace's file lowers, it lowers for people alone. */
export type Audience = "people" | "programs";

/** Whose eyes an actor has. */
export const audienceOf = (actor: Actor): Audience => (isProgram(actor) ? "programs" : "people");

/** Where corrections come from, and who may lower a label. */
export interface Corrections {
  readonly store: CorrectionStore;
  readonly shared: SharedLabels;
  /** Whether the person who works now may lower this column's label here. */
  mayLower(connection: ConnectionProfile, column: ColumnId, label: Label): boolean;
}

interface Known {
  readonly catalog: Catalog;
  readonly classified: Labels;
  /** What materialised views hold. */
  readonly stored: readonly Flow[];
  readonly references: readonly Flow[];
}

interface Corrected {
  readonly people: Labels;
  readonly programs: Labels;
  readonly own: ReadonlyMap<string, Correction>;
  /** Of a shared file, allowed for whoever works now, and not recorded yet: not in effect. */
  readonly waiting: readonly Correction[];
  readonly notices: readonly string[];
  readonly stamp: string;
}

const NOTHING: Labels = new Map();

/** What every column of one database is: as classified, with what was carried into it, as people corrected it. */
export class Labelling {
  readonly #profile: ConnectionProfile;
  readonly #samples: LabelStore;
  readonly #flows: FlowStore;
  readonly #corrections: Corrections | undefined;
  #known: Known | null = null;
  #corrected: Corrected | null = null;

  constructor(options: {
    readonly profile: ConnectionProfile;
    readonly samples: LabelStore;
    readonly flows: FlowStore;
    /** Without, nobody corrects anything. */
    readonly corrections: Corrections | undefined;
  }) {
    this.#profile = options.profile;
    this.#samples = options.samples;
    this.#flows = options.flows;
    this.#corrections = options.corrections;
  }

  labels(audience: Audience): Labels {
    return this.#corrected?.[audience] ?? NOTHING;
  }

  /** Corrections made on this machine that stand, by `columnKey`. */
  get own(): ReadonlyMap<string, Correction> {
    return this.#corrected?.own ?? new Map();
  }

  get waiting(): readonly Correction[] {
    return this.#corrected?.waiting ?? [];
  }

  /** For a person: what a shared file says in vain. */
  get notices(): readonly string[] {
    return this.#corrected?.notices ?? [];
  }

  /** Takes a new catalog; tells what is still to be looked at. @throws CorrectionsError, LabelsFileError */
  learn(catalog: Catalog): KnownSamples {
    const known = this.#samples.load(this.#profile.id, catalog);
    this.#take(catalog, known.samples);
    // What a materialised view was filled with stays in it when a view under it is defined anew.
    this.carry(this.#known?.stored ?? [], (id) => this.labels("programs").get(columnKey(id)));
    return known;
  }

  /** Keeps what a scan showed; with `ended`, labels rest on it from now on. */
  scanned(catalog: Catalog, scanned: ReadonlyMap<Relation, RelationEvidence>, ended: boolean): void {
    this.#samples.save(this.#profile.id, catalog, scanned);
    if (ended)
      this.#take(catalog, withScanned(this.#samples.load(this.#profile.id, catalog).samples, scanned));
  }

  /** Remembers flows with what their sources are; true where one was new. @throws FlowStoreError */
  carry(flows: readonly Flow[], labelOf: (id: ColumnId) => Label | undefined): boolean {
    const carried = flows.map((flow) => carriedFlow(flow, labelOf));
    if (flows.length === 0 || !this.#flows.add(this.#profile.id, carried)) return false;
    this.#correct();
    return true;
  }

  /** Labels for a catalog that only one session sees. */
  labelsFor(catalog: Catalog, audience: Audience): Labels {
    const { samples } = this.#samples.load(this.#profile.id, catalog);
    return this.#correctedOf(knownOf(catalog, samples))[audience];
  }

  /** Looks at corrections again: with `always`, or where a file of theirs changed. True where it did. */
  renew(always: boolean): boolean {
    if (this.#known === null || (!always && this.#stamp() === this.#corrected?.stamp)) return false;
    this.#correct();
    return true;
  }

  /** What a column would be without the correction of its own. */
  withoutOwn(column: ColumnId): Label | undefined {
    if (this.#known === null) return undefined;
    return this.#correctedOf(this.#known, column).people.get(columnKey(column));
  }

  /** The level of what is known to be stored in a column from elsewhere. */
  carriedInto(column: ColumnId): Level {
    if (this.#known === null) return "public";
    const { classified, references } = this.#known;
    return carriedInto(column, classified, references, this.#flowsOf(this.#known));
  }

  #take(catalog: Catalog, samples: Samples): void {
    this.#known = knownOf(catalog, samples);
    this.#correct();
  }

  #correct(): void {
    if (this.#known !== null) this.#corrected = this.#correctedOf(this.#known);
  }

  #flowsOf(known: Known) {
    return [...known.stored, ...this.#flows.flows(this.#profile.id)];
  }

  #stamp(): string {
    if (this.#corrections === undefined) return "";
    const { store, shared } = this.#corrections;
    return `${store.stamp(this.#profile.id)}/${shared.stamp()}`;
  }

  #correctedOf(known: Known, butOwn?: ColumnId): Corrected {
    const stamp = this.#stamp();
    const { classified, references, catalog } = known;
    const flows = this.#flowsOf(known);
    const corrected = (corrections: readonly Correction[]): Labels =>
      correctLabels(classified, corrections, references, flows);
    if (this.#corrections === undefined) {
      const labels = corrected([]);
      return { people: labels, programs: labels, own: new Map(), waiting: [], notices: [], stamp };
    }
    const { store, shared } = this.#corrections;
    const kept = store.load(this.#profile.id);
    const environment = effectiveEnvironment(this.#profile);
    const own = kept.own
      .filter(({ column }) => butOwn === undefined || columnKey(column) !== columnKey(butOwn))
      .map((one) => ({ ...one, final: one.final && one.environment === environment }));
    const said = shared.correctionsFor(this.#profile, classified, namedColumns(catalog));
    const asSaid = corrected([...said.corrections, ...own]);
    const from = this.#corrections;
    const weighed = weighShared(said.corrections, asSaid, kept, (column, label) =>
      from.mayLower(this.#profile, column, label),
    );
    // What a workspace lowers, it lowers for people alone; an administrator's word is for everybody.
    const forAll = weighed.corrections.map((one, position) =>
      one.byAdministrator === true ? one : (said.corrections[position] ?? one),
    );
    return {
      programs: weighed.lowering ? corrected([...forAll, ...own]) : asSaid,
      people: weighed.lowering ? corrected([...weighed.corrections, ...own]) : asSaid,
      own: new Map(own.map((one) => [columnKey(one.column), one])),
      waiting: weighed.waiting,
      notices: [...said.notices, ...weighed.notices],
      stamp,
    };
  }
}

function knownOf(catalog: Catalog, samples: Samples): Known {
  return {
    catalog,
    classified: classifyCatalog(catalog, samples),
    stored:
      catalog.engine === "mysql"
        ? storedMysqlFlows(indexCatalog(catalog))
        : storedFlows(indexCatalog(catalog)),
    references: referenceFlows(catalog),
  };
}

/** Also where the store could not be written. */
function withScanned(known: Samples, scanned: ReadonlyMap<Relation, RelationEvidence>): Samples {
  const samples = new Map(known);
  for (const [relation, evidence] of scanned) {
    for (const [key, column] of samplesOf(relation, evidence.columns))
      samples.set(key, withEarlier(column, samples.get(key)));
  }
  return samples;
}
