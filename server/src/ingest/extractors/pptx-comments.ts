/** Comments on slides, in the kind of 2007 and in that of 2018 with answers. [MS-PPTX] 2.6 and 2.16 */
import type { Place } from "@orchestratex/sdk/contract";
import { allOf, childOf, elements, textOf } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";
import type { Findings } from "./extractor.ts";
import { attempt, type Package, type Relation } from "./ooxml.ts";
import { drawingText } from "./ooxml-chart.ts";

/** Tells the comments of a part, and answers with how many there were. */
export type TellComments = (part: string, place: Place) => Promise<number>;

export async function openComments(
  pack: Package,
  relations: Map<string, Relation>,
  findings: Findings,
): Promise<TellComments> {
  const authors = new Map<string, string>();
  for (const { type, target } of relations.values())
    if (type === "commentAuthors" || type === "authors")
      for (const one of elements((await pack.tree(target)) ?? undefined))
        authors.set(one.attribute("id") ?? "", (one.attribute("name") ?? "").trim().slice(0, 200));
  return async (part, { part: _, ...place }) => {
    let count = 0;
    const say = (comment: XmlElement, answered: string | null): string => {
      const author = authors.get(comment.attribute("authorId") ?? "") ?? "";
      const body = childOf(comment, "txBody");
      const text = body ? drawingText(body) : textOf(childOf(comment, "text"));
      const by = answered === null ? author : `${author} (in reply to ${answered})`;
      if (text.trim() !== "") {
        count++;
        findings.block({
          kind: "note",
          text: by === "" ? text : `${by}: ${text}`,
          place: { ...place, part: "comment" },
        });
      }
      return author;
    };
    await attempt(findings, part, async () => {
      for (const comment of elements((await pack.tree(part)) ?? undefined).filter(({ local }) => local === "cm")) {
        const author = say(comment, null);
        for (const answer of allOf(childOf(comment, "replyLst"), "reply")) say(answer, author);
      }
    });
    return count;
  };
}
