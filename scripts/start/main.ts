import process from "node:process";
import { run, step } from "../steps.ts";
import { type OpenEditor, openEditor } from "./editor.ts";
import { walk } from "./headless.ts";
import { type DemoParts, startParts } from "./parts.ts";

/** `npm start`: real parts, the editor opened on them. `-- --headless`: the same job walked in the terminal. */
const headless = process.argv.includes("--headless");

step("Building");
if ((await run(process.execPath, ["scripts/build.ts"])) !== 0) process.exit(1);

let parts: DemoParts | null = null;
let editor: OpenEditor | null = null;
let stopping = false;

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop(0));

try {
  parts = await startParts({ freshHome: headless });
  if (headless) {
    await stop((await walk(parts)) ? 0 : 1);
  } else {
    editor = await openEditor(parts);
    tell(parts, editor);
    await stop(await editor.ended);
  }
} catch (error) {
  if (!stopping) console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  await stop(1);
}

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  console.log("\nStopping everything …");
  await editor?.stop();
  await parts?.stop();
  process.exit(code);
}

function tell({ database, provider, collector, home }: DemoParts, { where }: OpenEditor): void {
  const accounts = provider.accounts.map(
    ({ login, password, groups }) => `  ${login.padEnd(7)} ${password.padEnd(12)} ${groups.join(", ")}`,
  );
  console.log(`
Sluice is running.

  Editor      ${where}
  PostgreSQL  ${database.host}:${database.port}/${database.database}
  Provider    ${provider.issuer}
  Collector   ${collector.url} (open it: its console; eve and mira see everything)
  State       ${home}

Sign in with one of these accounts:

${accounts.join("\n")}

Ctrl-C stops everything.`);
}
