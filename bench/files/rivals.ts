/** Others that read documents: installed into a temporary folder, each run alone; one that cannot be had is left out, with its reason. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

export type RivalRun = {
  name: string;
  ms: number | null;
  processorMs: number | null;
  peakMb: number | null;
  characters: number;
  fault: string | null;
};

const run = promisify(execFile);
const INSTALL_MS = 120_000;
const READ_MS = 180_000;

/** What each reads, and how it is called: `file` is its path, the value its text. */
const calls: Readonly<Record<string, { types: readonly string[]; read: string }>> = {
  officeparser: {
    types: ["docx", "pptx", "xlsx", "odt", "pdf"],
    // Version 8 answers with a tree, older ones with the text.
    read: `const { default: all, ...named } = await import("officeparser"); const of = { ...all, ...named };
      const told = await (of.parseOfficeAsync ?? of.parseOffice)(file);
      return typeof told === "string" ? told : (await told.to("text")).value;`,
  },
  mammoth: {
    types: ["docx"],
    read: `const { default: mammoth } = await import("mammoth"); return (await mammoth.extractRawText({ path: file })).value;`,
  },
  unpdf: {
    types: ["pdf"],
    read: `const { extractText, getDocumentProxy } = await import("unpdf");
      const { readFileSync } = await import("node:fs");
      return (await extractText(await getDocumentProxy(new Uint8Array(readFileSync(file))), { mergePages: true })).text;`,
  },
};

export type Rivals = {
  leftOut: Record<string, string>;
  /** By all that read such files. */
  read(file: string): Promise<RivalRun[]>;
};

export async function installRivals(folder: string, quick: boolean): Promise<Rivals> {
  const leftOut: Record<string, string> = {};
  const had: string[] = [];
  for (const [name, { read }] of Object.entries(calls)) {
    if (quick) {
      leftOut[name] = "--quick";
      continue;
    }
    try {
      await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, name], {
        timeout: INSTALL_MS,
      });
      writeFileSync(path.join(folder, `${name}.mjs`), scriptOf(read));
      had.push(name);
    } catch (error) {
      leftOut[name] = String(error instanceof Error ? error.message : error).slice(0, 200);
    }
  }
  const read = async (file: string) => {
    const type = path.extname(file).slice(1);
    const runs: RivalRun[] = [];
    for (const name of had) if (calls[name]?.types.includes(type)) runs.push(await readAlone(folder, name, file));
    return runs;
  };
  return { leftOut, read };
}

/** The clock starts when the library is asked, not with its process. */
const scriptOf = (read: string): string => `
  const call = async (file) => { ${read} };
  const { readFileSync: readSync } = await import("node:fs");
  const [started, used] = [performance.now(), process.cpuUsage()];
  const text = await call(process.argv[2]);
  const [ms, { user, system }] = [performance.now() - started, process.cpuUsage(used)];
  let peakKb = null;
  try { peakKb = Number(/VmHWM:\\s+(\\d+)/.exec(readSync("/proc/self/status", "latin1"))[1]); } catch {}
  process.stdout.write(JSON.stringify({ ms, processorMs: (user + system) / 1000, characters: String(text).length, peakKb }));
  process.exit(0);`;

type Told = { ms: number; processorMs: number; characters: number; peakKb: number | null };

async function readAlone(folder: string, name: string, file: string): Promise<RivalRun> {
  try {
    const { stdout } = await run(process.execPath, [path.join(folder, `${name}.mjs`), file], { timeout: READ_MS });
    const told = JSON.parse(stdout.slice(stdout.lastIndexOf('{"ms"'))) as Told;
    const peakMb = told.peakKb === null ? null : Math.round(told.peakKb / 1024);
    return { ...told, name, peakMb, fault: null };
  } catch (error) {
    const killed = error instanceof Error && "killed" in error && error.killed === true;
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    const reason = /^\w*Error.*$/m.exec(said)?.[0] ?? "it died";
    const fault = killed ? `not done in ${READ_MS / 1000} s` : reason.slice(0, 100);
    return { name, ms: null, processorMs: null, characters: 0, peakMb: null, fault };
  }
}
