import fs from "node:fs";
import { leaksIn } from "../leaks.ts";
import { markersOf } from "../secrets.ts";
import { ATTACKERS, Attack } from "../world.ts";
import { MariadbArena } from "./arena.ts";

const markers = markersOf("a");
const arena = await MariadbArena.start("a", ["shop", "dev"]);
console.log("arena up");
const attack = await Attack.open(arena.server, [], "mysql");
try {
  for (const [db, env] of [
    ["shop", "production"],
    ["dev", "development"],
  ] as const) {
    const t = Date.now();
    await attack.classified(db, env);
    console.log("classified", db, Date.now() - t);
  }
  for (const who of ["person", "agent", "developer"] as const) {
    const { actor, environment } = ATTACKERS[who];
    const db = environment === "production" ? "shop" : "dev";
    for (const text of fs
      .readFileSync(process.argv[2] ?? "", "utf8")
      .split("\n")
      .filter(Boolean)) {
      for (const one of await attack.run(db, actor, environment, text)) {
        const leaks = leaksIn(one, markers, text);
        console.log(
          who,
          one.kind,
          one.verdict,
          one.statement.slice(0, 80),
          JSON.stringify(one.rows.slice(0, 2)),
          one.problem?.slice(0, 160) ?? "",
          one.kind === "blocked" ? one.report.slice(0, 300) : "",
          one.notices.join(";"),
        );
        if (leaks.length) console.log("   LEAK", leaks);
      }
    }
  }
  if (process.argv[3]) {
    const t = attack.labels("shop", "production");
    console.log(
      [...t].map(([k, v]) => `${k}=${(v as { infoType?: string }).infoType}/${v.level}`).join("\n"),
    );
  }
} finally {
  await attack.close();
  await arena.stop();
}
