import { auditBundle } from "./auditBundle.ts";
import { auditExport } from "./auditExport.ts";
import { auditList } from "./auditList.ts";
import { auditModels } from "./auditModels.ts";
import { auditSuggestions } from "./auditSuggestions.ts";
import { auditSync } from "./auditSync.ts";
import { auditVerify } from "./auditVerify.ts";
import { type Command, UsageError } from "./command.ts";

const COMMANDS: Readonly<Record<string, Command>> = {
  list: auditList,
  verify: auditVerify,
  export: auditExport,
  bundle: auditBundle,
  sync: auditSync,
  models: auditModels,
  suggestions: auditSuggestions,
};

/** `sluice audit list | verify | export | bundle | models | suggestions`: reads the ledger without signing in and without writing to it. `sync` sends it. */
export const audit: Command = async (argv, io) => {
  const [what = "list", ...rest] = argv[0]?.startsWith("-") ? ["list", ...argv] : argv;
  const command = COMMANDS[what];
  if (command === undefined)
    throw new UsageError(
      `sluice audit takes list, verify, export, bundle, sync, models or suggestions, not "${what}".`,
    );
  return command(rest, io);
};
