/** `orchestratex serve`: the server itself. */
import { type Command, InvalidArgumentError } from "commander";

type ServeOptions = { host?: string; port?: string; data?: string };

const examples = `
Examples:
  orchestratex serve
  orchestratex serve --port 9000 --data /srv/orchestratex

Everything else is set by the environment or a .env file: see .env.example.
Ctrl-C stops it cleanly: threads that run are taken up again at the next start.`;

export function serveCommand(program: Command): void {
  program
    .command("serve")
    .summary("start the server")
    .description("Start the server: the API, its documentation at /docs, and the engine.")
    .option("--host <address>", "the address to listen on (default: HOST, else 127.0.0.1)")
    .option("--port <number>", "the port to listen on (default: PORT, else 8000; 0 takes a free one)", port)
    .option("--data <folder>", "the data folder (default: ORCHESTRATEX_DATA, else ./data)")
    .addHelpText("after", examples)
    .action(async ({ host, port, data }: ServeOptions) => {
      const { main } = await import("../main.ts");
      await main({
        ...(host === undefined ? {} : { HOST: host }),
        ...(port === undefined ? {} : { PORT: port }),
        ...(data === undefined ? {} : { ORCHESTRATEX_DATA: data }),
      });
    });
}

function port(text: string): string {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError("It must be from 0 to 65535.");
  return text;
}
