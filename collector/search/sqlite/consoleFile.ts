import path from "node:path";

/** What is counted over an SQLite store, and the searches people have saved. */
export const consoleFile = (folder: string): string => path.join(folder, "console.db");
