import { spawn } from "node:child_process";

/** Opens the system's browser; false where there is none to open (the address is then for the person to copy). */
export function openInBrowser(url: string): Promise<boolean> {
  if (process.env.SLUICE_NO_BROWSER) return Promise.resolve(true);
  const [command, args] =
    process.platform === "darwin"
      ? ["open", [url]]
      : process.platform === "win32"
        ? ["rundll32", ["url.dll,FileProtocolHandler", url]]
        : ["xdg-open", [url]];
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "ignore", detached: true });
    child.on("error", () => resolve(true));
    child.on("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}
