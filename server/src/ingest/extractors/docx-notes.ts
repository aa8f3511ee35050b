/** Footnotes, endnotes and comments of a Word document, by their ids, to be told where the text refers to them. */
import type { Block } from "@orchestratex/sdk/contract";
import { allOf, readUnits } from "../markup.ts";
import type { XmlElement } from "../markup-tokens.ts";
import { keepLink, type Reading } from "./docx.ts";
import { openStory } from "./docx-story.ts";
import { attempt, type Relation } from "./ooxml.ts";

const kinds: Readonly<Record<string, string>> = { footnotes: "footnote", endnotes: "endnote", comments: "comment" };

type Note = { id: string; author: string; ordinary: boolean; paragraph: string };

export async function readNotes(reading: Reading, relations: Map<string, Relation>): Promise<void> {
  const parts = [...relations.values()].filter(({ external }) => !external);
  const extended = parts.find(({ type }) => type === "commentsExtended");
  const parents = new Map<string, string>();
  for (const one of allOf((extended && (await reading.pack.tree(extended.target))) ?? undefined, "commentEx")) {
    const parent = one.attribute("paraIdParent");
    if (parent !== undefined) parents.set(one.attribute("paraId") ?? "", parent);
  }
  for (const { type, target } of parts) {
    const kind = kinds[type];
    if (kind !== undefined) await attempt(reading.findings, target, () => readPart(reading, target, kind, parents));
  }
}

const noteAuthor = ({ author }: Note, answers: Note | undefined): string =>
  answers ? `${author} (in reply to ${answers.author})` : author;

async function readPart(reading: Reading, part: string, kind: string, parents: Map<string, string>): Promise<void> {
  const { pack, findings, document, notes } = reading;
  const relations = await pack.relations(part);
  /** By their last paragraph: that is how answers name what they answer. */
  const byParagraph = new Map<string, Note>();
  let [note, length]: [Note | null, number] = [null, 0];
  const keep = () => {
    const blocks = story.take().filter((one): one is Block => "kind" in one);
    if (!note?.ordinary) return;
    byParagraph.set(note.paragraph, note);
    const text = blocks.map((block) => block.text).join("\n");
    length += text.length;
    if (text === "" || length > findings.limits.textLength) return;
    const author = noteAuthor(note, byParagraph.get(parents.get(note.paragraph) ?? "none"));
    const said = author === "" ? text : `${author}: ${text}`;
    notes.set(`${kind} ${note.id}`, [{ kind: "note", text: said, place: { part: kind } }]);
  };
  const story = openStory(document, {
    part: kind,
    link: (link) => keepLink(reading, link, relations),
    container: {
      is: (local) => local === kind,
      begin: (element) => {
        note = noteOf(element);
      },
      end: keep,
    },
    paragraph: (tree) => {
      if (note) note.paragraph = tree.attribute("paraId") ?? "";
    },
  });
  await readUnits(pack.stream(part), story, { depth: findings.limits.depth, pause: () => findings.pause() });
}

/** The lines between text and notes are notes, too, of another type. */
function noteOf(element: XmlElement): Note {
  const type = element.attribute("type") ?? "normal";
  const author = (element.attribute("author") ?? "").trim().slice(0, 200);
  return { id: element.attribute("id") ?? "", author, ordinary: type === "normal", paragraph: "" };
}
