import fs from "node:fs";

/**
 * Makes a file its owner's alone, before anything is in it: whatever the umask, and whoever made it. SQLite gives its
 * -wal and -shm the file's own mode; those that lie there from before are changed as well.
 */
export function makePrivate(file: string): void {
  fs.closeSync(fs.openSync(file, "a", 0o600));
  for (const one of [file, `${file}-wal`, `${file}-shm`])
    if (fs.existsSync(one) && (fs.statSync(one).mode & 0o777) !== 0o600) fs.chmodSync(one, 0o600);
}

/** Makes a folder, and makes it its owner's alone. One that belongs to somebody else stays as they want it. */
export function makePrivateFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = fs.statSync(folder);
  if (uid === process.getuid?.() && (mode & 0o777) !== 0o700) fs.chmodSync(folder, 0o700);
}
