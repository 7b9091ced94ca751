/** The directions of imports: see ARCHITECTURE.md. */
const ROOMS = [
  "sql",
  "catalog",
  "classify",
  "policy",
  "mask",
  "connect",
  "identity",
  "audit",
  "behaviour",
  "suggest",
];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: { pathNot: "^agent/sql/(postgres|mysql)/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "protocol-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^protocol/" },
      to: { path: "^(src|webview|agent|collector|scripts|test)/" },
    },
    {
      name: "the-interface-renders",
      comment: "Law 10: extension and pages hold no rule, so they cannot reach the agent or the collector.",
      severity: "error",
      from: { path: "^(src|webview)/" },
      to: { path: "^(agent|collector)/" },
    },
    {
      name: "pages-run-in-a-browser",
      severity: "error",
      from: { path: "^webview/" },
      to: { path: "^src/", dependencyTypes: ["core"] },
    },
    {
      name: "pages-use-no-node",
      severity: "error",
      from: { path: "^(webview|protocol)/", pathNot: "^protocol/node/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "node-stays-out-of-the-protocol",
      comment: "What Node gives to the protocol is handed in by the processes that run on it.",
      severity: "error",
      from: { path: "^(webview|protocol)/", pathNot: "^protocol/node/" },
      to: { path: "^protocol/node/" },
    },
    {
      name: "the-collector-knows-nobody",
      comment: "It runs where no agent and no editor is: what it shares with them is the protocol.",
      severity: "error",
      from: { path: "^collector/" },
      to: { path: "^(src|webview|agent|scripts)/" },
    },
    {
      name: "the-agent-does-not-know-the-editor",
      severity: "error",
      from: { path: "^agent/" },
      to: { path: "^(src|webview|collector|scripts)/" },
    },
    ...ROOMS.map((room) => ({
      name: `${room}-keeps-to-itself`,
      comment: "Rooms talk through types: agent/sql/facts.ts and protocol.",
      severity: "error",
      from: { path: `^agent/${room}/` },
      to: { path: "^agent/", pathNot: [`^agent/${room}/`, "^agent/sql/facts\\.ts$"] },
    })),
    {
      name: "the-tools-know-no-protocol",
      comment: "One set of tools, whichever face they are called through.",
      severity: "error",
      from: { path: "^agent/gateway/tools/" },
      to: { path: "^agent/(editor|cli|gateway/mcp)/" },
    },
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: "^test/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    parser: "swc",
    enhancedResolveOptions: { extensions: [".ts", ".js", ".mjs", ".cjs", ".json"] },
  },
};
