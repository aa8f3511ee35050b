/** Files inside old office files: each in a storage of its own, or as a container of its own in a record. [MS-OLEDS], [MS-DOC] 2.8.37 */
import { CFB } from "@e965/xlsx";
import type { Findings } from "./extractor.ts";
import { type Ole, openOle } from "./ole.ts";
import { unwrapOle } from "./ooxml-ole.ts";

/** The library leaves its type open. */
type Containers = {
  utils: { cfb_new(): unknown; cfb_add(container: unknown, path: string, bytes: Uint8Array): void };
  write(container: unknown, options: { type: "buffer" }): Uint8Array;
};
const containers: Containers = CFB;

/** The storages that stand for objects: in workbooks in the root, in documents of Word in one storage. */
const objects = /^(?:MBD[0-9A-F]+|ObjectPool\/_\d+)$/i;

/** What shows an object, or says what the document around it keeps about it. */
const beside = /^(?:\p{Cc}(?:CompObj|Ole|ObjInfo|LinkInfo|EPRINT|PIC|META)|OlePres\d+)$/iu;

export async function tellOleObjects(ole: Ole, findings: Findings): Promise<void> {
  let number = 0;
  for (const { path, kind } of ole.entries.values()) {
    if (kind !== "storage" || !objects.test(path)) continue;
    number++;
    const streams = [...ole.entries.values()].filter((entry) => entry.kind === "stream" && under(path, entry.path));
    // Linked ones have nothing but a picture.
    if (streams.every(({ name }) => beside.test(name))) continue;
    const container = containers.utils.cfb_new();
    for (const stream of streams)
      containers.utils.cfb_add(container, stream.path.slice(path.length), ole.stream(stream.path) ?? Buffer.alloc(0));
    await tellOleObject(containers.write(container, { type: "buffer" }), `object ${number}`, findings);
    await findings.pause();
  }
}

const under = (folder: string, path: string): boolean => path.startsWith(`${folder}/`);

/** A container: what it wraps, or itself under the name given. */
export async function tellOleObject(bytes: Uint8Array, name: string, findings: Findings): Promise<void> {
  const unwrapped = unwrapOle(bytes);
  const known = unwrapped?.name ?? name;
  if (unwrapped) return findings.inner(known, unwrapped.bytes, known);
  const empty = [...openOle(bytes).entries.values()].every(
    (entry) => entry.kind === "storage" || beside.test(entry.name),
  );
  if (!empty) await findings.inner(name, bytes, name);
}
