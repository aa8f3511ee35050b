/** Who asks. Until there are accounts it is whoever sits at this machine. */
import type { FastifyInstance } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    userId: string;
  }
}

const LOCAL_USER = "local";

export function knowUser(app: FastifyInstance): void {
  app.decorateRequest("userId", LOCAL_USER);
}
