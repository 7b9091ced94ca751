import type { Act } from "./statedPurpose.ts";

/**
 * The words by which each act is said: base forms and gerunds. Participles are left out, since `list deleted users`
 * deletes nothing. A word may say several acts.
 */
export const ACT_WORDS: Readonly<Record<Act, string>> = {
  count: `count counting many tally number`,
  aggregate: `aggregate sum summing average avg mean median total statistic stat trend distribution breakdown
    histogram rate ratio percentage share metric kpi revenue turnover growth forecast benchmark`,
  look: `list listing show showing find finding fetch fetching get getting view look looking lookup
    search searching see read reading review reviewing check checking inspect inspecting
    investigate investigating debug debugging examine verify verifying validate validating test
    testing analyse analyze analysis analysing analyzing understand explore exploring audit
    auditing monitor compare comparing identify identifying retrieve display pull browse sample
    profile reconcile reproduce diagnose trace report reporting prepare who which what contact
    answer explain dashboard know learn preview confirm determine estimate summarise summarize
    summary overview`,
  export: `export exporting dump dumping extract extracting download backup copy copying migrate migrating
    migration sync syncing synchronise synchronize transfer send sending share archive archiving
    unload replicate etl extraction campaign mailing newsletter`,
  update: `update updating fix fixing change changing correct correcting set setting edit editing modify
    modifying rename renaming mark marking reset resetting adjust adjusting backfill backfilling
    anonymise anonymize mask redact increase decrease raise lower activate deactivate disable
    enable cancel close reopen assign merge merging deduplicate dedupe normalise normalize repair
    restore apply move moving write recalculate refresh undo revert repricing reprice process
    settle book store save patch replace switch convert credit debit charge refund clear approve
    lock unlock maintenance maintain sync migrate migration`,
  insert: `add adding insert inserting create creating register registering import importing load loading
    seed seeding new populate enter log ingest generate upsert record open onboard enrol enroll
    copy write book store save migrate backfill restore append place placing sign issue`,
  delete: `delete deleting deletion remove removing removal purge purging clean cleaning cleanup erase
    erasing erasure forgotten drop dropping prune pruning clear clearing truncate truncating wipe forget
    expire deduplicate dedupe retention housekeeping archive archiving empty unsubscribe offboard
    reset merge`,
  schema: `alter altering column index indexing constraint schema ddl partition table trigger view
    function migration migrate refactor type rename drop foreign primary vacuum analyze optimise
    optimize tune tuning speed maintenance reindex`,
  grant: `grant granting revoke revoking permission privilege role access right`,
};
