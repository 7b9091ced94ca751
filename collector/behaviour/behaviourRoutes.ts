import { z } from "zod";
import type { Collector } from "../collector.ts";
import { parsed } from "../http/body.ts";
import { checkQuery } from "../http/checkQuery.ts";
import type { Route } from "../http/route.ts";
import { readPeriod, readRecordQuery } from "../search/recordQuery.ts";
import { scopeOf } from "../search/scope.ts";
import { modelsSeen } from "./modelsSeen.ts";
import { suggestionsMade } from "./suggestionsMade.ts";
import { taskTimelines } from "./taskTimelines.ts";

const NAME = z
  .string()
  .min(1)
  .max(400)
  .refine((text) => !text.includes("\0"));

/** What programs did for a task, and what their models were shown. */
export const behaviourRoutes = (collector: Collector): readonly Route[] => [
  {
    method: "GET",
    path: "/v1/tasks/:task",
    access: "member",
    handle: (asked, caller) =>
      taskTimelines(collector, scopeOf(caller), parsed(NAME, asked.param("task"), "task")),
  },
  {
    method: "GET",
    path: "/v1/suggestions",
    access: "member",
    handle: (asked, caller) => suggestionsMade(collector, readRecordQuery(asked), scopeOf(caller)),
  },
  {
    method: "GET",
    path: "/v1/models",
    access: "auditor",
    handle: ({ query, request }) => {
      checkQuery({ request }, ["model", "type", "environment", "from", "to"]);
      const named = (name: string): string | null => {
        const value = query(name);
        return value === undefined ? null : parsed(NAME, value, name);
      };
      return modelsSeen(collector, {
        model: named("model"),
        infoType: named("type"),
        environment: named("environment"),
        ...readPeriod(query),
      });
    },
  },
];
