import { defineConfig } from "vitest/config";

const common = {
  testTimeout: 60_000,
  hookTimeout: 180_000,
  maxWorkers: 2,
  // Conditions are waited for; how long they take is no matter of a test.
  expect: { poll: { timeout: 30_000 } },
  setupFiles: ["test/repeatable.ts"],
  globalSetup: ["test/temporaryFolder.ts"],
};

export default defineConfig({
  define: { SLUICE_VERSION: JSON.stringify("test") },
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...common,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/electron/**", "test/**/*.mariadb.test.ts"],
        },
      },
      {
        extends: true,
        test: { ...common, name: "mariadb", include: ["test/**/*.mariadb.test.ts"] },
      },
      {
        extends: true,
        test: {
          ...common,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
