import fs from "node:fs";
import path from "node:path";
import { bin, root, run, step } from "./steps.ts";

/** Makes the universal VSIX from dist/: `sluice-<version>.vsix` in the cache folder. */
export async function packageExtension(): Promise<string> {
  const { version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
  const out = path.join(root, ".cache", `sluice-${version}.vsix`);
  fs.mkdirSync(path.dirname(out), { recursive: true });
  const code = await run(
    bin("vsce"),
    [
      "package",
      "--no-dependencies",
      "--allow-missing-repository",
      "--no-rewrite-relative-links",
      "--out",
      out,
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  if (code !== 0) throw new Error("The extension could not be packaged.");
  return out;
}

if (import.meta.main) {
  step("Building");
  if ((await run(process.execPath, ["scripts/build.ts"])) !== 0) process.exit(1);
  const file = await packageExtension();
  console.log(`${file}: ${(fs.statSync(file).size / 1e6).toFixed(1)} MB`);
}
