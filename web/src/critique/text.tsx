/** What a model wrote, under a heading of level `below`. */
import { Markdown } from "../thread/markdown.tsx";

export function AnswerText({ text, below, growing = false }: { text: string; below: number; growing?: boolean }) {
  return (
    <div className="critique-answer">
      <Markdown text={text} below={below} growing={growing} />
    </div>
  );
}
