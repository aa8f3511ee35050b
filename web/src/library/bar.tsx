/** How far something is. */

type Props = {
  /** 0 to 1; null: it moves, nobody knows how far. */
  share: number | null;
  /** What is measured. */
  name: string;
  /** In words, for who cannot see the bar. */
  text?: string | undefined;
  tone?: "fair" | "good" | "none";
};

export function Bar({ share, name, text, tone }: Props) {
  const percent = share === null ? undefined : Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div
      className="library-bar"
      role="progressbar"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
      data-tone={tone}
      data-open={percent === undefined}
    >
      <span style={percent === undefined ? undefined : { inlineSize: `${percent}%` }} />
    </div>
  );
}
