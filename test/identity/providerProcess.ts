import { startDemoProvider } from "../../scripts/demo/provider.ts";

/** A provider whose clock is the machine's, while the test moves its own. Tells its issuer. */
const provider = await startDemoProvider({ accessTokenTtl: Number(process.argv[2] ?? 900) });
process.stdout.write(`${provider.issuer}\n`);
