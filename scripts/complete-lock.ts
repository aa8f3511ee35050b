/**
 * `npm run lock`, after every `npm install`: names each platform's optional packages in package-lock.json.
 *
 * npm leaves out those that the registry at hand does not have, and `npm ci` of npm 11 then refuses the whole file
 * ("Missing: ... from lock file"). Version and platform are enough for npm to skip, or to find, such a package.
 */
import { readFileSync, writeFileSync } from "node:fs";

type Entry = {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
  os?: string[];
  cpu?: string[];
  libc?: string[];
};

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, Entry> };

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm64", "arm", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/** From a name such as `@oxc-parser/binding-linux-arm64-musl`. */
function platformOf(name: string): Pick<Entry, "os" | "cpu" | "libc"> {
  const words = name.split(/[-/]/);
  const system = systems.find((word) => words.includes(word));
  const processor = processors.find((word) => words.includes(word));
  if (!processor) throw new Error(`${name}: its platform cannot be told from its name`);
  return {
    cpu: [processor],
    ...(system && { os: [system] }),
    ...(words.includes("musl") && { libc: ["musl"] }),
    ...(words.includes("gnu") && { libc: ["glibc"] }),
  };
}

const added: string[] = [];
for (const [owner, { dev, optionalDependencies = {} }] of Object.entries(lock.packages))
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const hoisted = `node_modules/${name}`;
    const nested = `${owner}/node_modules/${name}`;
    if (lock.packages[nested] || lock.packages[hoisted]?.version === version) continue;
    // A range: not one of a platform's packages, which are always pinned.
    if (!/^\d/.test(version)) continue;
    const place = lock.packages[hoisted] ? nested : hoisted;
    lock.packages[place] = { version, ...(dev && { dev }), ...platformOf(name), optional: true };
    added.push(place);
  }
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added.length} packages of other platforms added\n`);
