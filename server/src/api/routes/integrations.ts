/** Services outside: providers of models, their keys, whether they answer. */
import {
  Integration,
  IntegrationTest,
  PutIntegration,
  pageOf,
  RecognizedKey,
  RecognizeKey,
  TestIntegration,
} from "@orchestratex/sdk/contract";
import { z } from "zod";
import type { Door } from "../door.ts";
import { answer, problems, type Routes } from "../openapi.ts";

const tags = ["integrations"];

const NamePath = z.object({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
    // Those are built in.
    .refine((name) => name !== "simulated")
    .describe("such as openai; any other name for an OpenAI-compatible address of one's own"),
});

export function integrationRoutes(app: Routes, door: Door): void {
  read(app, door);
  change(app, door);
  remove(app, door);
  test(app, door);
  recognize(app, door);
}

function read(app: Routes, { integrations }: Door): void {
  app.get(
    "/api/integrations",
    {
      schema: {
        operationId: "listIntegrations",
        summary: "All providers, where their keys come from, how they are",
        description:
          "The list comes whole: `next_cursor` is always null. A key is never shown: only its last four characters and the start of its hash.",
        tags,
        response: { 200: answer("The integrations", pageOf(Integration)), ...problems([]) },
      },
    },
    async () => ({ items: await integrations.list(), next_cursor: null }),
  );
  app.get(
    "/api/integrations/:name",
    {
      schema: {
        operationId: "getIntegration",
        summary: "One integration",
        tags,
        params: NamePath,
        response: { 200: answer("The integration", Integration), ...problems(["integration.not_found"]) },
      },
    },
    ({ params }) => integrations.get(params.name),
  );
}

function change(app: Routes, { integrations }: Door): void {
  app.put(
    "/api/integrations/:name",
    {
      schema: {
        operationId: "setIntegration",
        summary: "Set keys, address, headers, or switch it on or off; what is not named stays",
        description:
          "Keys and headers are kept encrypted and never shown. It holds at once, in every process: the provider's models become available " +
          "or not, and it is checked in the background. Keys in the environment win, so beside them none can be set. " +
          "Any other name with a `base_url` makes an integration for an OpenAI-compatible address: models name it as their `provider`.",
        tags,
        params: NamePath,
        body: PutIntegration,
        response: {
          200: answer("The integration as it is now", Integration),
          ...problems(
            ["integration.not_found", "integration.from_environment", "integration.no_encryption_key"],
            "body",
          ),
        },
      },
    },
    ({ params, body }) => integrations.put(params.name, body),
  );
}

function remove(app: Routes, { integrations }: Door): void {
  app.delete(
    "/api/integrations/:name",
    {
      schema: {
        operationId: "removeIntegration",
        summary: "Forget what is stored of it: keys, address, headers",
        description: "What the environment sets, holds on. Its models stay, and are no longer available without a key.",
        tags,
        params: NamePath,
        response: { 204: z.undefined().describe("It is forgotten"), ...problems(["integration.not_found"]) },
      },
    },
    async ({ params }, reply) => {
      await integrations.remove(params.name);
      return reply.code(204).send();
    },
  );
}

function test(app: Routes, { integrations }: Door): void {
  app.post(
    "/api/integrations/:name/test",
    {
      schema: {
        operationId: "testIntegration",
        summary: "Ask it for its models, to see whether it answers and takes the key; free of charge",
        description:
          "200 also where it fails: `ok` is false and `code` says why, `detail` in the provider's words. With a `key` in the body that one is tried and " +
          "nothing is kept; without, all keys in use are, and the models become available or not by what is found. 10 seconds at most for each key.",
        tags,
        params: NamePath,
        body: TestIntegration.optional(),
        response: {
          200: answer("How it went", IntegrationTest),
          ...problems(["integration.not_found", "integration.no_key", "integration.no_address"], "body"),
        },
      },
    },
    ({ params, body }) => integrations.test(params.name, body?.key ?? null),
  );
}

function recognize(app: Routes, { integrations }: Door): void {
  app.post(
    "/api/integrations/keys/recognize",
    {
      schema: {
        operationId: "recognizeKey",
        summary: "Whose a key is, by how it looks; it is not sent anywhere and not kept",
        tags,
        body: RecognizeKey,
        response: { 200: answer("Whose it is, or may be", RecognizedKey), ...problems([], "body") },
      },
    },
    async ({ body }) => integrations.recognize(body.key),
  );
}
