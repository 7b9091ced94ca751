import process from "node:process";
import { run, step } from "../steps.ts";
import { openEditor } from "./editor.ts";
import { walk } from "./headless.ts";
import { startParts } from "./parts.ts";

/** `npm start`: real parts, the editor opened on them. `-- --headless`: the same job walked in the terminal. */
const headless = process.argv.includes("--headless");

step("Building");
if ((await run(process.execPath, ["scripts/build.ts"])) !== 0) process.exit(1);

const parts = await startParts({ freshHome: headless });
let stopping = false;

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  console.log("\nStopping everything …");
  await editor?.stop();
  await parts.stop();
  process.exit(code);
}

let editor: Awaited<ReturnType<typeof openEditor>> | null = null;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop(0));

if (headless) {
  await stop((await walk(parts)) ? 0 : 1);
} else {
  editor = await openEditor(parts);
  console.log(`
Sluice is running.

  Editor      ${editor.where}
  PostgreSQL  ${parts.database.host}:${parts.database.port}/${parts.database.database}
  Provider    ${parts.provider.issuer}
  State       ${parts.home}

Sign in with one of these accounts:

${parts.provider.accounts.map(({ login, password, groups }) => `  ${login.padEnd(7)} ${password.padEnd(12)} ${groups.join(", ")}`).join("\n")}

Ctrl-C stops everything.`);
  editor.ended.then((code) => stop(code));
}
