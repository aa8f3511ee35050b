/** A thread as a conversation: what was said, in the order it was said, by iteration. Pure. */
import type {
  Choice,
  Feedback,
  Finish,
  Iteration,
  Judgement,
  Point,
  ThreadView,
  Trouble,
  Version,
} from "../thread/view.ts";

export type StoryItem = { key: string; at: string } & (
  | { kind: "choice"; choice: Choice }
  | { kind: "version"; version: Version; previousAuthor: string | null }
  /** The author to the criticism of the version it worked on. */
  | { kind: "reply"; model: string; iteration: Iteration }
  /** `rank`: how many had judged before, in the whole thread. */
  | { kind: "judgement"; judgement: Judgement; rank: number }
  | { kind: "merged"; points: readonly Point[]; judges: number }
  | { kind: "decision"; iteration: Iteration }
  | { kind: "feedback"; feedback: Feedback }
  /** `times`: how often it came, of which this is the last. */
  | { kind: "trouble"; trouble: Trouble; times: number }
  | { kind: "end"; finish: Finish }
);

/** What happened within one iteration; 0: before the first. */
export type Chapter = { number: number; items: readonly StoryItem[] };

type Told = Pick<ThreadView, "iterations" | "choice" | "feedback" | "troubles" | "finish">;

/** After everything that has a time. */
const NOT_YET = "~";

/** What comes first when two things have one time. */
const ranks: Readonly<Record<StoryItem["kind"], number>> = {
  ...{ choice: 0, version: 1, reply: 2, judgement: 3, trouble: 4, merged: 5, decision: 6, feedback: 7, end: 8 },
};

export function storyOf(view: Told): Chapter[] {
  const chapters = new Map(view.iterations.map((iteration) => [iteration.number, ownItems(view, iteration)] as const));
  const add = (number: number, item: StoryItem) => {
    const items = chapters.get(number);
    if (items) items.push(item);
    else chapters.set(number, [item]);
  };
  const placeOf = (at: string, named: number | null): number =>
    named !== null && chapters.has(named) && named > 0 ? named : (chapterAt(view.iterations, at) ?? 0);
  if (view.choice) {
    const { choice } = view;
    add(placeOf(choice.at, 1), { kind: "choice", key: "choice", at: choice.at, choice });
  }
  for (const { key, trouble, times } of told(view.troubles))
    add(placeOf(trouble.at, trouble.iteration), { kind: "trouble", key, at: trouble.at, trouble, times });
  for (const feedback of view.feedback)
    add(placeOf(feedback.at, feedback.iteration), {
      ...{ kind: "feedback", key: `f${feedback.seq}`, at: feedback.at, feedback },
    });
  if (view.finish) {
    const { finish } = view;
    add(view.iterations.at(-1)?.number ?? 0, { kind: "end", key: "end", at: NOT_YET, finish });
  }
  const chosen = [...chapters].sort(([a], [b]) => a - b).filter(([, items]) => items.length > 0);
  return ranked(chosen.map(([number, items]) => ({ number, items: items.toSorted(inOrder) })));
}

/** Who is asked again for one reason may be asked thousands of times: that is one line. */
function told(troubles: readonly Trouble[]) {
  const lines = new Map<string, { key: string; trouble: Trouble; times: number }>();
  for (const trouble of troubles) {
    const { kind, iteration, model, code, seq } = trouble;
    if (kind === "evaluation") continue;
    const name = kind === "retry" ? `${iteration} ${model} ${code}` : `t${seq}`;
    const line = lines.get(name) ?? { key: `t${seq}`, trouble, times: 0 };
    lines.set(name, { ...line, trouble, times: line.times + 1 });
  }
  return lines.values();
}

function ranked(chapters: readonly Chapter[]): Chapter[] {
  let judged = 0;
  const rank = (item: StoryItem): StoryItem =>
    item.kind === "judgement" ? { ...item, rank: item.judgement.state === "done" ? judged++ : judged } : item;
  return chapters.map(({ number, items }) => ({ number, items: items.map(rank) }));
}

/** What an iteration says by itself. */
function ownItems(view: Told, iteration: Iteration): StoryItem[] {
  const { number, version, judgements } = iteration;
  const items: StoryItem[] = [];
  if (version) {
    const previousAuthor = view.iterations[(iteration.reply?.base ?? number - 1) - 1]?.author ?? null;
    items.push({ kind: "version", key: `v${number}`, at: version.at, version, previousAuthor });
    if (iteration.reply && iteration.reply.points.length > 0)
      items.push({ kind: "reply", key: `r${number}`, at: version.at, model: version.model, iteration });
  }
  for (const judgement of judgements)
    items.push({
      ...{ kind: "judgement", key: `j${number} ${judgement.model}`, at: judgement.endedAt ?? NOT_YET },
      ...{ judgement, rank: 0 },
    });
  return [...items, ...endOf(iteration)];
}

/** What follows when all have judged. */
function endOf(iteration: Iteration): StoryItem[] {
  const { number, version, judgements, points, decision } = iteration;
  const judges = judgements.filter(({ state }) => state === "done").length;
  const at = judgements.reduce((last, { endedAt }) => (endedAt && endedAt > last ? endedAt : last), version?.at ?? "");
  const items: StoryItem[] = [];
  if (judges > 0 && (points.length > 0 || decision !== null))
    items.push({ kind: "merged", key: `m${number}`, at, points, judges });
  if (decision !== null) items.push({ kind: "decision", key: `d${number}`, at, iteration });
  return items;
}

/** The iteration that was under way. */
const chapterAt = (iterations: readonly Iteration[], at: string): number | undefined =>
  (iterations.findLast(({ startedAt }) => startedAt !== null && startedAt <= at) ?? iterations[0])?.number;

const inOrder = (a: StoryItem, b: StoryItem): number =>
  a.at === b.at ? ranks[a.kind] - ranks[b.kind] : a.at < b.at ? -1 : 1;

/** The first words of a text, cut between two of them; the text itself where it is short. */
export function opening(text: string, most: number): string {
  if (text.length <= most) return text;
  const piece = text.slice(0, most);
  const space = piece.search(/\s\S*$/);
  return space > most / 2 ? piece.slice(0, space) : piece;
}
