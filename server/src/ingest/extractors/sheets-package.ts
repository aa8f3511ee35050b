/** A package of parts that point at each other (ECMA-376 part 2), as far as a workbook needs it. */
import path from "node:path";
import type { Element } from "../markup.ts";
import { readXml, type XmlHandlers } from "../markup.ts";
import type { Zip } from "../zip.ts";
import { EnoughText, type Findings } from "./extractor.ts";

/** `type` is the last word of its address: worksheet, comments, drawing … `target`: a part's name, or an address where `external`. */
export type Relation = { id: string; type: string; target: string; external: boolean };

export type Package = {
  zip: Zip;
  findings: Findings;
  has(part: string): boolean;
  /** False: the part is not there, or ends early, of which a warning tells. What was before has been told. */
  read(part: string, handlers: XmlHandlers): Promise<boolean>;
  relations(part: string): Promise<Relation[]>;
  /** For what else may be broken in it. */
  warn(part: string): void;
};

export function openPackage(zip: Zip, findings: Findings): Package {
  const warn = (part: string) =>
    findings.warn("part_unreadable", `A part of the file could not be read whole: ${part.slice(0, 200)}`);
  // Some programs write names with another case or a slash in front.
  const names = new Map([...zip.entries.keys()].map((name) => [name.replace(/^\//, "").toLowerCase(), name]));
  const nameOf = (part: string) => (zip.entries.has(part) ? part : names.get(part.toLowerCase()));
  const read = async (part: string, handlers: XmlHandlers): Promise<boolean> => {
    const name = nameOf(part);
    if (!name) return false;
    try {
      await readXml(zip.stream(name), handlers, { depth: findings.limits.depth, pause: findings.pause });
      return true;
    } catch (error) {
      if (error instanceof EnoughText) throw error;
      warn(part);
      return false;
    }
  };
  return {
    zip,
    findings,
    has: (part) => nameOf(part) !== undefined,
    read,
    warn,
    async relations(part) {
      const found: Relation[] = [];
      const { dir, base } = path.posix.parse(part);
      await read(path.posix.join(dir, "_rels", `${base}.rels`), {
        open(element) {
          if (element.local === "Relationship") found.push(relationOf(element, dir));
        },
      });
      return found;
    },
  };
}

function relationOf(element: Element, folder: string): Relation {
  const external = element.attribute("TargetMode") === "External";
  const target = element.attribute("Target") ?? "";
  return {
    id: element.attribute("Id") ?? "",
    type: (element.attribute("Type") ?? "").split("/").at(-1) ?? "",
    target: external ? target : path.posix.join("/", target.startsWith("/") ? "" : folder, target).slice(1),
    external,
  };
}
