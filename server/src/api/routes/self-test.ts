/** The server tests itself. */
import { SelfTest } from "@orchestratex/sdk/contract";
import type { Door } from "../door.ts";
import { answer, problems, type Routes } from "../openapi.ts";

export function selfTestRoutes(app: Routes, door: Door): void {
  app.post(
    "/api/orchestrate/test",
    {
      schema: {
        operationId: "selfTest",
        summary: "Send a fixed prompt through the whole loop, on simulated models; nothing is spent or kept",
        description:
          "Each step passes or fails, with the milliseconds until it was reached; all within 10 seconds. 200 also where a step fails: " +
          "`ok` is false. Who asks while a test is under way gets its result.",
        tags: ["orchestrate", "system"],
        response: { 200: answer("What passed and what failed", SelfTest), ...problems([]) },
      },
    },
    () => door.selfTest(),
  );
}
