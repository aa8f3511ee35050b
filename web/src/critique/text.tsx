/** What a model wrote. */
export function AnswerText({ text }: { text: string }) {
  return <div className="critique-answer">{text}</div>;
}
